// The id of a file the referral does not declare: made from a key only sender and desk know, the bytes and the path, so that the same
// file sent again has the same id, and nobody can tell from the id which file it is.
import { createHmac } from 'node:crypto';
import { DeskError } from '../errors.ts';
import type { Receipt } from '../receipt.ts';
import { keyObject } from '../formats/key-object.ts';

/** The document key out of the receipt given at opening. */
export function documentKeyOf(receipt: Receipt): Buffer {
  const key = receipt.openings.find(({ documentKey }) => documentKey !== undefined)?.documentKey;
  if (key === undefined) throw new DeskError('internal', 'The receipt does not open the document.');
  return Buffer.from(key, 'base64');
}

/** A UUID of version 8 (RFC 9562) out of HMAC-SHA-256(document key, canonical JSON of ["attachment", sha256, path]). */
export function attachmentIdOf(documentKey: Uint8Array, sha256: string, path: string): string {
  if (!path.isWellFormed()) throw new DeskError('input/not-unicode', 'The path of a file is not valid Unicode.');
  const text = JSON.stringify(['attachment', sha256, path]); // of well-formed strings JSON.stringify is RFC 8785
  const bytes = createHmac('sha256', keyObject(documentKey)).update(text, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
