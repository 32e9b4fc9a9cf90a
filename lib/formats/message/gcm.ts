// AES-256-GCM (NIST SP 800-38D) over one piece of bytes.
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { DeskError } from '../../errors.ts';
import { TAG_BYTES } from './form.ts';
import { keyObject } from '../key-object.ts';

export function sealGcm(
  key: Uint8Array | KeyObject,
  iv: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv);
  cipher.setAAD(aad);
  const sealed = plain.length === 0 ? Buffer.alloc(0) : cipher.update(plain);
  cipher.final(); // of GCM nothing is left for it
  return [sealed, cipher.getAuthTag()];
}

/** One piece of ciphertext being opened. Nothing of what `update` answered may leave before `finish` has returned. */
export interface OpeningGcm {
  /** As many bytes of plaintext; the caller's own. */
  readonly update: (sealed: Uint8Array) => Buffer;
  /** @throws DeskError sealed/damaged when the tag does not hold */
  readonly finish: (tag: Uint8Array) => void;
}

export function beginOpenGcm(key: Uint8Array | KeyObject, iv: Uint8Array, aad: Uint8Array): OpeningGcm {
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  return {
    update: (sealed) => decipher.update(sealed),
    finish(tag) {
      decipher.setAuthTag(tag);
      try {
        decipher.final();
      } catch (cause) {
        const message = 'A sealed object does not open: bytes, key or context differ.';
        throw new DeskError('sealed/damaged', message, { cause });
      }
    },
  };
}

/** What is at hand whole. @throws DeskError sealed/damaged */
export function openGcm(
  key: Uint8Array | KeyObject,
  iv: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
  tag: Uint8Array,
): Buffer {
  const opening = beginOpenGcm(key, iv, aad);
  const plain = opening.update(sealed);
  opening.finish(tag);
  return plain;
}
