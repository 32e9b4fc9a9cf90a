// The sealed form: an AWS Encryption SDK message, version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA-512, key commitment, no
// signature), framed, with one data key wrapped by a raw AES key (decision 3). Any AWS Encryption SDK opens it; the SDK is the
// oracle of our tests. No plaintext of a frame leaves before the frame's tag has been checked.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { sameBytes } from './derive.ts';

export const FRAME_BYTES = 1024 * 1024;
export const KEY_NAMESPACE = 'referral-desk';

/** What a message is bound to: opaque ids, readable by anyone who holds the ciphertext. */
export interface MessageContext {
  readonly owner: string;
  readonly object: string;
}

/** The object's own 256-bit wrapping key; the SDK knows it by namespace `referral-desk` and the object's id as name. */
export interface MessageKey {
  readonly key: Uint8Array;
  readonly context: MessageContext;
}

const VERSION = 2;
const SUITE = 0x0478;
const FRAMED = 2;
const FINAL = 0xffffffff;
const TAG_BYTES = 16;
const IV_BYTES = 12;
const MOST_AROUND_FRAME = 4 + 4 + IV_BYTES + 4 + TAG_BYTES;
const CIPHER_STEP = 64 * 1024; // larger updates spend half their time in page faults of fresh buffers

/**
 * Seals a stream. Memory: two frames. Yields the header, then a buffer a frame; the same buffer holds the next frame, so it must be
 * used up or copied before the next one is asked for.
 */
export async function* sealMessage(
  sealing: MessageKey,
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  frameBytes: number = FRAME_BYTES,
): AsyncGenerator<Buffer, void, undefined> {
  const messageId = randomBytes(32);
  const dataKey = randomBytes(32);
  const keys = deriveMessageKeys(dataKey, messageId);
  yield header(sealing, messageId, dataKey, keys, frameBytes);
  let frame: Buffer = Buffer.alloc(0); // grows to a whole frame only where there is more than one chunk
  let sealed: Buffer | undefined;
  let filled = 0;
  let sequence = 1;
  for await (const chunk of plaintext) {
    for (let at = 0; at < chunk.length;) {
      if (filled === frameBytes) {
        sealed ??= Buffer.allocUnsafe(frameBytes + MOST_AROUND_FRAME);
        yield sealFrame(keys.encryption, messageId, sequence++, frame, false, sealed);
        filled = 0;
      }
      const taken = Math.min(frameBytes - filled, chunk.length - at);
      if (filled + taken > frame.length) frame = grown(frame, filled === 0 ? taken : frameBytes);
      frame.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  sealed ??= Buffer.allocUnsafe(filled + MOST_AROUND_FRAME);
  yield sealFrame(keys.encryption, messageId, sequence, frame.subarray(0, filled), true, sealed);
}

function grown(frame: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  frame.copy(larger);
  return larger;
}

/**
 * Opens a stream, a frame at a time.
 * @throws DeskError sealed/damaged when any bit differs, bytes are missing or added, or the key or context is another;
 *   sealed/unsupported when it is another kind of message
 */
export async function* openMessage(
  opening: MessageKey,
  ciphertext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new Reader(ciphertext);
  try {
    const head = await readHeader(reader);
    checkContext(head.context, opening.context);
    const dataKey = unwrapDataKey(opening, head);
    const keys = deriveMessageKeys(dataKey, head.messageId);
    if (!sameBytes(keys.commitment, head.commitment)) throw damaged();
    const tag = await reader.take(TAG_BYTES);
    openGcm(keys.encryption, Buffer.alloc(IV_BYTES), head.bytes, Buffer.alloc(0), tag);
    yield* openFrames(reader, keys.encryption, head);
  } finally {
    await reader.close();
  }
}

async function* openFrames(reader: Reader, key: Uint8Array, head: Header): AsyncGenerator<Buffer, void, undefined> {
  let scratch: Buffer | undefined; // a whole frame's ciphertext, used again for the next
  for (let sequence = 1; ; sequence++) {
    const marker = (await reader.take(4)).readUInt32BE();
    const isFinal = marker === FINAL;
    if (isFinal && (await reader.take(4)).readUInt32BE() !== sequence) throw damaged();
    if (!isFinal && marker !== sequence) throw damaged();
    const iv = await reader.take(IV_BYTES);
    const length = isFinal ? (await reader.take(4)).readUInt32BE() : head.frameBytes;
    if (length > head.frameBytes || !iv.equals(frameIv(sequence))) throw damaged();
    const sealed = await reader.take(length, isFinal ? undefined : (scratch ??= Buffer.allocUnsafe(length)));
    const tag = await reader.take(TAG_BYTES);
    const plain = openGcm(key, iv, frameAad(head.messageId, sequence, length, isFinal), sealed, tag);
    if (isFinal) await reader.expectEnd();
    if (plain.length > 0) yield plain;
    if (isFinal) return;
  }
}

// ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface MessageKeys {
  readonly encryption: Buffer;
  readonly commitment: Buffer;
}

function deriveMessageKeys(dataKey: Uint8Array, messageId: Uint8Array): MessageKeys {
  const derive = (info: Buffer): Buffer => Buffer.from(hkdfSync('sha512', dataKey, messageId, info, 32));
  const suite = Buffer.alloc(2);
  suite.writeUInt16BE(SUITE);
  return {
    encryption: derive(Buffer.concat([suite, Buffer.from('DERIVEKEY')])),
    commitment: derive(Buffer.from('COMMITKEY')),
  };
}

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
  const isOurs = provider.equals(Buffer.from(KEY_NAMESPACE)) && info.equals(providerInfo(opening.context.object, iv));
  if (!isOurs || wrapped.length !== 32 + TAG_BYTES) throw damaged();
  return openGcm(opening.key, iv, serializeContext(opening.context), wrapped.subarray(0, 32), wrapped.subarray(32));
}

