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

/** What a header says; all else in it follows from the message's context. */
export interface Header {
  readonly messageId: Buffer;
  /** By which the data key is wrapped. */
  readonly iv: Buffer;
  readonly wrapped: Buffer;
  readonly wrapTag: Buffer;
  readonly frameBytes: number;
  readonly commitment: Buffer;
}

export function makeHeader(
  sealing: MessageKey,
  { messageId, dataKey, iv }: Drawn,
  { commitment, encryption }: MessageKeys,
  frameBytes: number,
): Buffer {
  const context = serializeContext(sealing.context);
  const [wrapped, wrapTag] = sealGcm(sealing.key, iv, context, dataKey);
  const header = written(sealing.context.object, context, { messageId, iv, wrapped, wrapTag, frameBytes, commitment });
  const [, tag] = sealGcm(encryption, NO_IV, header.soFar(), NOTHING);
  return header.raw(tag).soFar();
}

/** A header that lacks its tag, which vouches for it. */
function written(object: string, context: Buffer, said: Header): Fields {
  const info = providerInfo(object, said.iv);
  return new Fields(sizeOf(context.length, info.length))
    .raw(START)
    .raw(said.messageId)
    .counted(context)
    .uint16(1)
    .counted(NAMESPACE)
    .counted(info)
    .uint16(said.wrapped.length + said.wrapTag.length)
    .raw(said.wrapped)
    .raw(said.wrapTag)
    .uint8(FRAMED)
    .uint32(said.frameBytes)
    .raw(said.commitment);
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
 * Holds a header against the context, the key's commitment and the tag.
 * @param bytes as many as `headerSize` says
 * @throws DeskError sealed/unsupported when version or suite are others, or a frame has no byte or more than 64 MiB; sealed/damaged
 */
export function openHeader({ key, context }: MessageKey, bytes: Buffer): OpenHeader {
  if (!bytes.subarray(0, START.length).equals(START)) throw unsupported();
  const head = read(bytes);
  const bound = serializeContext(context);
  const vouched = bytes.subarray(0, bytes.length - TAG_BYTES);
  if (!written(context.object, bound, head).soFar().equals(vouched)) throw damaged();
  if (head.frameBytes === 0 || head.frameBytes > 64 * FRAME_BYTES) throw unsupported();
  const dataKey = openGcm(key, head.iv, bound, head.wrapped, head.wrapTag);
  const keys = deriveMessageKeys(dataKey, head.messageId);
  if (!sameBytes(keys.commitment, head.commitment)) throw damaged();
  openGcm(keys.encryption, NO_IV, vouched, NOTHING, bytes.subarray(vouched.length));
  return { head, key: keys.encryption };
}

/** By where each thing stands, counted from either end: whether anything else stands there is seen when it is written again. */
function read(bytes: Buffer): Header {
  let end = bytes.length - TAG_BYTES;
  const before = (size: number): Buffer => {
    end -= size;
    return bytes.subarray(end, end + size);
  };
  const commitment = before(COMMITMENT_BYTES);
  const frameBytes = before(4).readUInt32BE();
  end -= 1; // that it is framed
  const wrapTag = before(TAG_BYTES);
  const wrapped = before(DATA_KEY_BYTES);
  end -= 2; // how long both are
  const iv = before(IV_BYTES);
  const messageId = bytes.subarray(START.length, START.length + MESSAGE_ID_BYTES);
  return { messageId, iv, wrapped, wrapTag, frameBytes, commitment };
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
