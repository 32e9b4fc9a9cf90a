// A message's body: frames that each carry a tag of their own, the last one marked.
import { createCipheriv, type KeyObject } from 'node:crypto';
import { inOne } from '../used-up.ts';
import { damaged, IV_BYTES, TAG_BYTES } from './form.ts';
import { beginOpenGcm, openGcm } from './gcm.ts';
import type { OpenHeader } from './header.ts';
import type { Reader } from './reader.ts';

/** So much is put through the cipher at once, and is a piece by itself: smaller ones take longer to hand on than to copy. */
const CIPHER_STEP = 256 * 1024;
/** A frame that came in more pieces than this, and in small ones, is joined. */
const MOST_PIECES = 8;
const SMALL_BYTES = CIPHER_STEP / 2;

export const FINAL = 0xffffffff;
const LEAD_BYTES = 4 + IV_BYTES; // sequence number, IV
export const FINAL_LEAD_BYTES = 4 + 4 + IV_BYTES + 4; // mark, sequence number, IV, length
export const AROUND_FRAME = LEAD_BYTES + TAG_BYTES;
export const AROUND_FINAL = FINAL_LEAD_BYTES + TAG_BYTES;

/** The pieces of a sealed frame, one behind the other; each is the caller's own. */
export function* sealFrame(
  key: KeyObject,
  messageId: Buffer,
  sequence: number,
  plain: Buffer,
  isFinal: boolean,
): Generator<Buffer, void, undefined> {
  const iv = frameIv(sequence);
  yield leadBytes(sequence, iv, plain.length, isFinal);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(frameAad(messageId, sequence, plain.length, isFinal));
  for (let at = 0; at < plain.length; at += CIPHER_STEP) yield cipher.update(plain.subarray(at, at + CIPHER_STEP));
  cipher.final(); // of GCM nothing is left for it
  yield cipher.getAuthTag();
}

function leadBytes(sequence: number, iv: Buffer, length: number, isFinal: boolean): Buffer {
  const lead = Buffer.allocUnsafe(isFinal ? FINAL_LEAD_BYTES : LEAD_BYTES);
  if (isFinal) lead.writeUInt32BE(FINAL, 0);
  lead.writeUInt32BE(sequence, isFinal ? 4 : 0);
  lead.set(iv, isFinal ? 8 : 4);
  if (isFinal) lead.writeUInt32BE(length, 8 + IV_BYTES);
  return lead;
}

function frameIv(sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(sequence, IV_BYTES - 4);
  return iv;
}

function frameAad(messageId: Buffer, sequence: number, length: number, isFinal: boolean): Buffer {
  const name = isFinal ? FINAL_NAME : FRAME_NAME;
  const end = messageId.length + name.length;
  const aad = Buffer.allocUnsafe(end + 4 + 8);
  aad.set(messageId);
  aad.set(name, messageId.length);
  aad.writeUInt32BE(sequence, end);
  aad.writeUInt32BE(0, end + 4); // a length of 8 bytes, of a frame of at most 64 MiB
  aad.writeUInt32BE(length, end + 8);
  return aad;
}

const FRAME_NAME = Buffer.from('AWSKMSEncryptionClient Frame');
const FINAL_NAME = Buffer.from('AWSKMSEncryptionClient Final Frame');

/** What a frame says of itself before its bytes: word of mouth until its tag is checked. */
export interface Lead {
  readonly isFinal: boolean;
  /** Bytes of plaintext. */
  readonly length: number;
}

/** @throws DeskError sealed/damaged when the frame that comes is not this one */
export async function takeLead(reader: Reader, sequence: number, frameBytes: number): Promise<Lead> {
  const bytes = await reader.take(LEAD_BYTES);
  const isFinal = bytes.readUInt32BE() === FINAL;
  const whole = isFinal ? Buffer.concat([bytes, await reader.take(FINAL_LEAD_BYTES - LEAD_BYTES)]) : bytes;
  return readLead(whole, isFinal, sequence, frameBytes);
}

/** @throws DeskError sealed/damaged when it is not this frame's */
function readLead(bytes: Buffer, isFinal: boolean, sequence: number, frameBytes: number): Lead {
  const length = isFinal ? bytes.readUInt32BE(FINAL_LEAD_BYTES - 4) : frameBytes;
  const isThis = bytes.equals(leadBytes(sequence, frameIv(sequence), length, isFinal));
  if (!isThis || length > frameBytes) throw damaged();
  return { isFinal, length };
}

/**
 * Opens a frame after its lead was read. @returns its plaintext in pieces, each the caller's own
 * @throws DeskError sealed/damaged when its tag does not hold for this sequence number and lead
 */
export async function openFrame(
  { key, head }: OpenHeader,
  reader: Reader,
  sequence: number,
  { isFinal, length }: Lead,
): Promise<Buffer[]> {
  const opening = beginOpenGcm(key, frameIv(sequence), frameAad(head.messageId, sequence, length, isFinal));
  const pieces: Buffer[] = [];
  for (let opened = 0; opened < length;) {
    const piece = opening.update(await reader.some(Math.min(CIPHER_STEP, length - opened)));
    pieces.push(piece);
    opened += piece.length;
  }
  opening.finish(await reader.take(TAG_BYTES));
  const isScattered = pieces.length > MOST_PIECES && length < pieces.length * SMALL_BYTES;
  return isScattered ? [inOne(pieces)] : pieces;
}

/**
 * Opens a frame that is at hand whole, from its lead to its tag.
 * @throws DeskError sealed/damaged
 */
export function openFrameAtOnce({ key, head }: OpenHeader, frame: Buffer, sequence: number, isFinal: boolean): Buffer {
  const leadSize = isFinal ? FINAL_LEAD_BYTES : LEAD_BYTES;
  const { length } = readLead(frame.subarray(0, leadSize), isFinal, sequence, head.frameBytes);
  if (frame.length !== leadSize + length + TAG_BYTES) throw damaged();
  const aad = frameAad(head.messageId, sequence, length, isFinal);
  const tagAt = leadSize + length;
  return openGcm(key, frameIv(sequence), aad, frame.subarray(leadSize, tagAt), frame.subarray(tagAt));
}
