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
const START = Buffer.concat([Buffer.of(VERSION), uint16(SUITE)]);
const ONE_KEY = uint16(1);
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
  const end = Buffer.alloc(5);
  end.writeUInt8(FRAMED, 0);
  end.writeUInt32BE(frameBytes, 1);
  const bytes = Buffer.concat([
    START,
    messageId,
    ...counted(context),
    ONE_KEY,
    ...counted(NAMESPACE),
    ...counted(providerInfo(sealing.context.object, iv)),
    uint16(wrapped.length + wrapTag.length),
    wrapped,
    wrapTag,
    end,
    keys.commitment,
  ]);
  const [, tag] = sealGcm(keys.encryption, NO_IV, bytes, NOTHING);
  return Buffer.concat([bytes, tag]);
}

/** The size of the header, tag included, of every message that is bound to this context: nothing else in it varies in length. */
export function headerSize(context: MessageContext): number {
  const counts = [
    serializeContext(context).length,
    KEY_NAMESPACE.length,
    providerInfo(context.object, Buffer.alloc(IV_BYTES)).length,
    DATA_KEY_BYTES + TAG_BYTES,
  ];
  const fixed = 3 + MESSAGE_ID_BYTES + 2 + 5 + COMMITMENT_BYTES + TAG_BYTES;
  return counts.reduce((sum, size) => sum + 2 + size, fixed);
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
function serializeContext(context: MessageContext): Buffer {
  const texts = ['object', context.object, 'owner', context.owner];
  return Buffer.concat([uint16(2), ...texts.flatMap((text) => counted(Buffer.from(text, 'utf8')))]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** How many they are, then the bytes. */
function counted(bytes: Uint8Array): [Buffer, Uint8Array] {
  return [uint16(bytes.length), bytes];
}

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

const DERIVE = Buffer.concat([uint16(SUITE), Buffer.from('DERIVEKEY')]);
const COMMIT = Buffer.from('COMMITKEY');

/** The raw AES keyring's key provider info: key name, tag length in bits, IV length, IV. */
function providerInfo(object: string, iv: Uint8Array): Buffer {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(TAG_BYTES * 8, 0);
  lengths.writeUInt32BE(IV_BYTES, 4);
  return Buffer.concat([Buffer.from(object, 'utf8'), lengths, iv]);
}

function unwrapDataKey(opening: MessageKey, head: Header): Buffer {
  const { provider, info, wrapped } = head.dataKey;
  const iv = info.subarray(info.length - IV_BYTES);
  const isOurs = provider.equals(NAMESPACE) && info.equals(providerInfo(opening.context.object, iv));
  if (!isOurs || wrapped.length !== DATA_KEY_BYTES + TAG_BYTES) throw damaged();
  const [sealed, tag] = [wrapped.subarray(0, DATA_KEY_BYTES), wrapped.subarray(DATA_KEY_BYTES)];
  return openGcm(opening.key, iv, serializeContext(opening.context), sealed, tag);
}
