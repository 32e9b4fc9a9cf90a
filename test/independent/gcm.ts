// AES-256-GCM: one opening, and the small sealed form (0x01, IV, ciphertext, tag) that data keys, secrets and key files share.
import { createDecipheriv } from 'node:crypto';
import { demand, wrong } from './bytes.ts';

export interface Gcm {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export function openGcm({ key, iv, aad, ciphertext, tag }: Gcm, what: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(aad).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return wrong(`${what} does not open`);
  }
}

/** 0x01 ‖ 12 bytes IV ‖ ciphertext ‖ 16 bytes tag. */
export function openSmall(key: Uint8Array, aad: string, sealed: Uint8Array, what: string): Buffer {
  demand(sealed.length >= 29, `${what} is too short`);
  demand(sealed[0] === 1, `${what} has an unknown version`);
  const end = sealed.length - 16;
  const parts = { iv: sealed.subarray(1, 13), ciphertext: sealed.subarray(13, end), tag: sealed.subarray(end) };
  return openGcm({ key, aad: Buffer.from(aad), ...parts }, what);
}
