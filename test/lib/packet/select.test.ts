// A packet that shows a part of its referral: what is shown, what is proved of the rest, and every way to cheat with it.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PacketRequest } from '../../../schemas/index.ts';
import { verifyPacket } from '../../../lib/index.ts';
import { canonicalBytes } from '../../../lib/formats/canonical.ts';
import type { Disclosure } from '../../../lib/packet/disclosure.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { read } from '../summary/read.ts';
import {
  caseIn,
  deskSigner,
  forge,
  jsonIn,
  ORDER,
  pack,
  sourceOf,
  takeAll,
  unpack,
  type Change,
  type Files,
} from './material.ts';

const FILES = ['red.jpg', 'blue.jpg', 'green.mp4'].map((path, n) => noise(path, 40 + n));
const [RED, BLUE] = FILES.map(({ sha256 }) => sha256);
const sent = { at: '2026-01-01T10:00:00Z', clockSource: 'device' };
const MORE = {
  victim: [
    { victimPerson: { firstName: 'Umbrellina', phone: [{ value: '+44 20 7946 0123' }] }, screenName: 'bell-ringer' },
    { victimPerson: { firstName: 'Bicyclette' } },
  ],
  personOrUserReported: [{ screenName: 'pump', personOrUserReportedPerson: { phone: [{ value: '+1 202 555 0144' }] } }],
  messages: [
    { id: '1', sender: 'pump', sent, text: 'the first umbrella' },
    { id: '2', sender: 'pump', sent, text: 'the second umbrella', attachments: [{ sha256: BLUE }] },
    { id: '3', sender: 'pump', sent, text: 'the third umbrella' },
  ],
  viewEvents: [
    { sha256: RED, viewer: 'staff 1', extent: 'full' },
    { sha256: BLUE, viewer: 'staff 2', extent: 'full' },
  ],
  additionalInfo: 'A closing word.',
  handling: { codes: [{ code: 'H1' }] },
};

/** The victim's number, however it is written. */
const PHONE = /7946[^0-9A-Za-z]{0,3}0123/;
/** A text without its digests, keys, signatures and ids, in whose characters any digits may stand by chance. */
function wordsIn(content: Buffer): string {
  return content.toString('latin1').replace(/[0-9A-Za-z+/=-]{32,}/g, ' ');
}

type Now = Extract<Disclosure, { version: 2 }>;

let test: TestDesk;
let referralId: string;
let other: string;

beforeAll(async () => {
  test = await freshDesk();
  ({
    opened: { referralId },
  } = await refer(test, FILES, { finish: false, more: MORE }));
  const reporter = await test.as('reporter');
  const look = { viewer: 'staff 3', from: '2026-01-02T10:00:00Z', extent: 'full' as const };
  for (const sha256 of [RED, BLUE]) await test.desk.recordView(reporter, referralId, { ...look, sha256: sha256 ?? '' });
  await test.desk.finish(reporter, referralId);
  ({
    opened: { referralId: other },
  } = await refer(test, FILES, { more: { ...MORE, additionalInfo: 'Another closing word.' } }));
});
afterAll(() => test.end());

async function select(more: Partial<PacketRequest>, id = referralId): Promise<{ bytes: Buffer; files: Files }> {
  const bytes = await takeAll(test, await pack(test, id, undefined, { ...ORDER, ...more }));
  return { bytes, files: await unpack(bytes) };
}

async function codesIn(bytes: Buffer): Promise<string[]> {
  const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  return [...new Set(findings.map(({ code }) => code))];
}

describe('a packet with two of the files', () => {
  const selection = { files: ['E0003', 'E0001'] };
  let bytes: Buffer;
  let files: Files;
  beforeAll(async () => {
    ({ bytes, files } = await select({ selection }));
  });

  it('is authentic, and says how much of the referral it is', async () => {
    const { ok, packet } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect([ok, packet?.part]).toEqual([
      true,
      { parts: { here: 12, of: 15 }, isExact: true, exhibits: { here: 2, told: 2, of: 3 } },
    ]);
  });

  it('calls them as the whole does, and has nothing of the third', () => {
    const { exhibits, packet, views } = caseIn(files);
    expect(exhibits.map(({ exhibit, declared }) => [exhibit, declared])).toEqual([
      ['E0001', 0],
      ['E0003', 1],
    ]);
    expect(packet?.part?.leftOut).toEqual([
      { field: 'attachments', why: 'file', parts: 1 },
      { field: 'messages', why: 'file', parts: 1 },
      { field: 'viewEvents', why: 'file', parts: 1 },
    ]);
    expect(views.map(({ viewer }) => viewer)).toEqual(['staff 3', 'staff 1']);
    for (const [path, content] of files) {
      expect([path, content.includes(BLUE ?? ''), content.includes('blue.jpg')]).toEqual([path, false, false]);
    }
  });

  it('leaves out the file of what was received, and what opens it', () => {
    expect(files.has('data/cybertipline.xml')).toBe(false);
    const { openings } = jsonIn(files, 'custody/openings.json') as {
      openings: { label: string; documentKey?: string }[];
    };
    expect(openings.filter(({ label, documentKey }) => label === 'original' || documentKey !== undefined)).toEqual([]);
    expect([caseIn(files).referral.sha256, caseIn(files).referral.sizeBytes]).toEqual([undefined, undefined]);
  });
});

