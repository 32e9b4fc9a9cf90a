// AES-256-GCM over one small piece of bytes: a version byte, 12 bytes of fresh IV, the ciphertext, 16 bytes of tag. What
// does not open under the very same key and context does not open at all.
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { fewRandomBytes } from '../formats/chance.ts';
import { keyObject } from '../formats/key-object.ts';

export function seal(key: Uint8Array | KeyObject, plain: Uint8Array, context: Uint8Array): Uint8Array {
  const iv = fewRandomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv).setAAD(context);
  const sealed = new Uint8Array(plain.length + OVERHEAD_BYTES);
  sealed[0] = VERSION;
  sealed.set(iv, 1);
  sealed.set(cipher.update(plain), 1 + IV_BYTES);
  cipher.final(); // of GCM nothing is left for it
  sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES);
  return sealed;
}

/** Undefined when key, bytes or context are not what was sealed. */
export function open(key: Uint8Array | KeyObject, sealed: Uint8Array, context: Uint8Array): Uint8Array | undefined {
  if (sealed.length < OVERHEAD_BYTES || sealed[0] !== VERSION) return undefined;
  const iv = sealed.subarray(1, 1 + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = decipher.update(sealed.subarray(1 + IV_BYTES, -TAG_BYTES));
  try {
    return Uint8Array.from(Buffer.concat([body, decipher.final()]));
  } catch {
    return undefined;
  }
}

/** 256 fresh random bits. */
export function freshKey(): Uint8Array {
  return Uint8Array.from(fewRandomBytes(KEY_BYTES));
}

export const KEY_BYTES = 32;

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** By how much sealed bytes are longer than plain ones. */
export const OVERHEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;
