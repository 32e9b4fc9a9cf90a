// Step 3, custody: every act is one link in its owner's hash chain. An entry holds opaque ids, times, codes, the roots of the
// sealed bytes it made, and commitments; nothing about a person or a file can be read or guessed from it.
import * as z from 'zod';
import { DeskError } from './errors.ts';
import { canonical, canonicalBytes, sha256, sha256Hex } from './formats/canonical.ts';
import { deriveKey, hmac, leafSalt } from './formats/derive.ts';
import { leafHash, rootOf } from './formats/merkle.ts';

export const ACTS = [
  'init',
  'open',
  'attach',
  'open-upload',
  'complete-upload',
  'refuse-upload',
  'end-upload',
  'describe-file',
  'view',
  'read',
  'finish',
  'retract',
  'warn',
  'expire',
  'hold',
  'end-hold',
  'keep-locked',
  'assign-regime',
  'meet-regime',
  'remind',
  'consent',
  'end-consent',
  'clear',
  'withdraw-clearance',
  'acknowledge-notice',
  'request-destruction',
  'destroy',
  'certify',
  'export-key',
  'order-packet',
  'freeze-packet',
  'digest-packet',
  'link-packet',
  'end-links',
  'release',
  'acknowledge',
  'order-filing',
  'file-step',
  'add-actor',
  'revoke-actor',
  'add-agency',
  'change-agency',
  'rotate-key',
  'backup',
  'restore',
  'move',
  'stamp',
] as const;
/** What an entry says was done. */
export type Act = (typeof ACTS)[number];

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** The chained part of an entry (decision 5), version 1. `time` is RFC 3339 UTC with milliseconds. */
export const entrySchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  chain: z.string(),
  seq: z.int().nonnegative(),
  /** SHA-256 of the chain's previous entry (its canonical JSON), hex; null on the first. */
  prev: z.nullable(hex32),
  time: z.iso.datetime({ precision: 3 }),
  actorId: z.string(),
  act: z.enum(ACTS),
  /** Sealed objects this act made; `sealed` is the RFC 6962 root over the ciphertext's 1 MiB pieces, hex. */
  objects: z.array(z.strictObject({ id: z.string(), sealed: hex32 })),
  /** label → HMAC-SHA-256, hex. */
  commitments: z.record(z.string(), hex32),
});
/** One link of a chain. */
export type Entry = z.infer<typeof entrySchema>;

/** Reads a chained part as the book or an export keeps it. @throws DeskError proof/malformed */
export function parseEntry(text: string): Entry {
  const parsed = entrySchema.safeParse(parseJson(text));
  if (!parsed.success || canonical(parsed.data) !== text) {
    throw new DeskError('proof/malformed', 'An entry is not canonical JSON of a kind this version reads.');
  }
  return parsed.data;
}