describe('a packet with parts left out', () => {
  const selection = { leaveOut: ['/victim/0', '/messages', '/reporter', '/viewEvents/0'] };
  let bytes: Buffer;
  let files: Files;
  beforeAll(async () => {
    ({ bytes, files } = await select({ selection }));
  });

  it('is authentic, and shows what is left in its own words', async () => {
    expect(await codesIn(bytes)).toEqual([]);
    const document = jsonIn(files, 'data/referral.json') as Record<string, unknown[]>;
    expect(Object.keys(document)).toEqual([
      'additionalInfo',
      'attachments',
      'handling',
      'incidentSummary',
      'personOrUserReported',
      'victim',
      'viewEvents',
    ]);
    expect(document['victim']).toEqual([MORE.victim[1]]);
  });

  it('gives nothing away of them, in whatever file', () => {
    const pdf = read(files.get('data/summary.pdf') ?? Buffer.alloc(0)).whole;
    for (const [path, content] of files)
      expect([path, wordsIn(content)]).toEqual([path, expect.not.stringMatching(PHONE)]);
    expect(pdf).not.toMatch(PHONE);
    for (const secret of ['Umbrellina', 'bell-ringer', 'second umbrella', 'ada@example', 'staff 1']) {
      expect([...files].filter(([, content]) => content.includes(secret)).map(([path]) => path)).toEqual([]);
      expect(pdf).not.toContain(secret);
    }
    expect(pdf).toContain('Part of a referral');
    expect(pdf).toContain('the order leaves it out');
    expect(Object.keys(caseIn(files).phones)).toEqual(['/personOrUserReported/0/personOrUserReportedPerson/phone/0']);
  });

  it('claims of looking what the rest of it bears out', () => {
    expect(caseIn(files).exhibits.map(({ viewed }) => viewed)).toEqual(['entered', 'entered', 'unstated']);
  });

  it('carries the handling codes, in case manifest, README, bag and on every page', () => {
    expect(caseIn(files).referral.handling).toEqual(['H1']);
    expect(files.get('README.txt')?.toString()).toContain('Handling   H1');
    expect(files.get('bag-info.txt')?.toString()).toContain('Handling-Codes: H1\n');
    for (const page of read(files.get('data/summary.pdf') ?? Buffer.alloc(0)).pages)
      expect(page).toContain('Handling H1');
  });
});

