// A message's body: frames that each carry a tag of their own, the last one marked.
import { createCipheriv } from 'node:crypto';
import { IV_BYTES, TAG_BYTES } from './form.ts';
import { CIPHER_STEP } from './gcm.ts';

export const FINAL = 0xffffffff;
export const MOST_AROUND_FRAME = 4 + 4 + IV_BYTES + 4 + TAG_BYTES;

/** Seals a frame into `out`, and answers the part of it that is the frame. */
export function sealFrame(
  key: Uint8Array,
  messageId: Buffer,
  sequence: number,
  plain: Buffer,
  isFinal: boolean,
  out: Buffer,
): Buffer {
  const lead = isFinal ? 4 + 4 + IV_BYTES + 4 : 4 + IV_BYTES;
  const frame = out.subarray(0, lead + plain.length + TAG_BYTES);
  const iv = frameIv(sequence);
  if (isFinal) {
    frame.writeUInt32BE(FINAL, 0);
    frame.writeUInt32BE(sequence, 4);
    frame.set(iv, 8);
    frame.writeUInt32BE(plain.length, 8 + IV_BYTES);
  } else {
    frame.writeUInt32BE(sequence, 0);
    frame.set(iv, 4);
  }
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(frameAad(messageId, sequence, plain.length, isFinal));
  for (let at = 0; at < plain.length; at += CIPHER_STEP) {
    frame.set(cipher.update(plain.subarray(at, at + CIPHER_STEP)), lead + at);
  }
  cipher.final();
  frame.set(cipher.getAuthTag(), lead + plain.length);
  return frame;
}

export function frameIv(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(sequence, IV_BYTES - 4);
  return iv;
}

export function frameAad(messageId: Buffer, sequence: number, length: number, isFinal: boolean): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(sequence, 0);
  numbers.writeBigUInt64BE(BigInt(length), 4);
  const name = isFinal ? 'AWSKMSEncryptionClient Final Frame' : 'AWSKMSEncryptionClient Frame';
  return Buffer.concat([messageId, Buffer.from(name), numbers]);
}
