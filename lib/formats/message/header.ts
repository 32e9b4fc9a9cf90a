// A message's header, and the keys it carries or binds: message format version 2, suite 0x0478, one data key wrapped by a raw AES key.
import type { KeyObject } from 'node:crypto';
import { sameBytes } from '../derive.ts';
import { expanded, extracted } from '../digest.ts';
import {
  damaged,
  FRAME_BYTES,
  IV_BYTES,
  KEY_NAMESPACE,
  TAG_BYTES,
  unsupported,
  type Drawn,
  type MessageContext,
  type MessageKey,
} from './form.ts';
import { Fields } from './fields.ts';
import { openGcm, sealGcm } from './gcm.ts';
import { keyObject } from '../key-object.ts';
import type { Reader } from './reader.ts';

const VERSION = 2;
const SUITE = 0x0478;
const FRAMED = 2;
const MESSAGE_ID_BYTES = 32;
const DATA_KEY_BYTES = 32;
const COMMITMENT_BYTES = 32;

const NAMESPACE = Buffer.from(KEY_NAMESPACE);
const START = new Fields(3).uint8(VERSION).uint16(SUITE).soFar();
/** The header's tag is over nothing but what it vouches for, under an IV of zeros. */
const NO_IV = Buffer.alloc(IV_BYTES);
const NOTHING = Buffer.alloc(0);

export interface Header {
  /** The header as it stood, without its tag: what the tag vouches for. */
  readonly bytes: Buffer;
  readonly messageId: Buffer;
  readonly context: Buffer;
  readonly dataKey: { readonly provider: Buffer; readonly info: Buffer; readonly wrapped: Buffer };
  readonly frameBytes: number;
  readonly commitment: Buffer;
}

export function makeHeader(
  sealing: MessageKey,
  { messageId, dataKey, iv }: Drawn,
  keys: MessageKeys,
  frameBytes: number,
): Buffer {
  const context = serializeContext(sealing.context);
  const [wrapped, wrapTag] = sealGcm(sealing.key, iv, context, dataKey);
  const info = providerInfo(sealing.context.object, iv);
  const header = new Fields(sizeOf(context.length, info.length))
    .raw(START)
    .raw(messageId)
    .counted(context)
    .uint16(1)
    .counted(NAMESPACE)
    .counted(info)
    .uint16(wrapped.length + wrapTag.length)
    .raw(wrapped)
    .raw(wrapTag)
    .uint8(FRAMED)
    .uint32(frameBytes)
    .raw(keys.commitment);
  const [, tag] = sealGcm(keys.encryption, NO_IV, header.soFar(), NOTHING);
  return header.raw(tag).soFar();
}

/** The size of the header, tag included, of every message that is bound to this context: nothing else in it varies in length. */
export function headerSize(context: MessageContext): number {
  return sizeOf(serializeContext(context).length, providerInfo(context.object, NO_IV).length);
}

function sizeOf(contextBytes: number, infoBytes: number): number {
  const counted = [contextBytes, NAMESPACE.length, infoBytes, DATA_KEY_BYTES + TAG_BYTES];
  const fixed = START.length + MESSAGE_ID_BYTES + 2 + 5 + COMMITMENT_BYTES + TAG_BYTES;
  return counted.reduce((sum, size) => sum + 2 + size, fixed);
}

/** A header that was vouched for, and the key of the frames behind it. */
export interface OpenHeader {
  readonly head: Header;
  readonly key: KeyObject;
}

/**
 * Reads a header up to its tag's end and holds it against the context, the key's commitment and the tag.
 * @throws DeskError sealed/damaged, sealed/unsupported
 */
export async function openHeader(opening: MessageKey, reader: Reader): Promise<OpenHeader> {
  const head = await readHeader(reader);
  if (!head.context.equals(serializeContext(opening.context))) throw damaged();
  const keys = deriveMessageKeys(unwrapDataKey(opening, head), head.messageId);
  if (!sameBytes(keys.commitment, head.commitment)) throw damaged();
  const tag = await reader.take(TAG_BYTES);
  openGcm(keys.encryption, NO_IV, head.bytes, NOTHING, tag);
  return { head, key: keys.encryption };
}

