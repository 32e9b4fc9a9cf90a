// What the desk gave out, attacked: every edit, cut, swap and forgery is found and named by someone who has only trust.json.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryHash, parseEntry } from '../../lib/custody.ts';
import { canonical } from '../../lib/formats/canonical.ts';
import { rootOf } from '../../lib/formats/merkle.ts';
import {
  readProof,
  readTrust,
  verifyCustody,
  verifyReceipt,
  type Custody,
  type Receipt,
  type Trust,
  type Verdict,
} from '../../lib/index.ts';
import { receiptLeaf, receiptMessage } from '../../lib/receipt.ts';
import { publicKeyId } from '../../lib/key-id.ts';
import { checkTrust } from '../../lib/trust.ts';
import { openLocalDesk } from '../../lib/local/open.ts';
import { freshDesk, noise, refer, referralBody, type NoiseFile, type TestDesk } from '../material.ts';

let desk: TestDesk;
let trust: Trust;
let receipt: Receipt;
let opening: Receipt;
let custody: Custody;
let other: { receipt: Receipt; custody: Custody };
let files: NoiseFile[];
let oldCheckpoint: string;

beforeAll(async () => {
  desk = await freshDesk();
  trust = desk.trust;
  oldCheckpoint = (await desk.desk.logState())?.checkpoint ?? '';
  files = [noise('a', 10), noise('b', 20), noise('c', 30)];
  const referred = await refer(desk, files);
  receipt = referred.receipt;
  opening = referred.opened.receipt;
  const another = await refer(desk, [noise('d', 10)]);
  await desk.desk.integrate();
  const auditor = await desk.as('auditor');
  const since = Number(oldCheckpoint.split('\n')[1]);
  custody = await desk.desk.custody(auditor, referred.opened.referralId, since);
  other = { receipt: another.receipt, custody: await desk.desk.custody(auditor, another.opened.referralId) };
});
afterAll(() => desk.end());

const codes = (verdict: Verdict): string[] => [...new Set(verdict.findings.map(({ code }) => code))].sort();
const entries = (change: (texts: string[]) => string[]): Custody => ({
  ...custody,
  entries: change([...custody.entries]),
});
const edited = (text: string, change: object): string => canonical({ ...parseEntry(text), ...change });

/** A chain written anew from `from` on, so that every link holds again. */
function relinked(texts: readonly string[], from: number, change: object): string[] {
  const out = texts.slice(0, from);
  for (const [n, text] of texts.slice(from).entries()) {
    const before = out.at(-1);
    const prev = before === undefined ? null : entryHash(before);
    out.push(edited(text, n === 0 ? { ...change, prev } : { prev }));
  }
  return out;
}

