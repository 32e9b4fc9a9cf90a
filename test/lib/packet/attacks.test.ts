// Every attack on a packet, a row each: what is done, by whom, and the code by which it is named.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes, sha256 } from '../../../lib/formats/canonical.ts';
import { checkpointText, parseCheckpoint, signedNote } from '../../../lib/formats/checkpoint.ts';
import { tilePath, tilesOf } from '../../../lib/formats/tiles.ts';
import { stampRequest } from '../../../lib/formats/time-stamp.ts';
import {
  verifyPacket,
  type Case,
  type Custody,
  type LogSource,
  type PacketVerdict,
  type Receipt,
  type VerifyPacketOptions,
} from '../../../lib/index.ts';
import { checkPacket } from '../../independent/packet.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { makeAuthority, type Authority } from '../stamp-authority.ts';
import {
  caseIn,
  deskSigner,
  forge,
  jsonIn,
  ORDER,
  rawKey,
  sourceOf,
  strangerSigner,
  takeAll,
  unpack,
  zipOf,
  type Change,
  type Files,
} from './material.ts';

const one = noise('one.jpg', 300);
const two = noise('two.jpg', 300);
const TSA = 'tsa.example.org';

let authority: Authority;
let stranger: Authority;
let test: TestDesk;
let other: TestDesk;
/** The packet that is attacked. */
let bytes: Buffer;
let files: Files;
/** Of the same referral, ordered after a look that came later. */
let later: Buffer;
/** Of another referral of the same desk. */
let foreign: Files;
let foreignBytes: Buffer;
let receipts: { readonly opened: Receipt; readonly finished: Receipt; readonly now: Receipt; readonly other: Receipt };
let custody: Custody;
let logFiles: ReadonlyMap<string, Buffer>;

async function pack(desk: TestDesk, referralId: string): Promise<Buffer> {
  const packetId = randomUUID();
  await desk.desk.orderPacket(await desk.as('supervisor'), referralId, ORDER, packetId);
  await desk.desk.integrate();
  await desk.desk.stampLog();
  await desk.desk.freezePackets();
  return takeAll(desk, packetId);
}

async function publicLog(desk: TestDesk): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const take = async (path: string): Promise<Buffer> => {
    const content = Buffer.from((await desk.desk.logFile(path))?.bytes ?? []);
    found.set(path, content);
    return content;
  };
  const size = Number((await take('1/checkpoint')).toString().split('\n')[1]);
  for (const name of tilesOf(size)) await take(`1/${tilePath(name)}`);
  for (const line of (await take('1/stamp/list')).toString().trim().split('\n').filter(Boolean)) {
    await take(`1/stamp/${line}.tsr`);
    await take(`1/stamp/${line}.checkpoint`);
  }
  await take('checkpoint');
  return found;
}

beforeAll(async () => {
  authority = await makeAuthority('ec');
  stranger = await makeAuthority('ec');
  test = await freshDesk({ stamps: [authority.stamper(TSA)] });
  other = await freshDesk();
  const reporter = await test.as('reporter');
  const { opened, receipt: finished } = await refer(test, [one, two]);
  const { referralId } = opened;
  bytes = await pack(test, referralId);
  files = await unpack(bytes);
  test.clock.addDays(1);
  const look = { sha256: one.sha256, viewer: 'Noa', from: '2026-11-23T09:00:00Z', extent: 'full' as const };
  await test.desk.recordView(reporter, referralId, look);
  later = await pack(test, referralId);
  const second = await refer(test, [noise('three.jpg', 300)]);
  foreignBytes = await pack(test, second.opened.referralId);
  foreign = await unpack(foreignBytes);
  const now = await test.desk.receipt(reporter, referralId);
  receipts = { opened: opened.receipt, finished, now, other: second.receipt };
  await test.desk.integrate();
  custody = await test.desk.custody(await test.as('auditor'), referralId);
  logFiles = await publicLog(test);
}, 120_000);
afterAll(() => Promise.all([test.end(), other.end(), authority.end(), stranger.end()]));

