// Packets made to harm whoever verifies them, and lies that the desk's own key signed: each ends in findings, none in an exception.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPacket, type Case } from '../../../lib/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import {
  caseIn,
  deskSigner,
  forge,
  pack,
  sourceOf,
  takeAll,
  unpack,
  zipOf,
  type Change,
  type Files,
} from './material.ts';

let test: TestDesk;
let files: Files;

const one = noise('one.jpg', 3000);
const two = noise('two.jpg', 3000);

beforeAll(async () => {
  test = await freshDesk();
  const messages = [{ id: 'm', sender: 'Kim', sent: { at: 'unknown', clockSource: 'unknown' }, text: '=1+1' }];
  const { opened } = await refer(test, [one, two], { finish: false, more: { messages } });
  const reporter = await test.as('reporter');
  const look = { sha256: one.sha256, viewer: 'Noa', from: '2026-11-22T09:00:00Z', extent: 'thumbnail' as const };
  await test.desk.recordView(reporter, opened.referralId, look);
  await test.desk.finish(reporter, opened.referralId);
  files = await unpack(await takeAll(test, await pack(test, opened.referralId)));
});
afterAll(() => test.end());

async function codesOf(change: Change): Promise<string[]> {
  const { bytes } = await forge(files, { signer: deskSigner(test), ...change });
  const { ok, findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  expect(ok).toBe(findings.length === 0);
  return [...new Set(findings.map(({ code }) => code))].sort();
}

const replaced =
  (path: string, text: string): ((all: Files) => void) =>
  (all) =>
    void all.set(path, Buffer.from(text, 'utf8'));

describe('a referral.json that nobody could have sent', () => {
  it.each([
    ['nested without end', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['with a number beyond all numbers', '{"a":1e400}'],
    ['that is a list', '[1]'],
    ['that is nothing', ''],
    ['with a key twice', '{"a":1,"a":2}'],
  ])('is a finding: %s', async (_what, text) => {
    expect(await codesOf({ files: replaced('data/referral.json', text) })).toContain('packet/referral');
  });

  it('is a finding too when the case manifest is nested without end', async () => {
    const all = new Map(files);
    all.set('data/case.json', Buffer.from('['.repeat(300_000)));
    const unpacked = async function* () {
      await Promise.resolve();
      for (const [path, content] of all)
        yield {
          path,
          bytes: (async function* () {
            await Promise.resolve();
            yield content;
          })(),
        };
    };
    const { findings } = await verifyPacket(unpacked(), { trust: test.trust });
    expect(findings.map(({ code }) => code)).toContain('packet/malformed');
  });
});

describe('a packet whose signature is too large to be looked at', () => {
  it('is not authentic, whoever changed it: what is not checked is a finding', async () => {
    const { files: forged } = await forge(files, {
      manifest: ({ packet }) => {
        if (packet !== undefined) packet.agency.name = 'Somebody else';
      },
    });
    const signature = forged.get('signature.json') ?? Buffer.alloc(0);
    forged.set('signature.json', Buffer.concat([signature, Buffer.alloc(1024 * 1024, ' ')]));
    const bytes = await zipOf(forged, caseIn(forged));
    const { ok, findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect([ok, findings.map(({ code, where }) => `${code} ${where}`)]).toEqual([
      false,
      [
        'packet/malformed signature.json',
        'packet/summary summary-signature.json: it is of another PDF or another packet',
      ],
    ]);
  });
});

describe('a lie that the desk itself signed', () => {
  const exhibit = (change: (all: Case['exhibits']) => void): Change => ({
    manifest: ({ exhibits }) => {
      change(exhibits);
    },
  });

  it.each<[string, Change, string]>([
    [
      'a look in full that was a glance',
      {
        manifest: (it) => {
          Object.assign(it.views[0] ?? {}, { extent: 'full' });
          Object.assign(it.exhibits[0] ?? {}, { viewed: 'entered' });
        },
      },
      'packet/viewed',
    ],
    [
      'a look by somebody else',
      { manifest: (it) => void Object.assign(it.views[0] ?? {}, { viewer: 'Kim' }) },
      'packet/viewed',
    ],
    [
      'exhibits of one number',
      exhibit((all) => {
        for (const each of all) each.exhibit = 'E9999';
      }),
      'packet/exhibit',
    ],
    [
      'an exhibit that would run',
      exhibit((all) => {
        for (const each of all) each.path = each.path.replace('.jpg', '.exe');
      }),
      'packet/exhibit',
    ],
    [
      'declared places exchanged',
      exhibit((all) => {
        for (const each of all) each.declared = 1 - (each.declared ?? 0);
      }),
      'packet/contents',
    ],
    [
      'a label nobody gave',
      exhibit((all) => {
        for (const each of all) each.label = 'A-1';
      }),
      'packet/exhibit',
    ],
    [
      'another CRC-32',
      exhibit((all) => {
        for (const each of all) each.crc32 = '00000000';
      }),
      'packet/exhibit',
    ],
    [
      'another kind of incident',
      {
        manifest: (it) => {
          it.referral.incidentType = 'Child Sex Tourism';
        },
      },
      'packet/referral',
    ],
    ['messages that were not sent', { files: replaced('data/messages.csv', '"number"\r\n') }, 'packet/derived'],
    ['a file more among the exhibits', { files: replaced('data/media/E0003.bin', 'more') }, 'packet/file'],
    ['a file more beside them', { files: replaced('data/virus.exe', 'more') }, 'packet/file'],
  ])('is found: %s', async (_what, change, code) => {
    expect(await codesOf(change)).toContain(code);
  });

  it('is not there when nothing was changed', async () => {
    expect(await codesOf({})).toEqual([]);
  });
});
