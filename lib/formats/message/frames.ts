// A message's body: frames that each carry a tag of their own, the last one marked.
import { createCipheriv, type KeyObject } from 'node:crypto';
import { damaged, IV_BYTES, TAG_BYTES } from './form.ts';
import { giveBack } from '../used-up.ts';
import { beginOpenGcm, CIPHER_STEP } from './gcm.ts';
import type { OpenHeader } from './header.ts';
import type { Reader } from './reader.ts';

export const FINAL = 0xffffffff;
const LEAD_BYTES = 4 + IV_BYTES; // sequence number, IV
export const FINAL_LEAD_BYTES = 4 + 4 + IV_BYTES + 4; // mark, sequence number, IV, length
export const AROUND_FRAME = LEAD_BYTES + TAG_BYTES;
export const AROUND_FINAL = FINAL_LEAD_BYTES + TAG_BYTES;

/** Seals a frame into `out`, and answers the part of it that is the frame. */
export function sealFrame(
  key: KeyObject,
  messageId: Buffer,
  sequence: number,
  plain: Buffer,
  isFinal: boolean,
  out: Buffer,
): Buffer {
  const lead = isFinal ? FINAL_LEAD_BYTES : LEAD_BYTES;
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
    const step = cipher.update(plain.subarray(at, at + CIPHER_STEP));
    frame.set(step, lead + at);
    giveBack(step);
  }
  cipher.final();
  frame.set(cipher.getAuthTag(), lead + plain.length);
  return frame;
}

function frameIv(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(sequence, IV_BYTES - 4);
  return iv;
}

function frameAad(messageId: Buffer, sequence: number, length: number, isFinal: boolean): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(sequence, 0);
  numbers.writeBigUInt64BE(BigInt(length), 4);
  const name = isFinal ? 'AWSKMSEncryptionClient Final Frame' : 'AWSKMSEncryptionClient Frame';
  return Buffer.concat([messageId, Buffer.from(name), numbers]);
}

/** What a frame says of itself before its bytes: word of mouth until its tag is checked. */
export interface Lead {
  readonly isFinal: boolean;
  /** Bytes of plaintext. */
  readonly length: number;
}

/** @throws DeskError sealed/damaged when the frame that comes is not this one */
export async function readLead(reader: Reader, sequence: number, frameBytes: number): Promise<Lead> {
  const marker = (await reader.take(4)).readUInt32BE();
  const isFinal = marker === FINAL;
  const found = isFinal ? (await reader.take(4)).readUInt32BE() : marker;
  const iv = await reader.take(IV_BYTES);
  const length = isFinal ? (await reader.take(4)).readUInt32BE() : frameBytes;
  if (found !== sequence || length > frameBytes || !iv.equals(frameIv(sequence))) throw damaged();
  return { isFinal, length };
}

/**
 * Opens a frame after its lead was read. The plaintext is fresh memory, and is handed out whole.
 * @throws DeskError sealed/damaged when its tag does not hold for this sequence number and lead
 */
export async function openFrame(
  { key, head }: OpenHeader,
  reader: Reader,
  sequence: number,
  { isFinal, length }: Lead,
): Promise<Buffer> {
  const opening = beginOpenGcm(key, frameIv(sequence), frameAad(head.messageId, sequence, length, isFinal));
  const plain = Buffer.allocUnsafe(length);
  for (let at = 0; at < length;) {
    const sealed = await reader.some(Math.min(CIPHER_STEP, length - at));
    const step = opening.update(sealed);
    plain.set(step, at);
    at += step.length;
    giveBack(step);
  }
  opening.finish(await reader.take(TAG_BYTES));
  return plain;
}