type Attack = () => Promise<{ packet?: Buffer; options?: VerifyPacketOptions }>;

async function verdictOf(attack: Attack): Promise<PacketVerdict> {
  const { packet = bytes, options } = await attack();
  const trust = await test.desk.trust();
  return verifyPacket(sourceOf(packet), { trust, ...options });
}

// ── what an attacker does ─────────────────────────────────────────────────────────────────────────────────────────────

/** Alters the files of the archive and lets everything else stand: no key is needed for that. */
const alter = (change: (all: Files) => void): Attack => {
  return async () => {
    const all = new Map(files);
    change(all);
    return { packet: await zipOf(all, caseIn(files)) };
  };
};

/** Makes everything fit again and signs it with the desk's own key: the worst there can be. */
const asDesk = (change: Change): Attack => {
  return async () => ({ packet: (await forge(files, { signer: deskSigner(test), ...change })).bytes });
};

const bytesAt = (all: Files, path: string): Buffer => all.get(path) ?? Buffer.alloc(0);

const flipped = (path: string): Attack =>
  alter((all) => {
    const content = Buffer.from(bytesAt(all, path));
    const at = Math.floor(content.length / 2);
    content[at] = (content[at] ?? 0) ^ 1;
    all.set(path, content);
  });

const chain = (edit: (custody: Custody) => void): Attack =>
  asDesk({
    files: (all) => {
      const value = jsonIn(all, 'custody/chain.json') as Custody;
      edit(value);
      all.set('custody/chain.json', canonicalBytes(value));
    },
    manifest: (manifest) => {
      const { checkpoint, entries } = edited(edit);
      manifest.custody.entries = entries.length;
      if (manifest.log !== undefined && checkpoint !== undefined) manifest.log.checkpoint = checkpoint;
    },
  });

function edited(edit: (custody: Custody) => void): Custody {
  const value = jsonIn(files, 'custody/chain.json') as Custody;
  edit(value);
  return value;
}

/** The checkpoint again, as of a log that somebody else made and signed with a key of his own. */
function rewritten(note: string): string {
  const { origin = '', size = 0 } = parseCheckpoint(note) ?? {};
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const text = checkpointText({ origin, size, root: Buffer.alloc(32, 7) });
  return signedNote(text, origin, rawKey(publicKey), sign(null, Buffer.from(text), privateKey));
}

/** A checkpoint that the desk signed over another root: a log it keeps for somebody else's eyes. */
async function forked(size: number): Promise<string> {
  const origin = `referral-desk/${test.desk.id}/1`;
  const text = checkpointText({ origin, size, root: Buffer.alloc(32, 7) });
  const { signature } = await test.local.ports.keys.sign('log', Buffer.from(text));
  const key = test.trust.keys.find(({ purpose }) => purpose === 'log')?.publicKey ?? '';
  return signedNote(text, origin, Buffer.from(key, 'base64'), signature);
}

const stampOf = (make: () => Promise<Buffer>): Attack => {
  return async () => {
    const reply = await make();
    return asDesk({ files: (all) => void all.set(`custody/stamps/${TSA}.tsr`, reply) })();
  };
};

const held = (against: () => VerifyPacketOptions['against'] | Promise<VerifyPacketOptions['against']>): Attack => {
  return async () => ({ options: { trust: await test.desk.trust(), against: await against() } });
};

const logOf = (harm: (all: Map<string, Buffer>) => void = () => undefined): LogSource => {
  const copy = new Map([...logFiles].map(([path, content]) => [path, Buffer.from(content)]));
  harm(copy);
  return { read: (path) => Promise.resolve(copy.get(path)) };
};

const noteIn = (all: Files): string => (jsonIn(all, 'custody/chain.json') as Custody).checkpoint ?? '';

