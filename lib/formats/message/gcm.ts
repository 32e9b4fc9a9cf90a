// AES-256-GCM (NIST SP 800-38D) over one piece of bytes.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { DeskError } from '../../errors.ts';
import { giveBack } from '../used-up.ts';
import { TAG_BYTES } from './form.ts';
import { keyObject } from '../key-object.ts';

export const CIPHER_STEP = 64 * 1024; // larger updates spend half their time in page faults of fresh buffers

export function sealGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plain: Uint8Array): [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv);
  cipher.setAAD(aad);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [sealed, cipher.getAuthTag()];
}

export function openGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array, tag: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plain = Buffer.allocUnsafe(sealed.length);
  for (let at = 0; at < sealed.length; at += CIPHER_STEP) {
    const step = decipher.update(sealed.subarray(at, at + CIPHER_STEP));
    plain.set(step, at);
    giveBack(step);
  }
  try {
    decipher.final();
  } catch (cause) {
    throw new DeskError('sealed/damaged', 'A sealed object does not open: bytes, key or context differ.', { cause });
  }
  return plain;
}
