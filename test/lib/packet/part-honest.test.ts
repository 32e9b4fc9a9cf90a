// A part of a referral, made by a desk that would leave out more than was ordered, or tell a digest that is none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPacket, type PacketVerdict, type Trust } from '../../../lib/index.ts';
import { packetOutcome } from '../../../lib/cli/packet-report.ts';
import { canonicalBytes, sha256Hex } from '../../../lib/formats/canonical.ts';
import { leafHash, nodeHash } from '../../../lib/formats/merkle.ts';
import type { Disclosure } from '../../../lib/packet/disclosure.ts';
import { read } from '../summary/read.ts';
import { readVector } from '../../vectors/mutate.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { caseIn, deskSigner, forge, jsonIn, ORDER, pack, sourceOf, takeAll, unpack, type Files } from './material.ts';

type Now = Extract<Disclosure, { version: 2 }>;

function reportOf(verdict: PacketVerdict): string {
  return packetOutcome(verdict, undefined, new Date(0)).words.join('\n');
}

const [RED, BLUE] = ['red.jpg', 'blue.jpg'].map((path, n) => noise(path, 40 + n));
const sent = { at: '2026-01-01T10:00:00Z', clockSource: 'device' };
let test: TestDesk;
let referralId: string;
let files: Files;

beforeAll(async () => {
  test = await freshDesk();
  const text = `as in ${(BLUE?.sha256 ?? '').toUpperCase()}, you know`;
  const more = {
    messages: [
      { id: '1', sender: 'pump', sent, text },
      { id: '2', sender: 'pump', sent, text: 'A word between.' },
    ],
    additionalInfo: 'A closing word.',
  };
  const all = [RED, BLUE].flatMap((file) => file ?? []);
  const { opened } = await refer(test, all, { finish: false, more });
  referralId = opened.referralId;
  const reporter = await test.as('reporter');
  const look = { viewer: 'staff 3', from: '2026-01-02T10:00:00Z', extent: 'full' as const };
  await test.desk.recordView(reporter, referralId, { ...look, sha256: RED?.sha256 ?? '' });
  await test.desk.finish(reporter, referralId);
  files = await ordered({ selection: { leaveOut: ['/additionalInfo'] } });
});
afterAll(() => test.end());

async function ordered(more: object): Promise<Files> {
  return unpack(await takeAll(test, await pack(test, referralId, undefined, { ...ORDER, ...more })));
}

async function findingsIn(of: Files, change: Omit<Parameters<typeof forge>[1], 'signer'>): Promise<string[]> {
  const { bytes } = await forge(of, { ...change, signer: deskSigner(test) });
  const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  return findings.map(({ where }) => where);
}

const MORE = 'data/case.json: more is left out than the order asks for';

it('leaves out no part for a reason that the order does not give', async () => {
  const tell = (why: 'file' | 'triage' | 'asked', field: string) =>
    findingsIn(files, {
      manifest: ({ packet }) => void packet?.part?.leftOut.splice(0, 1, { field, why, parts: 1 }),
    });
  expect(await tell('asked', 'additionalInfo')).toEqual([]);
  expect(await tell('asked', 'messages')).toEqual([MORE]);
  expect(await tell('file', 'additionalInfo')).toEqual([MORE]);
  expect(await tell('triage', 'additionalInfo')).toEqual([MORE]);
});

it('leaves out no file and no look that the order does not leave out', async () => {
  const [red] = caseIn(files).exhibits;
  const lookless = await findingsIn(files, {
    files: (all) => {
      const disclosure = jsonIn(all, 'data/disclosure.json') as Now;
      const [seq = 0] = caseIn(all).views.flatMap((view) => view.seq ?? []);
      all.set('data/disclosure.json', canonicalBytes({ ...disclosure, looks: [seq] }));
    },
    manifest: (manifest) => {
      manifest.views = [];
      for (const exhibit of manifest.exhibits) exhibit.viewed = 'unstated';
      if (manifest.packet?.part !== undefined) manifest.packet.part.looks.here = 0;
    },
  });
  expect(lookless).toContain(MORE);
  const fileless = await findingsIn(files, {
    files: (all) => {
      const disclosure = jsonIn(all, 'data/disclosure.json') as Now;
      const left = { name: red?.attachment ?? '', seq: red?.seq ?? 0 };
      all.set('data/disclosure.json', canonicalBytes({ ...disclosure, contents: [left] }));
      all.delete(red?.path ?? '');
    },
    manifest: (manifest) => void manifest.exhibits.shift(),
  });
  expect(fileless).toContain(MORE);
});

it('says that what was left out was not checked, and asks of a part what is asked of a part', async () => {
  const { bytes } = await forge(files, { signer: deskSigner(test) });
  const { unchecked, steps } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  expect(unchecked.map(({ what }) => what)).toContain('left-out');
  expect(steps.find(({ step }) => step === 'exhibits')?.about).toContain('each that is told of was finished');
});

it('a digest in the middle of a text names the file that it is of', async () => {
  const part = await ordered({ selection: { files: ['E0001'] } });
  expect(caseIn(part).packet?.part?.leftOut).toContainEqual({ field: 'messages', why: 'file', parts: 1 });
});