const EXHIBIT = 'data/media/E0001.jpg';

const ATTACKS: readonly (readonly [what: string, attack: Attack, code: string])[] = [
  // bytes and files
  ...['README.txt', 'bag-info.txt', 'custody/chain.json', 'custody/openings.json', 'data/case.json'].map(
    (path) => [`a byte of ${path} altered`, flipped(path), 'bag/digest'] as const,
  ),
  ...['data/summary.pdf', 'data/referral.json', EXHIBIT, `custody/stamps/${TSA}.tsr`].map(
    (path) => [`a byte of ${path} altered`, flipped(path), 'bag/digest'] as const,
  ),
  [
    'a byte of the signature altered',
    alter((all) => {
      const text = bytesAt(all, 'signature.json').toString();
      const other = text.replace(/"signature":"(.)/, (_, first: string) => `"signature":"${first === 'A' ? 'B' : 'A'}`);
      all.set('signature.json', Buffer.from(other));
    }),
    'packet/signature',
  ],
  ['a file added beside the bag', alter((all) => void all.set('note.txt', Buffer.from('x'))), 'bag/unlisted'],
  ['a file added among the exhibits', alter((all) => void all.set('data/media/E0009.jpg', one.bytes)), 'packet/file'],
  ['an exhibit removed', alter((all) => void all.delete(EXHIBIT)), 'bag/missing'],
  ['the time stamp removed', alter((all) => void all.delete(`custody/stamps/${TSA}.tsr`)), 'packet/missing'],
  [
    'an exhibit renamed',
    alter((all) => {
      all.set('data/media/E0003.jpg', bytesAt(all, EXHIBIT));
      all.delete(EXHIBIT);
    }),
    'bag/unlisted',
  ],
  [
    'an exhibit of another packet put in',
    alter((all) => void all.set(EXHIBIT, bytesAt(foreign, EXHIBIT))),
    'packet/exhibit',
  ],
  [
    'an exhibit of another packet put in, by the desk',
    asDesk({ files: (all) => void all.set(EXHIBIT, bytesAt(foreign, EXHIBIT)) }),
    'packet/exhibit',
  ],
  [
    'the referral of another packet put in, by the desk',
    asDesk({ files: (all) => void all.set('data/referral.json', bytesAt(foreign, 'data/referral.json')) }),
    'packet/referral',
  ],
  [
    'the chain of another packet put in, by the desk',
    asDesk({ files: (all) => void all.set('custody/chain.json', bytesAt(foreign, 'custody/chain.json')) }),
    'packet/chain',
  ],
  [
    'the case manifest of another packet put in',
    alter((all) => void all.set('data/case.json', bytesAt(foreign, 'data/case.json'))),
    'packet/chain',
  ],
  [
    'the PDF of another packet put in',
    alter((all) => void all.set('data/summary.pdf', bytesAt(foreign, 'data/summary.pdf'))),
    'bag/digest',
  ],
  [
    'the signature of another packet put in',
    alter((all) => void all.set('signature.json', bytesAt(foreign, 'signature.json'))),
    'packet/signature',
  ],
  [
    'the labels of another packet put in, by the desk',
    asDesk({ files: (all) => void all.set('bag-info.txt', bytesAt(foreign, 'bag-info.txt')) }),
    'packet/info',
  ],
  [
    'all of it signed by somebody else',
    async () => ({ packet: (await forge(files, { signer: strangerSigner(test.desk.id).sign })).bytes }),
    'trust/unknown-signer',
  ],
  ['bytes put behind it', () => Promise.resolve({ packet: Buffer.concat([bytes, Buffer.from('x')]) }), 'zip/trailing'],
  ['bytes put before it', () => Promise.resolve({ packet: Buffer.concat([Buffer.from('x'), bytes]) }), 'zip/leading'],
  ['its end cut off', () => Promise.resolve({ packet: bytes.subarray(0, bytes.length - 500) }), 'zip/cut'],

  // entries
  [
    'an entry edited',
    chain((it) => void (it.entries[1] = (it.entries[1] ?? '').replace('"act":"attach"', '"act":"view"'))),
    'custody/link',
  ],
  ['an entry removed', chain((it) => void it.entries.splice(1, 1)), 'custody/missing'],
  [
    'entries reordered',
    chain((it) => void it.entries.splice(1, 2, ...it.entries.slice(1, 3).reverse())),
    'custody/order',
  ],
  ['the last entry cut off', chain((it) => void it.entries.pop()), 'packet/order'],
  [
    'an entry made up at the end',
    chain((it) => void it.entries.push((it.entries.at(-1) ?? '').replace(/"seq":\d+/, `"seq":${it.entries.length}`))),
    'custody/link',
  ],

  // the log
  [
    'the whole log rewritten with a new key',
    chain((it) => void (it.checkpoint = rewritten(it.checkpoint ?? ''))),
    'log/signature',
  ],
  [
    'a checkpoint of another desk',
    chain(
      (it) =>
        void (it.checkpoint = `referral-desk/${randomUUID()}/1\n${(it.checkpoint ?? '').split('\n').slice(1).join('\n')}`),
    ),
    'log/signature',
  ],
  ['a later checkpoint of the same log', chain((it) => void (it.checkpoint = noteIn(foreign))), 'log/inclusion'],
  [
    'another entry’s place in the log',
    chain((it) => void (it.inclusion = (jsonIn(foreign, 'custody/chain.json') as Custody).inclusion)),
    'log/inclusion',
  ],
  [
    'no proof that it stands in the log',
    chain((it) => {
      delete it.inclusion;
    }),
    'log/unproved',
  ],

  // time stamps
  ['a time stamp of other data', stampOf(() => authority.reply(stampRequest(sha256('x'), 1n))), 'stamp/other-data'],
  [
    'the time stamp of another packet’s checkpoint',
    stampOf(() => Promise.resolve(bytesAt(foreign, `custody/stamps/${TSA}.tsr`))),
    'stamp/other-data',
  ],
  [
    'a time stamp of an authority nobody trusts',
    stampOf(() => stranger.reply(stampRequest(sha256(noteIn(files)), 1n))),
    'stamp/unknown-authority',
  ],
  ['a time stamp that is none', stampOf(() => Promise.resolve(Buffer.from('x'))), 'stamp/malformed'],
  ['a time stamp larger than any', stampOf(() => Promise.resolve(Buffer.alloc(70_000))), 'packet/malformed'],
  [
    'another time told than was stamped',
    asDesk({ manifest: ({ log }) => void Object.assign(log?.stamps?.[0] ?? {}, { time: '2020-01-01T00:00:00.000Z' }) }),
    'packet/stamp',
  ],
  [
    'a time stamp told of that is not there',
    asDesk({
      manifest: ({ log }: Case) =>
        void log?.stamps?.push({ authority: 'zz.example.org', time: '2020-01-01T00:00:00.000Z' }),
    }),
    'packet/missing',
  ],

  // what it is asked for, and held against
  [
    'another referral’s packet',
    () => Promise.resolve({ packet: foreignBytes, options: { referralId: caseIn(files).referral.id } }),
    'packet/other-referral',
  ],
  [
    'a stale packet, against a later receipt',
    held(() => ({ kind: 'receipt', receipt: receipts.now })),
    'against/stale',
  ],
  ['a stale packet, against later custody', held(() => ({ kind: 'custody', custody })), 'against/stale'],
  [
    'a stale packet, against a later packet',
    held(() => ({ kind: 'packet', packet: sourceOf(later) })),
    'against/stale',
  ],
  ['a receipt of another referral', held(() => ({ kind: 'receipt', receipt: receipts.other })), 'against/other'],
  [
    'another referral’s packet, against this one',
    held(() => ({ kind: 'packet', packet: sourceOf(foreignBytes) })),
    'against/other',
  ],
  [
    'a receipt of another desk',
    held(async () => ({ kind: 'receipt', receipt: (await refer(other, [])).receipt })),
    'against/other-desk',
  ],
  [
    'a receipt that somebody altered',
    held(() => ({
      kind: 'receipt',
      receipt: { ...receipts.finished, entry: { ...receipts.finished.entry, time: '2026-11-22T09:00:00.000Z' } },
    })),
    'receipt/signature',
  ],
  [
    'history rewritten before a receipt that was kept',
    async () => {
      const { packet } = await chain(
        (it) => void (it.entries[0] = (it.entries[0] ?? '').replace('10:00:00', '09:00:00')),
      )();
      return {
        ...(packet === undefined ? {} : { packet }),
        options: { against: { kind: 'receipt', receipt: receipts.opened } },
      };
    },
    'against/differs',
  ],
  [
    'custody whose entries were altered',
    held(() => ({
      kind: 'custody',
      custody: { ...custody, entries: custody.entries.map((text) => text.replace('"act":"view"', '"act":"read"')) },
    })),
    'against/unusable',
  ],
  [
    'a checkpoint of another root',
    held(async () => ({ kind: 'checkpoint', note: await forked(parseCheckpoint(noteIn(files))?.size ?? 0) })),
    'against/differs',
  ],
  [
    'a checkpoint of a log that is longer',
    held(() => ({ kind: 'checkpoint', note: noteIn(foreign) })),
    'against/unproved',
  ],
  [
    'a checkpoint nobody known signed',
    held(() => ({ kind: 'checkpoint', note: rewritten(noteIn(files)) })),
    'against/signature',
  ],
  [
    'a log that was cut off',
    held(async () => {
      const note = await forked(1);
      return {
        kind: 'log',
        log: logOf((all) => void all.set('checkpoint', Buffer.from(note)).set('1/checkpoint', Buffer.from(note))),
      };
    }),
    'against/cut-off',
  ],
  [
    'a log that was written anew',
    held(async () => {
      const note = await forked(parseCheckpoint((logFiles.get('checkpoint') ?? '').toString())?.size ?? 0);
      return {
        kind: 'log',
        log: logOf((all) => {
          all.set('checkpoint', Buffer.from(note)).set('1/checkpoint', Buffer.from(note));
          for (const [path, content] of all)
            if (path.includes('/tile/')) content.fill(path.includes('entries') ? content : 1);
        }),
      };
    }),
    'against/differs',
  ],
  [
    'the log of another desk',
    held(async () => {
      await other.desk.integrate();
      const all = await publicLog(other);
      return { kind: 'log', log: { read: (path) => Promise.resolve(all.get(path)) } };
    }),
    'against/other-desk',
  ],
];

describe('an attack on a packet', () => {
  it.each(ATTACKS)('is named: %s', async (_what, attack, code) => {
    const { ok, findings, steps } = await verdictOf(attack);
    expect([ok, findings.map((each) => each.code)]).toEqual([false, expect.arrayContaining([code])]);
    const inSteps = steps.flatMap((step) => step.findings).length;
    expect(inSteps).toBe(findings.length);
    expect(steps.some(({ result }) => result === 'fails')).toBe(true);
  });
});

describe('a packet that nobody attacked', () => {
  const result = ({ steps }: PacketVerdict, name: string): string | undefined =>
    steps.find(({ step }) => step === name)?.result;

  it('is authentic, and says when others saw the log that holds it', async () => {
    const verdict = await verdictOf(() => Promise.resolve({}));
    expect(verdict.findings).toEqual([]);
    expect(verdict.steps.map((step) => step.result)).toEqual(verdict.steps.map(() => 'holds'));
    expect(verdict.steps.find(({ step }) => step === 'stamps')?.notes.join()).toMatch(
      /tsa\.example\.org says .* at 20/,
    );
    expect(verdict.unchecked.map(({ what }) => what)).toEqual(['later', 'revocation', 'summary-words', 'desk-words']);
  });

  it('holds by the second reading of the formats', async () => {
    expect(checkPacket(bytes, (await test.desk.trust()) as Parameters<typeof checkPacket>[1])).toEqual([]);
  });

  it('has a stamp that OpenSSL holds too', async () => {
    const reply = bytesAt(files, `custody/stamps/${TSA}.tsr`);
    expect(await authority.verify(Buffer.from(noteIn(files)), reply)).toBe(true);
  });

  it('leaves open who stamped it where no authority is trusted, and takes one that is given', async () => {
    const { tsa, ...bare } = await test.desk.trust();
    const open = await verdictOf(() => Promise.resolve({ options: { trust: bare } }));
    expect([tsa?.length, open.ok, result(open, 'stamps')]).toEqual([1, true, 'unchecked']);
    const { authorities } = authority;
    const given = await verdictOf(() => Promise.resolve({ options: { trust: bare, authorities } }));
    expect(result(given, 'stamps')).toBe('holds');
    const wrong = await verdictOf(() =>
      Promise.resolve({ options: { trust: bare, authorities: stranger.authorities } }),
    );
    expect(wrong.findings.map(({ code }) => code)).toEqual(['stamp/unknown-authority']);
    const none = await verdictOf(() => Promise.resolve({ options: { trust: bare, authorities: [Buffer.from('x')] } }));
    expect(none.findings.map(({ code }) => code)).toEqual(['trust/damaged']);
  });

  it('holds against what was kept before it, and against what changed nothing since', async () => {
    const before = [receipts.opened, receipts.finished].map((receipt) => held(() => ({ kind: 'receipt', receipt })));
    const same = held(() => ({ kind: 'checkpoint', note: noteIn(files) }));
    const log = held(() => ({ kind: 'log', log: logOf() }));
    for (const attack of [...before, same, log]) {
      const verdict = await verdictOf(attack);
      expect([verdict.findings, result(verdict, 'asked')]).toEqual([[], 'holds']);
    }
    const own = await verdictOf(async () => ({
      packet: later,
      options: { trust: await test.desk.trust(), against: { kind: 'custody', custody } },
    }));
    expect(own.findings).toEqual([]);
    expect(own.steps.at(-1)?.notes.join()).toMatch(/later entries, none of which/);
  });

  it('says by a log when its order stood there, at the latest', async () => {
    const { steps } = await verdictOf(held(() => ({ kind: 'log', log: logOf() })));
    expect(steps.at(-1)?.notes.join('\n')).toMatch(/says that the order stood in the log at 20/);
  });
});

describe('a packet that waits for its time stamp', () => {
  it('is made without one after two minutes of silence, and says so', async () => {
    const silent = await freshDesk({ stamps: [{ name: TSA, stamp: () => Promise.reject(new Error('nobody')) }] });
    try {
      const { opened } = await refer(silent, []);
      const packetId = randomUUID();
      await silent.desk.orderPacket(await silent.as('supervisor'), opened.referralId, ORDER, packetId);
      await silent.desk.integrate();
      expect(await silent.desk.freezePackets()).toBe(0);
      silent.clock.addDays(1 / 24 / 30);
      expect(await silent.desk.freezePackets()).toBe(1);
      const verdict = await verifyPacket(sourceOf(await takeAll(silent, packetId)), { trust: silent.trust });
      expect([verdict.ok, result0(verdict)]).toEqual([true, 'unchecked']);
      expect(verdict.unchecked.map(({ what }) => what)).toContain('time-stamp');
    } finally {
      await silent.end();
    }
  });
  const result0 = ({ steps }: PacketVerdict): string | undefined => steps.find(({ step }) => step === 'stamps')?.result;
});