describe('exported custody', () => {
  it('holds as it was given, against receipts and an older checkpoint, and with the files', () => {
    const named = files.map(({ path, sha256 }) => ({ name: path, sha256 }));
    for (const against of [receipt, opening, oldCheckpoint]) {
      const withFiles = typeof against === 'string' ? {} : { files: against === receipt ? named : [] };
      expect(codes(verifyCustody(custody, { trust, against, ...withFiles }))).toEqual([]);
    }
  });

  it('says so when it was given nothing to be held against', () => {
    expect(verifyCustody(custody, { trust }).notes.join(' ')).toMatch(/cut off .* cannot be seen/);
  });

  const attacks: readonly [string, () => Custody, string][] = [
    [
      'an entry edited',
      () => entries((t) => t.with(2, edited(t[2] ?? '', { time: '2026-11-22T10:00:00.001Z' }))),
      'custody/link',
    ],
    [
      'the last entry edited',
      () => entries((t) => t.with(-1, edited(t.at(-1) ?? '', { actorId: 'x' }))),
      'log/inclusion',
    ],
    ['an entry deleted', () => entries((t) => t.toSpliced(2, 1)), 'custody/missing'],
    ['the first entry deleted', () => entries((t) => t.slice(1)), 'custody/missing'],
    ['an entry inserted', () => entries((t) => t.toSpliced(2, 0, t[1] ?? '')), 'custody/order'],
    ['two entries swapped', () => entries((t) => t.with(1, t[2] ?? '').with(2, t[1] ?? '')), 'custody/order'],
    ['an entry of another chain', () => entries((t) => t.with(1, other.custody.entries[1] ?? '')), 'custody/foreign'],
    ['all entries gone', () => entries(() => []), 'custody/empty'],
    ['an entry not in canonical form', () => entries((t) => t.with(1, ` ${t[1] ?? ''}`)), 'custody/malformed'],
    [
      'the chain written anew from an edited entry on',
      () => entries((t) => relinked(t, 2, { actorId: 'x' })),
      'log/inclusion',
    ],
    ['another referral under this name', () => ({ ...other.custody, chain: custody.chain }), 'custody/foreign'],
    ['no checkpoint', () => ({ ...custody, checkpoint: undefined }), 'log/unproved'],
    [
      'a checkpoint edited',
      () => ({ ...custody, checkpoint: custody.checkpoint?.replace(/\n\d+\n/, '\n999\n') }),
      'log/signature',
    ],
  ];
  it.each(attacks)('is refused with %s', (_title, attack, code) => {
    expect(codes(verifyCustody(attack(), { trust }))).toContain(code);
  });

  it('says of when its last entry is, or that this cannot be read', () => {
    const { time } = JSON.parse(custody.entries.at(-1) ?? '') as { time: string };
    const said = (held: Custody): string => verifyCustody(held, { trust }).notes.join(' ');
    expect(said(custody)).toContain(`${custody.entries.length} entries, the last of ${time}.`);
    const unread = entries((t) => t.with(-1, 'no entry'));
    expect(said(unread)).toContain(`${unread.entries.length} entries, the last of unknown time.`);
    expect(said(entries(() => []))).toContain('0 entries, the last of unknown time.');
  });

  it('is found to be cut off by a receipt held elsewhere, and by that alone', () => {
    const cut = entries((t) => t.slice(0, 3));
    const unproved = { ...cut, inclusion: undefined } as unknown as Custody;
    expect(codes(verifyCustody(unproved, { trust, against: receipt }))).toContain('against/cut-off');
    expect(codes(verifyCustody(unproved, { trust, against: opening }))).not.toContain('against/cut-off');
  });

  it('is not vouched for where its last entries are not in the log yet, unless a receipt reaches as far', async () => {
    const fresh = await freshDesk();
    const referred = await refer(fresh, [noise('w', 10)], { finish: false });
    await fresh.desk.integrate();
    const finished = await fresh.desk.finish(await fresh.as('reporter'), referred.opened.referralId);
    const early = await fresh.desk.custody(await fresh.as('auditor'), referred.opened.referralId);
    const own = { trust: fresh.trust };
    const { findings } = verifyCustody(early, own);
    expect(findings).toEqual([{ code: 'log/pending', where: expect.stringMatching(/^the last 1 entries are not/) }]);
    const opened = referred.opened.receipt;
    expect(codes(verifyCustody(early, { ...own, against: opened }))).toEqual(['log/pending']);
    expect(codes(verifyCustody(early, { ...own, against: early.checkpoint }))).toEqual(['log/pending']);
    const held = verifyCustody(early, { ...own, against: finished });
    expect(held.findings).toEqual([]);
    expect(held.notes.join(' ')).toMatch(/not in the log yet: the receipt alone/);
    await fresh.desk.integrate();
    const late = await fresh.desk.custody(await fresh.as('auditor'), referred.opened.referralId);
    expect(codes(verifyCustody(late, own))).toEqual([]);
    await fresh.end();
  });

  it('says that a checkpoint does not show whether its end was cut off, and asks for a receipt', () => {
    const { notes } = verifyCustody(custody, { trust, against: oldCheckpoint });
    expect(notes.join(' ')).toMatch(/cut off cannot be seen from it/);
    const alone = verifyCustody(custody, { trust }).notes.join(' ');
    expect(alone).toMatch(/receipt/);
    expect(alone).not.toMatch(/checkpoint/);
  });

  it('is found to be rewritten by a receipt held elsewhere', () => {
    const rewritten = entries((t) => relinked(t, 0, { actorId: 'x' }));
    expect(codes(verifyCustody(rewritten, { trust, against: opening }))).toContain('against/differs');
    expect(codes(verifyCustody(other.custody, { trust, against: receipt }))).toContain('against/other');
  });

  it('is held against a checkpoint only with a proof that one log grew out of the other', () => {
    const bare = { ...custody, consistency: undefined } as unknown as Custody;
    expect(codes(verifyCustody(bare, { trust, against: oldCheckpoint }))).toEqual(['against/unproved']);
    const wrong = { ...custody, consistency: { size: custody.consistency?.size ?? 0, hashes: [] } };
    expect(codes(verifyCustody(wrong, { trust, against: oldCheckpoint }))).toEqual(['against/differs']);
  });

  it('vouches for no file that the receipt does not open', () => {
    const stranger = { name: 'stranger', sha256: noise('x', 5).sha256 };
    expect(codes(verifyCustody(custody, { trust, against: receipt, files: [stranger] }))).toEqual(['file/unknown']);
  });
});

