// A receipt is the desk's signed promise: this entry and all before it are in the book, and will be in the log by the deadline.
// Its openings let the sender tie his own bytes to the entry. The desk stores no receipt; it makes one again when asked.
import * as z from 'zod';
import { commitmentKey, documentKey, documentLabel, entrySchema, type Entry } from './custody.ts';
import type { Chain, Core, Taken } from './core.ts';
import { canonicalBytes } from './formats/canonical.ts';
import { leafHash, rootOf } from './formats/merkle.ts';

export { receiptLeaf, receiptMessage } from './sign-receipts.ts';

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** What opens one commitment: HMAC-SHA-256(key, canonical [label, type, value]) is `commitment` for the right value. */
export const openingSchema = z.strictObject({
  seq: z.int().nonnegative(),
  label: z.string(),
  type: z.enum(['sha256', 'root', 'text', 'row']),
  key: base64,
  commitment: hex32,
  /** On a document's opening: the key its salts come from. */
  documentKey: z.optional(base64),
  /** On the opening of what an attachment is, or of what was described of it: which attachment. */
  attachment: z.optional(z.string()),
});
/** What opens one commitment; keys in base64, the commitment in hex. */
export type Opening = z.infer<typeof openingSchema>;

/** A receipt as it is given out, version 1. */
export const receiptSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  keyId: z.string(),
  entry: entrySchema,
  /** The entry and all before it are in the log by then; RFC 3339 UTC. */
  deadline: z.iso.datetime({ precision: 3 }),
  /** From the leaf of this receipt to the root that was signed (RFC 6962); no hashes where one signature serves one receipt. */
  path: z.strictObject({ index: z.int().nonnegative(), size: z.int().positive(), hashes: z.array(base64) }),
  signature: base64,
  openings: z.array(openingSchema),
});
/** A signed receipt (Ed25519, RFC 8032; base64), for `verifyReceipt`. */
export type Receipt = z.infer<typeof receiptSchema>;

/** Signs for an entry that has been taken. */
export async function giveReceipt(core: Core, taken: Taken, openings: readonly Opening[]): Promise<Receipt> {
  const { entry } = taken;
  const deadline = new Date(Date.parse(entry.time) + core.settings.logWithinHours * 3_600_000).toISOString();
  const unsigned = { version: 1 as const, desk: core.desk, entry, deadline };
  return { ...unsigned, ...(await core.signReceipt(unsigned)), openings: [...openings] };
}

// ── openings ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Opens one commitment of an entry. */
export function openingOf(chain: Chain, entry: Entry, label: string, type: Opening['type']): Opening {
  const key = commitmentKey(chain.secret, chain.owner, entry.seq, label).toString('base64');
  return { seq: entry.seq, label, type, key, commitment: entry.commitments[label] ?? '' };
}

/** Opens what a first entry commits to of its document, with the key by which the sender rebuilds its root. */
export function openingOfDocument(chain: Chain, entry: Entry): Opening {
  const label = documentLabel(entry);
  const salts = documentKey(chain.secret, chain.owner, entry.seq, label).toString('base64');
  return { ...openingOf(chain, entry, label, 'root'), documentKey: salts };
}

/**
 * One thing a finished referral consists of: an attachment, what was described of one, the referral as received (`original`) or as
 * parsed (`parts`; in the older form `document`).
 */
export interface Listed {
  /** The attachment's id, `details/` and that id, `original`, `parts` or `document`. */
  readonly name: string;
  /** The entry that took it in. */
  readonly seq: number;
  /** That entry's commitment to its SHA-256 (of the document: to its root; of details: to them), hex. */
  readonly commitment: string;
}

/** What the details of an attachment are called among what a finished referral consists of. */
export function detailsName(attachment: string): string {
  return `details/${attachment}`;
}

/** The RFC 6962 root over all a referral consists of, in the order of names, hex: what `contents` in a finish entry commits to. */
export function contentsRoot(contents: readonly Listed[]): string {
  const sorted = contents.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return rootOf(sorted.map(({ name, seq, commitment }) => leafHash(canonicalBytes([name, seq, commitment])))).toString(
    'hex',
  );
}
