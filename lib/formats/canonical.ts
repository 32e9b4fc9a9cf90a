// Canonical JSON (RFC 8785) and the digests over it: what is signed, chained or committed to goes through here, so that one
// value has one spelling.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DeskError } from '../errors.ts';

/** The RFC 8785 text of a JSON value. Undefined members are left out; half of a surrogate pair is escaped, not refused. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new DeskError('internal', 'This value has no JSON form.');
  return text;
}

/** The RFC 8785 text as UTF-8. */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonical(value), 'utf8');
}

/** SHA-256 (FIPS 180-4), 32 bytes. A string counts as its UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** SHA-256, 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The same of a text that comes in pieces, as UTF-8. */
export function sha256OfPieces(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece, 'utf8');
  return hash.digest('hex');
}
