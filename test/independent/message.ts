// The sealed object: an AWS Encryption SDK message of format version 2, suite 0x0478, framed, one raw AES data key.
import { hkdfSync } from 'node:crypto';
import { Cursor, demand, same } from './bytes.ts';
import { openGcm } from './gcm.ts';
import { rootOf } from './merkle.ts';

export const PIECE = 1_048_576;

export interface Expected {
  readonly object: string;
  readonly owner: string;
}

interface Header {
  readonly messageId: Buffer;
  readonly context: Buffer;
  readonly dataKey: { readonly iv: Buffer; readonly ciphertext: Buffer; readonly tag: Buffer };
  readonly commitment: Buffer;
  readonly body: Buffer;
  readonly tag: Buffer;
}

/** The Merkle root, hex, over the ciphertext's pieces; needs no key. */
export function sealedRoot(message: Uint8Array): string {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += PIECE) pieces.push(message.subarray(at, at + PIECE));
  return rootOf(pieces).toString('hex');
}

/** What was sealed, under the object's own wrapping key. */
export function openMessage(message: Uint8Array, wrappingKey: Uint8Array, expected: Expected): Buffer {
  const cursor = new Cursor(message);
  const header = readHeader(cursor, expected);
  const { dataKey, context, messageId } = header;
  const key = openGcm({ key: wrappingKey, aad: context, ...dataKey }, 'the data key of the message');
  demand(key.length === 32, 'the data key of the message has a wrong length');
  demand(same(derived(key, messageId, 'COMMITKEY'), header.commitment), 'the message commits to another key');
  const bodyKey = derived(key, messageId, Buffer.concat([Uint8Array.of(0x04, 0x78), Buffer.from('DERIVEKEY')]));
  const empty = { iv: Buffer.alloc(12), ciphertext: Buffer.alloc(0) };
  openGcm({ key: bodyKey, aad: header.body, tag: header.tag, ...empty }, 'the header of the message');
  return readFrames(cursor, bodyKey, messageId);
}

function derived(key: Uint8Array, salt: Uint8Array, info: string | Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha512', key, salt, info, 32));
}

function readHeader(cursor: Cursor, expected: Expected): Header {
  const start = cursor.at;
  demand(cursor.u8() === 2, 'the message has an unknown format version');
  demand(cursor.u16() === 0x0478, 'the message has another algorithm suite');
  const messageId = cursor.take(32);
  const context = cursor.field();
  readContext(context, expected);
  demand(cursor.u16() === 1, 'the message has not exactly one encrypted data key');
  const dataKey = readDataKey(cursor, expected);
  demand(cursor.u8() === 2, 'the message is not framed');
  demand(cursor.u32() === PIECE, 'the message has another frame length');
  const commitment = cursor.take(32);
  const body = Buffer.from(cursor.bytes.subarray(start, cursor.at));
  return { messageId, context, dataKey, commitment, body, tag: cursor.take(16) };
}

/** Exactly {object, owner}: a count, then names and values behind their lengths, sorted by name. */
function readContext(context: Buffer, expected: Expected): void {
  const cursor = new Cursor(context);
  demand(cursor.u16() === 2, 'the message has another encryption context');
  for (const wanted of ['object', expected.object, 'owner', expected.owner]) {
    demand(cursor.field().equals(Buffer.from(wanted)), 'the message has another encryption context');
  }
  demand(cursor.done, 'the message has another encryption context');
}

/** Provider info of the raw AES keyring: key name, tag length in bits, IV length, IV. */
function readDataKey(cursor: Cursor, expected: Expected): Header['dataKey'] {
  demand(cursor.field().toString() === 'referral-desk', 'the message has another key namespace');
  const info = new Cursor(cursor.field());
  const name = Buffer.from(expected.object);
  demand(info.take(name.length).equals(name), 'the message has another key name');
  demand(info.u32() === 128, 'the message has another tag length');
  demand(info.u32() === 12, 'the message has another IV length');
  const iv = info.take(12);
  demand(info.done, 'the message has another key name');
  const wrapped = cursor.field();
  demand(wrapped.length === 48, 'the encrypted data key has a wrong length');
  return { iv, ciphertext: wrapped.subarray(0, 32), tag: wrapped.subarray(32) };
}

const FRAME = 'AWSKMSEncryptionClient Frame';
const FINAL_FRAME = 'AWSKMSEncryptionClient Final Frame';

function readFrames(cursor: Cursor, key: Uint8Array, messageId: Uint8Array): Buffer {
  const opened: Buffer[] = [];
  for (let number = 1; ; number += 1) {
    const mark = cursor.u32();
    const last = mark === 0xffffffff;
    demand((last ? cursor.u32() : mark) === number, 'a frame of the message is out of order');
    const iv = cursor.take(12);
    demand(iv.readUInt32BE(8) === number && iv.readBigUInt64BE(0) === 0n, 'a frame of the message has another IV');
    const length = last ? cursor.u32() : PIECE;
    demand(length <= PIECE, 'the last frame of the message is too long');
    const ciphertext = cursor.take(length);
    const aad = frameAad(messageId, last ? FINAL_FRAME : FRAME, number, length);
    opened.push(openGcm({ key, iv, aad, ciphertext, tag: cursor.take(16) }, `frame ${number} of the message`));
    if (last) break;
  }
  demand(cursor.done, 'bytes follow the end of the message');
  return Buffer.concat(opened);
}

function frameAad(messageId: Uint8Array, content: string, number: number, length: number): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(number, 0);
  numbers.writeBigUInt64BE(BigInt(length), 4);
  return Buffer.concat([messageId, Buffer.from(content), numbers]);
}
