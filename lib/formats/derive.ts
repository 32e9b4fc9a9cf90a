// Keys that come out of an owner's secret (decisions 4 and 5). Every derived key is 32 bytes and has exactly one use; when
// the secret is destroyed all of them are.
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { canonicalBytes } from './canonical.ts';
import { expanded, extracted, hmacOf } from './digest.ts';
import { keyObject } from './key-object.ts';

/** wrap: an object's key · commit: one commitment · salt: one document's leaves · address: where the parts of one upload are put. */
export type KeyUse = 'wrap' | 'commit' | 'salt' | 'address';

const NO_SALT = new Uint8Array();

/**
 * HKDF-SHA-256 (RFC 5869) without salt over the secret; info is the canonical JSON of
 * ["referral-desk/1", use, chain, seq, label]. 32 bytes.
 */
export function deriveKey(secret: Uint8Array, use: KeyUse, chain: string, seq: number, label: string): Buffer {
  const info = canonicalBytes(['referral-desk/1', use, chain, seq, label]);
  return expanded('sha256', extractedOf(secret), info, 32);
}

/** Of each secret that is in use, as long as it is: one act derives ten keys and more. A secret's bytes never change. */
const known = new WeakMap<Uint8Array, Buffer>();

function extractedOf(secret: Uint8Array): Buffer {
  const found = known.get(secret);
  if (found !== undefined) return found;
  const key = extracted('sha256', secret, NO_SALT);
  known.set(secret, key);
  return key;
}

/** The salt of one part of a document: HMAC-SHA-256(document key, UTF-8 of the part's JSON pointer). */
export function leafSalt(documentKey: Uint8Array, pointer: string): Buffer {
  return hmacOf('sha256', documentKey, pointer);
}

export function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return hmacOf('sha256', key, data);
}

/** Equality that takes the same time wherever two values of one length differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const KWP_IV = Buffer.from('A65959A6', 'hex');

/** AES-256 key wrap with padding (RFC 5649). */
export function wrapKey(wrappingKey: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap-pad', keyObject(wrappingKey), KWP_IV);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** Undoes wrapKey. @throws DeskError keys/refused when the blob or the key is another */
export function unwrapKey(wrappingKey: Uint8Array, wrapped: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('id-aes256-wrap-pad', keyObject(wrappingKey), KWP_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch (cause) {
    throw new DeskError('keys/refused', 'A wrapped key does not open: it was altered or belongs to another owner.', {
      cause,
    });
  }
}
