// The sealed form: an AWS Encryption SDK message, version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA-512, key commitment, no
// signature), framed, with one data key wrapped by a raw AES key (decision 3). Any AWS Encryption SDK opens it; the SDK is the
// oracle of our tests. No plaintext of a frame leaves before the frame's tag has been checked.
import { randomBytes } from 'node:crypto';
import { sameBytes } from '../derive.ts';
import { damaged, FRAME_BYTES, IV_BYTES, TAG_BYTES, type MessageKey } from './form.ts';
import { FINAL, frameAad, frameIv, MOST_AROUND_FRAME, sealFrame } from './frames.ts';
import { openGcm } from './gcm.ts';
import { checkContext, deriveMessageKeys, makeHeader, readHeader, unwrapDataKey, type Header } from './header.ts';
import { Reader } from './reader.ts';

export { FRAME_BYTES, KEY_NAMESPACE, type MessageContext, type MessageKey } from './form.ts';

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
  yield makeHeader(sealing, messageId, dataKey, keys, frameBytes);
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