describe('a receipt', () => {
  const tampered = (change: Partial<Receipt>): Receipt => ({ ...receipt, ...change });

  it.each<[string, () => Receipt, string]>([
    ['another deadline', () => tampered({ deadline: '2030-01-01T00:00:00.000Z' }), 'receipt/signature'],
    ['another entry', () => tampered({ entry: other.receipt.entry }), 'receipt/signature'],
    ['another desk', () => tampered({ desk: 'another' }), 'trust/other-desk'],
    ['a signature of another receipt', () => tampered({ signature: other.receipt.signature }), 'receipt/signature'],
    [
      'a path that leads elsewhere',
      () => tampered({ path: { index: 0, size: 2, hashes: [Buffer.alloc(32).toString('base64')] } }),
      'receipt/signature',
    ],
    ['openings of another receipt', () => tampered({ openings: other.receipt.openings }), 'receipt/contents'],
    [
      'an attachment left out',
      () => tampered({ openings: receipt.openings.filter(({ attachment }, n) => attachment === undefined || n > 2) }),
      'receipt/contents',
    ],
    [
      'a key that is trusted for another purpose',
      () => tampered({ keyId: trust.keys.find(({ purpose }) => purpose === 'log')?.id ?? '' }),
      'trust/unknown-signer',
    ],
  ])('is refused with %s', (_title, attack, code) => {
    expect(codes(verifyReceipt(attack(), { trust }))).toContain(code);
  });

  it('is of an unknown signer without trust.json, and so not ok', () => {
    expect(codes(verifyReceipt(receipt, {}))).toEqual(['trust/unknown-signer']);
  });

  it('holds when one signature serves many receipts', async () => {
    const leaves = [receiptLeaf(receipt), receiptLeaf(other.receipt)];
    const { signature } = await desk.local.ports.keys.sign('receipts', receiptMessage(rootOf(leaves)));
    const shared = tampered({
      path: { index: 0, size: 2, hashes: [Buffer.from(leaves[1] ?? '').toString('base64')] },
      signature: Buffer.from(signature).toString('base64'),
    });
    expect(verifyReceipt(shared, { trust }).findings).toEqual([]);
  });

  it('reads back from its text, and nothing else does', () => {
    expect(readProof(JSON.stringify(receipt))).toEqual({ kind: 'receipt', receipt });
    expect(readProof(JSON.stringify(custody))).toEqual({ kind: 'custody', custody });
    expect(readProof(oldCheckpoint)).toEqual({ kind: 'checkpoint', note: oldCheckpoint });
    for (const text of [
      '',
      '{}',
      'null',
      JSON.stringify({ ...receipt, more: 1 }),
      JSON.stringify({ ...receipt, version: 2 }),
    ]) {
      expect(() => readProof(text)).toThrow(expect.objectContaining({ code: 'proof/malformed' }));
    }
    expect(readTrust(JSON.stringify(trust))).toEqual(trust);
  });
});

describe('trust.json', () => {
  it('carries a new key only with the word of the old one, and keeps its fingerprint', async () => {
    const operator = await desk.as('operator');
    desk.clock.addDays(1);
    await desk.desk.rotateKey(operator, 'receipts');
    const rotated = await desk.desk.trust();
    expect(checkTrust(rotated)).toEqual([]);
    expect(rotated.fingerprint).toBe(trust.fingerprint);
    expect(verifyReceipt(receipt, { trust: rotated }).findings).toEqual([]);
    const { publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const forged = {
      purpose: 'receipts' as const,
      id: publicKeyId(trust.desk, 'receipts', raw),
      publicKey: raw.toString('base64'),
      from: '2026-01-01T00:00:00.000Z',
    };
    expect(checkTrust({ ...trust, keys: [...trust.keys, forged] })).toHaveLength(1);
  });

  it('does not let a replaced key vouch for what came after it', async () => {
    const operator = await desk.as('operator');
    const { opened } = await refer(desk, []);
    const stolen = await desk.local.ports.keys.sign('receipts', receiptMessage(rootOf([receiptLeaf(opened.receipt)])));
    desk.clock.addDays(1);
    await desk.desk.rotateKey(operator, 'receipts');
    const rotated = await desk.desk.trust();
    desk.clock.addDays(1);
    const later = await refer(desk, []);
    const forged = { ...later.receipt, keyId: stolen.keyId };
    expect(codes(verifyReceipt(forged, { trust: rotated }))).toEqual(['trust/unknown-signer']);
    expect(verifyReceipt(later.receipt, { trust: rotated }).findings).toEqual([]);
  });

  it('vouches for every receipt given while a key was being replaced', async () => {
    const operator = await desk.as('operator');
    await desk.local.close();
    const start = desk.clock.now().getTime() + 1000 - performance.now();
    const real = await openLocalDesk({ dir: desk.dir, now: () => new Date(start + performance.now()) });
    try {
      const reporter = await real.desk.authenticate(desk.keys.reporter);
      const receipts: Receipt[] = [];
      const rotating = (async () => {
        for (let n = 0; n < 10; n++) await real.desk.rotateKey(operator, 'receipts');
      })();
      const referring = Array.from({ length: 60 }, async (_, n) => {
        receipts.push((await real.desk.open(reporter, referralBody(), `while rotating ${n}`)).receipt);
      });
      await Promise.all([rotating, ...referring]);
      const rotated = await real.desk.trust();
      expect(receipts.flatMap((each) => verifyReceipt(each, { trust: rotated }).findings)).toEqual([]);
    } finally {
      await real.close();
      desk.clock.addDays(1);
      desk = await desk.reopen();
    }
  });

  it('is refused when a word, an id or a key in it was changed', () => {
    const [first] = trust.keys;
    if (first === undefined) throw new Error('no key');
    expect(checkTrust({ ...trust, fingerprint: `${trust.fingerprint} more` })).not.toEqual([]);
    expect(checkTrust({ ...trust, keys: [{ ...first, id: '0'.repeat(32) }, ...trust.keys.slice(1)] })).not.toEqual([]);
  });
});