async function readHeader(reader: Reader): Promise<Header> {
  const seen: Buffer[] = [];
  const take = async (size: number): Promise<Buffer> => {
    const bytes = await reader.take(size);
    seen.push(bytes);
    return bytes;
  };
  const takeCounted = async (): Promise<Buffer> => take((await take(2)).readUInt16BE());
  const start = await take(3);
  if (start.readUInt8(0) !== VERSION || start.readUInt16BE(1) !== SUITE) throw unsupported();
  const messageId = await take(MESSAGE_ID_BYTES);
  const context = await takeCounted();
  if ((await take(2)).readUInt16BE() !== 1) throw unsupported();
  const dataKey = { provider: await takeCounted(), info: await takeCounted(), wrapped: await takeCounted() };
  const end = await take(5);
  const frameBytes = end.readUInt32BE(1);
  if (end.readUInt8(0) !== FRAMED || frameBytes === 0 || frameBytes > 64 * FRAME_BYTES) throw unsupported();
  const commitment = await take(COMMITMENT_BYTES);
  return { bytes: Buffer.concat(seen), messageId, context, dataKey, frameBytes, commitment };
}

/** Number of pairs, then each key and value with its length, in the order of the keys' bytes: object before owner. */
function serializeContext({ object, owner }: MessageContext): Buffer {
  const [objectBytes, ownerBytes] = [Buffer.from(object, 'utf8'), Buffer.from(owner, 'utf8')];
  const sizes = [OBJECT, objectBytes, OWNER, ownerBytes].reduce((sum, { length }) => sum + 2 + length, 2);
  const fields = new Fields(sizes).uint16(2);
  return fields.counted(OBJECT).counted(objectBytes).counted(OWNER).counted(ownerBytes).soFar();
}

const OBJECT = Buffer.from('object');
const OWNER = Buffer.from('owner');

export interface MessageKeys {
  readonly encryption: KeyObject;
  readonly commitment: Buffer;
}

export function deriveMessageKeys(dataKey: Uint8Array, messageId: Uint8Array): MessageKeys {
  const key = extracted('sha512', dataKey, messageId);
  const encryption = expanded('sha512', key, DERIVE, 32);
  const keys = { encryption: keyObject(encryption), commitment: expanded('sha512', key, COMMIT, 32) };
  encryption.fill(0);
  key.fill(0);
  return keys;
}

const DERIVE = Buffer.concat([START.subarray(1), Buffer.from('DERIVEKEY')]); // the suite's number before it
const COMMIT = Buffer.from('COMMITKEY');

/** The raw AES keyring's key provider info: key name, tag length in bits, IV length, IV. */
function providerInfo(object: string, iv: Uint8Array): Buffer {
  const name = Buffer.from(object, 'utf8');
  const fields = new Fields(name.length + 8 + IV_BYTES).raw(name);
  return fields
    .uint32(TAG_BYTES * 8)
    .uint32(IV_BYTES)
    .raw(iv)
    .soFar();
}

function unwrapDataKey(opening: MessageKey, head: Header): Buffer {
  const { provider, info, wrapped } = head.dataKey;
  const iv = info.subarray(info.length - IV_BYTES);
  const isOurs = provider.equals(NAMESPACE) && info.equals(providerInfo(opening.context.object, iv));
  if (!isOurs || wrapped.length !== DATA_KEY_BYTES + TAG_BYTES) throw damaged();
  const [sealed, tag] = [wrapped.subarray(0, DATA_KEY_BYTES), wrapped.subarray(DATA_KEY_BYTES)];
  return openGcm(opening.key, iv, serializeContext(opening.context), sealed, tag);
}