// ── header ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Header {
  /** The header as it stood, without its tag: what the tag vouches for. */
  readonly bytes: Buffer;
  readonly messageId: Buffer;
  readonly context: Buffer;
  readonly dataKey: { readonly provider: Buffer; readonly info: Buffer; readonly wrapped: Buffer };
  readonly frameBytes: number;
  readonly commitment: Buffer;
}

function header(
  sealing: MessageKey,
  messageId: Buffer,
  dataKey: Buffer,
  keys: MessageKeys,
  frameBytes: number,
): Buffer {
  const context = serializeContext(sealing.context);
  const iv = randomBytes(IV_BYTES);
  const [wrapped, wrapTag] = sealGcm(sealing.key, iv, context, dataKey);
  const start = Buffer.alloc(3);
  start.writeUInt8(VERSION, 0);
  start.writeUInt16BE(SUITE, 1);
  const end = Buffer.alloc(5);
  end.writeUInt8(FRAMED, 0);
  end.writeUInt32BE(frameBytes, 1);
  const bytes = Buffer.concat([
    start,
    messageId,
    counted(context),
    uint16(1),
    counted(Buffer.from(KEY_NAMESPACE)),
    counted(providerInfo(sealing.context.object, iv)),
    counted(Buffer.concat([wrapped, wrapTag])),
    end,
    keys.commitment,
  ]);
  const [, tag] = sealGcm(keys.encryption, Buffer.alloc(IV_BYTES), bytes, Buffer.alloc(0));
  return Buffer.concat([bytes, tag]);
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
  const messageId = await take(32);
  const context = await takeCounted();
  if ((await take(2)).readUInt16BE() !== 1) throw unsupported();
  const dataKey = { provider: await takeCounted(), info: await takeCounted(), wrapped: await takeCounted() };
  const end = await take(5);
  const frameBytes = end.readUInt32BE(1);
  if (end.readUInt8(0) !== FRAMED || frameBytes === 0 || frameBytes > 64 * FRAME_BYTES) throw unsupported();
  const commitment = await take(32);
  return { bytes: Buffer.concat(seen), messageId, context, dataKey, frameBytes, commitment };
}

/** Number of pairs, then each key and value with its length, in the order of the keys' bytes: object before owner. */
function serializeContext(context: MessageContext): Buffer {
  const pairs = ['object', context.object, 'owner', context.owner].map((text) => counted(Buffer.from(text, 'utf8')));
  return Buffer.concat([uint16(2), ...pairs]);
}

function checkContext(found: Buffer, expected: MessageContext): void {
  if (!found.equals(serializeContext(expected))) throw damaged();
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function counted(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint16(bytes.length), bytes]);
}

// ── frames ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Seals a frame into `out`, and answers the part of it that is the frame. */
function sealFrame(
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

function sealGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plain: Uint8Array): [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(aad);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [sealed, cipher.getAuthTag()];
}

function openGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array, tag: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plain = Buffer.allocUnsafe(sealed.length);
  for (let at = 0; at < sealed.length; at += CIPHER_STEP) {
    plain.set(decipher.update(sealed.subarray(at, at + CIPHER_STEP)), at);
  }
  try {
    decipher.final();
  } catch (cause) {
    throw new DeskError('sealed/damaged', 'A sealed object does not open: bytes, key or context differ.', { cause });
  }
  return plain;
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Hands out exact stretches of a stream of chunks. */
class Reader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  }

  /** @param room where to put them; fresh memory without it */
  async take(size: number, room?: Buffer): Promise<Buffer> {
    const out = room?.subarray(0, size) ?? Buffer.allocUnsafe(size);
    for (let at = 0; at < size;) {
      if (this.#chunk.length === 0 && !(await this.#next())) throw damaged();
      const taken = Math.min(size - at, this.#chunk.length);
      out.set(this.#chunk.subarray(0, taken), at);
      this.#chunk = this.#chunk.subarray(taken);
      at += taken;
    }
    return out;
  }

  async expectEnd(): Promise<void> {
    while (this.#chunk.length === 0) if (!(await this.#next())) return;
    throw damaged();
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<boolean> {
    const step = await this.#source.next();
    if (step.done === true) return false;
    this.#chunk = step.value;
    return true;
  }
}

function damaged(): DeskError {
  return new DeskError('sealed/damaged', 'A sealed object does not open: bytes, key or context differ.');
}

function unsupported(): DeskError {
  return new DeskError('sealed/unsupported', 'This is not a sealed object of a kind this version reads.');
}