/** The same; undefined where it cannot be read, which `verifyChain` finds. */
export function readEntry(text: string): Entry | undefined {
  try {
    return parseEntry(text);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What the next entry's `prev` and the log's leaf carry: SHA-256 of the chained part, hex. */
export function entryHash(text: string): string {
  return sha256Hex(text);
}

// ── commitments ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a commitment is about; the type is inside the HMAC, so that a value of one kind never passes for another. */
export type CommitmentType = 'sha256' | 'root' | 'text' | 'row' | 'entry';

/** The key that opens one commitment and nothing else. */
export function commitmentKey(secret: Uint8Array, chain: string, seq: number, label: string): Buffer {
  return deriveKey(secret, 'commit', chain, seq, label);
}

/** HMAC-SHA-256(key, canonical JSON of [label, type, value]), hex. */
export function commitment(key: Uint8Array, label: string, type: CommitmentType, value: unknown): string {
  return hmac(key, commitmentMessage(label, type, value)).toString('hex');
}

/** What a commitment's HMAC is over. */
export function commitmentMessage(label: string, type: CommitmentType, value: unknown): Buffer {
  return canonicalBytes([label, type, value]);
}

/**
 * What every entry carries under the label `entry`: the commitment to all the rest of it. Only who holds the owner's secret can
 * make an entry; a thief who can write to the book cannot.
 * @param entry the chained part; a commitment `entry` already in it is left out
 */
export function entryCommitment(key: Uint8Array, entry: Entry): string {
  const commitments = Object.fromEntries(Object.entries(entry.commitments).filter(([label]) => label !== 'entry'));
  return commitment(key, 'entry', 'entry', { ...entry, commitments });
}

/**
 * The label under which a referral's first entry commits to its parts, and so the form of their leaves. `parts`: a leaf's data is a
 * digest of 32 bytes, so that whoever is given one can see that it is a leaf. `document`: until 2026-11-26, the salted part itself.
 */
export type DocumentLabel = 'parts' | 'document';

/** Which of the two an entry has. */
export function documentLabel({ commitments }: Pick<Entry, 'commitments'>): DocumentLabel {
  return 'parts' in commitments ? 'parts' : 'document';
}

export function isDocumentLabel(label: string): label is DocumentLabel {
  return label === 'parts' || label === 'document';
}

/** The key a document's salts come from: with it the sender rebuilds the document's root from his own copy. */
export function documentKey(secret: Uint8Array, chain: string, seq: number, label: string): Buffer {
  return deriveKey(secret, 'salt', chain, seq, label);
}

/** One part of a document: a top-level field, or one element of a top-level array. */
export interface Part {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly value: unknown;
}

/** A document's parts: fields in the order of canonical JSON, arrays element by element (an empty one as itself). */
export function partsOf(document: Readonly<Record<string, unknown>>): Part[] {
  const keys = Object.keys(document).filter((key) => document[key] !== undefined);
  return keys.sort().flatMap((key) => {
    const pointer = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const value = document[key];
    if (!Array.isArray(value) || value.length === 0) return [{ pointer, value }];
    return value.map((element: unknown, n) => ({ pointer: `${pointer}/${n}`, value: element }));
  });
}

/** SHA-256 over a part's 32-byte salt, then the canonical JSON of [pointer, value]. */
export function partDigest(salt: Uint8Array, part: Part): Buffer {
  return sha256(saltedPart(salt, part));
}

/** The leaf of one part: RFC 6962 leaf hash over its digest; in the older form over its salt and its canonical JSON themselves. */
export function partLeaf(label: DocumentLabel, salt: Uint8Array, part: Part): Buffer {
  return leafHash(label === 'parts' ? partDigest(salt, part) : saltedPart(salt, part));
}

function saltedPart(salt: Uint8Array, { pointer, value }: Part): Buffer {
  return Buffer.concat([salt, canonicalBytes([pointer, value])]);
}

/** The RFC 6962 root over a document's salted parts, hex. */
export function documentRoot(
  label: DocumentLabel,
  key: Uint8Array,
  document: Readonly<Record<string, unknown>>,
): string {
  return rootOf(partsOf(document).map((part) => partLeaf(label, leafSalt(key, part.pointer), part))).toString('hex');
}

// ── verifying a chain ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface ChainFinding {
  readonly code:
    'custody/malformed' | 'custody/foreign' | 'custody/missing' | 'custody/order' | 'custody/link' | 'custody/empty';
  /** Which entry, counted as it lies before us. */
  readonly where: string;
}

/**
 * Whether these chained parts are one unbroken chain from its first entry on. Finds what was edited, deleted, inserted or
 * reordered; what was cut off at the end only a receipt or checkpoint held elsewhere can show.
 * @param entries the same as `readEntry` reads them, where that was done
 */
export function verifyChain(
  texts: readonly string[],
  expected?: { readonly desk: string; readonly chain: string },
  entries: readonly (Entry | undefined)[] = texts.map(readEntry),
): ChainFinding[] {
  if (texts.length === 0) return [{ code: 'custody/empty', where: 'the whole chain' }];
  const findings: ChainFinding[] = [];
  const say = (code: ChainFinding['code'], n: number): void => void findings.push({ code, where: `entry ${n}` });
  let first: Entry | undefined;
  for (const n of texts.keys()) {
    const entry = entries[n];
    if (entry === undefined) {
      say('custody/malformed', n);
      continue;
    }
    first ??= entry;
    const home = expected ?? first;
    if (entry.desk !== home.desk || entry.chain !== home.chain) say('custody/foreign', n);
    if (entry.seq > n) say('custody/missing', n);
    if (entry.seq < n) say('custody/order', n);
    const before = texts[n - 1];
    if (entry.prev !== (before === undefined ? null : entryHash(before))) say('custody/link', n);
  }
  return findings;
}