describe('an order that selects', () => {
  it.each([
    { files: ['E0004'] },
    { files: ['0b5e55ed-0000-4000-8000-000000000000'] },
    { leaveOut: ['/victim/2'] },
    { leaveOut: ['/nothing'] },
    { leaveOut: ['/victim/0/screenName'] },
    { leaveOut: ['/incidentSummary'] },
    { leaveOut: ['/handling'] },
  ])('%j is refused', async (selection) => {
    const supervisor = await test.as('supervisor');
    const order = { ...ORDER, selection };
    await expect(test.desk.orderPacket(supervisor, referralId, order)).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('selects nothing when nothing is said: the packet is whole', async () => {
    const { files } = await select({ selection: {} });
    expect([files.has('data/disclosure.json'), files.has('data/cybertipline.xml')]).toEqual([false, true]);
    expect(caseIn(files).packet?.terms).toEqual({
      profile: 'general',
      language: 'en',
      role: 'investigation',
      encryption: 'none',
    });
  });

  it('may leave out every file', async () => {
    const { bytes, files } = await select({ selection: { files: [] } });
    expect([await codesIn(bytes), caseIn(files).exhibits]).toEqual([[], []]);
  });
});

// ── cheating, by a desk that signs it ─────────────────────────────────────────────────────────────────────────────────

describe('of a packet that shows a part', () => {
  const selection = { files: ['E0001'], leaveOut: ['/victim/0'] };
  let files: Files;
  let foreign: Files;
  beforeAll(async () => {
    ({ files } = await select({ selection }));
    ({ files: foreign } = await select({ selection }, other));
  });

  type Edit = (disclosure: Now, document: Record<string, unknown>) => void;
  const edited =
    (edit: Edit): NonNullable<Change['files']> =>
    (all) => {
      const disclosure = jsonIn(all, 'data/disclosure.json') as Now;
      const document = jsonIn(all, 'data/referral.json') as Record<string, unknown>;
      edit(disclosure, document);
      all.set('data/disclosure.json', canonicalBytes(disclosure));
      all.set('data/referral.json', canonicalBytes(document));
    };
  const leafAt = (disclosure: Now, pointer: string): Now['parts'][number] => {
    const found = disclosure.parts.find(({ shown }) => shown?.pointer === pointer);
    if (found === undefined) throw new Error(`nothing at ${pointer}`);
    return found;
  };
  const find = async (change: Change): Promise<string[]> =>
    codesIn((await forge(files, { ...change, signer: deskSigner(test) })).bytes);

  it('nothing is found where nothing is changed', async () => {
    expect(await find({})).toEqual([]);
  });

  const hide: Edit = (disclosure) => {
    disclosure.parts = disclosure.parts.filter(({ shown }) => shown !== undefined);
  };
  const alter: Edit = (_, document) => {
    document['additionalInfo'] = 'A closing wire.';
  };
  const resalt: Edit = (disclosure) => {
    const part = leafAt(disclosure, '/additionalInfo');
    if (part.shown !== undefined) part.shown.salt = createHash('sha256').update('salt').digest('hex');
  };
  const swap: Edit = (disclosure) => {
    const [first, second] = disclosure.parts.flatMap(({ shown }, n) => (shown === undefined ? [n] : []));
    const { parts } = disclosure;
    const [a, b] = [parts[first ?? 0], parts[(second ?? first ?? 0) + 1]];
    if (a !== undefined && b !== undefined)
      disclosure.parts = parts.map((each) => (each === a ? b : each === b ? a : each));
  };
  const swapShown: Edit = (disclosure, document) => {
    const [one, two] = [leafAt(disclosure, '/messages/0'), leafAt(disclosure, '/messages/2')];
    [one.shown, two.shown, one.digest, two.digest] = [two.shown, one.shown, two.digest, one.digest];
    document['messages'] = (document['messages'] as unknown[]).toReversed();
  };
  const unsay: Edit = (disclosure) => {
    delete leafAt(disclosure, '/additionalInfo').shown;
  };
  const graft: Edit = (disclosure, document) => {
    const theirs = leafAt(jsonIn(foreign, 'data/disclosure.json') as Now, '/additionalInfo');
    Object.assign(leafAt(disclosure, '/additionalInfo'), theirs);
    document['additionalInfo'] = (jsonIn(foreign, 'data/referral.json') as { additionalInfo: string }).additionalInfo;
  };

  it.each<[string, Edit, string[]]>([
    ['a part left out is said never to have been', hide, ['packet/disclosure']],
    ['a part that is shown is altered', alter, ['packet/part']],
    ['a salt is altered', resalt, ['packet/part']],
    ['a part of another referral is put in', graft, ['packet/disclosure']],
    ['two leaves change places', swap, ['packet/disclosure']],
    ['two parts change places with all that proves them', swapShown, ['packet/disclosure']],
    ['a part is shown and said to be left out', unsay, ['packet/disclosure']],
    ['a file that is left out is not named', (d) => void (d.contents = d.contents.slice(1)), ['packet/contents']],
    ['a look that is left out is not named', (d) => void (d.looks = []), ['packet/viewed']],
  ])('it is found that %s', async (_, edit, codes) => {
    expect(await find({ files: edited(edit) })).toEqual(expect.arrayContaining(codes));
  });

  it('a part of another referral is found, whatever else is altered with it, and is named', async () => {
    const value: Edit = (_, document) => {
      document['additionalInfo'] = 'Another closing word.';
    };
    const { bytes } = await forge(files, { files: edited(value), signer: deskSigner(test) });
    const { findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
    expect(findings).toEqual([
      { code: 'packet/part', where: 'data/referral.json: /additionalInfo is not the part that was sealed' },
    ]);
  });

  it('an exhibit that is removed is missed, also where the case manifest tells of none', async () => {
    const path = 'data/media/E0001.jpg';
    const codes = await find({
      files: (all) => void all.delete(path),
      manifest: (manifest) => {
        manifest.exhibits = [];
        manifest.views = [];
        for (const act of manifest.custody.acts) delete act.exhibit;
        if (manifest.packet?.part !== undefined) manifest.packet.part.exhibits = { here: 0, told: 0, of: 3 };
      },
    });
    expect(codes).toContain('packet/contents');
  });

  it('a whole packet is no part, nor a part a whole', async () => {
    const whole = (await select({})).files;
    const part = caseIn(files).packet?.part;
    const says = await forge(whole, {
      manifest: ({ packet }) => {
        if (packet !== undefined && part !== undefined) packet.part = part;
      },
      signer: deskSigner(test),
    });
    expect(await codesIn(says.bytes)).toContain('packet/disclosure');
    const denies = await find({
      files: (all) => void all.delete('data/disclosure.json'),
      manifest: ({ packet }) => {
        if (packet === undefined) return;
        delete packet.part;
        delete packet.terms.selection;
      },
    });
    expect(denies).toEqual(expect.arrayContaining(['packet/order', 'packet/referral']));
  });

  it('what opens the rest is found', async () => {
    const whole = (await select({})).files;
    const codes = await find({
      files: (all) => {
        const { openings } = jsonIn(whole, 'custody/openings.json') as {
          openings: { label: string; documentKey?: string }[];
        };
        const ours = jsonIn(all, 'custody/openings.json') as { openings: object[] };
        const key = openings.find(({ label }) => label === 'parts');
        all.set('custody/openings.json', canonicalBytes({ version: 1, openings: [key, ...ours.openings.slice(1)] }));
      },
    });
    expect(codes).toEqual(['packet/disclosure']);
  });
});