it.each(['md5', 'sha1'] as const)('an exhibit that is told with another %s is found', async (name) => {
  const wrong = sha256Hex(new Uint8Array()).slice(0, name === 'md5' ? 32 : 40);
  const manifest: NonNullable<Parameters<typeof forge>[1]['manifest']> = ({ exhibits: [first] }) => {
    if (first !== undefined) first[name] = wrong;
  };
  expect(await findingsIn(await ordered({}), { manifest })).toEqual(['data/media/E0001.jpg']);
});

describe('how many parts there are', () => {
  let part: Files;
  beforeAll(async () => {
    part = await ordered({ selection: { leaveOut: ['/messages'] } });
  });

  /** The two messages that are left out are told of as one part, at which this stands. */
  async function understated(tell: (all: Now, digests: readonly [Buffer, Buffer]) => object): Promise<string[]> {
    return findingsIn(part, {
      files: (all) => {
        const disclosure = jsonIn(all, 'data/disclosure.json') as Now;
        const [one, two] = disclosure.parts.slice(4, 6).map(({ digest }) => Buffer.from(digest, 'hex'));
        if (one === undefined || two === undefined || disclosure.parts.length !== 7) throw new Error('no pair');
        all.set('data/disclosure.json', canonicalBytes(tell(disclosure, [one, two])));
      },
      manifest: ({ packet }) => {
        if (packet?.part === undefined) return;
        packet.part.parts.of -= 1;
        packet.part.leftOut = [{ field: 'messages', why: 'asked', parts: 1 }];
      },
    });
  }

  const OTHERS = 'data/disclosure.json: its parts are not those of the referral that was sealed, all of them';

  it('is said to be exact, in the verdict, the report, README.txt and the PDF', async () => {
    const verdict = await verifyPacket(sourceOf((await forge(part, { signer: deskSigner(test) })).bytes), {
      trust: test.trust,
    });
    expect(verdict.packet?.part).toEqual({
      parts: { here: 5, of: 7 },
      isExact: true,
      exhibits: { here: 2, told: 2, of: 2 },
    });
    const { why = '' } = verdict.unchecked.find(({ what }) => what === 'left-out') ?? {};
    expect([why.includes('how many parts there are'), why.includes('at least')]).toEqual([true, false]);
    expect(reportOf(verdict)).toContain('exactly 5 of 7 parts and 2 of 2 files');
    expect(part.get('README.txt')?.toString()).toContain('exactly 5 of 7 parts');
    expect(read(part.get('data/summary.pdf') ?? Buffer.alloc(0)).whole).toContain('exactly 5 of 7 parts');
  });

  it('cannot be understated: an inner node of the tree is no leaf', async () => {
    const asDigest = await understated(({ parts, ...rest }, [one, two]) => {
      const digest = nodeHash(leafHash(one), leafHash(two)).toString('hex');
      return { ...rest, parts: parts.toSpliced(4, 2, { digest }) };
    });
    expect(asDigest).toEqual([OTHERS]);
    const leftAway = await understated(({ parts, ...rest }) => ({ ...rest, parts: parts.toSpliced(4, 1) }));
    expect(leftAway).toEqual([OTHERS]);
  });

  it('cannot be understated in the older form, which the entry does not have', async () => {
    const older = await understated(({ parts, ...rest }, [one, two]) => {
      const leaves = parts.map(({ digest, ...shown }) => {
        return { ...shown, leaf: leafHash(Buffer.from(digest, 'hex')).toString('hex') };
      });
      const leaf = nodeHash(leafHash(one), leafHash(two)).toString('hex');
      return { ...rest, version: 1, parts: leaves.toSpliced(4, 2, { leaf }) };
    });
    expect(older).toContain(OTHERS);
  });

  it('holds for the place of each: two that are left out do not change places', async () => {
    const swapped = await findingsIn(part, {
      files: (all) => {
        const { parts, ...rest } = jsonIn(all, 'data/disclosure.json') as Now;
        const [one, two] = parts.slice(4, 6);
        if (one === undefined || two === undefined) throw new Error('no pair');
        all.set('data/disclosure.json', canonicalBytes({ ...rest, parts: parts.toSpliced(4, 2, two, one) }));
      },
    });
    expect(swapped).toEqual([OTHERS]);
  });
});

describe('a packet that was made before leaves were digests', () => {
  const bytes = readFileSync(join(import.meta.dirname, '../../vectors/packet-part-1.zip'));
  const { trust } = readVector('packet-part-1') as unknown as { trust: Trust };

  it('is still authentic, and says at least how many parts there are', async () => {
    const verdict = await verifyPacket(sourceOf(bytes), { trust });
    expect([verdict.findings, verdict.packet?.part?.parts, verdict.packet?.part?.isExact]).toEqual([
      [],
      { here: 4, of: 6 },
      undefined,
    ]);
    const { why } = verdict.unchecked.find(({ what }) => what === 'left-out') ?? {};
    expect(why).toContain('at least how many');
    expect(reportOf(verdict)).toContain('4 of 6 parts or more');
  });

  it('is not made exact by saying so', async () => {
    const old = await unpack(bytes);
    const manifest: NonNullable<Parameters<typeof forge>[1]['manifest']> = ({ packet }) => {
      if (packet?.part !== undefined) packet.part.isExact = true;
    };
    const forged = await forge(old, { manifest, signer: deskSigner(test) });
    const { findings } = await verifyPacket(sourceOf(forged.bytes), { trust: test.trust });
    expect(findings.map(({ where }) => where)).toContain('data/case.json: it tells of more or less than is left out');
  });
});
