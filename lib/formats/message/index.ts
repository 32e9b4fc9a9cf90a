// The sealed form: an AWS Encryption SDK message, version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA-512, key commitment, no
// signature), framed, with one data key wrapped by a raw AES key (decision 3). Any AWS Encryption SDK opens it; the SDK is the
// oracle of our tests. No plaintext of a frame leaves before the frame's tag has been checked.
import { fewRandomBytes } from '../chance.ts';
import { FRAME_BYTES, IV_BYTES, type Drawn, type MessageKey } from './form.ts';
import { openFrame, sealFrame, takeLead } from './frames.ts';
import { deriveMessageKeys, headerSize, makeHeader, openHeader, type OpenHeader } from './header.ts';
import { Reader } from './reader.ts';
import { giveBack, givingBack } from '../used-up.ts';

export { FRAME_BYTES, KEY_NAMESPACE, type Drawn, type MessageContext, type MessageKey } from './form.ts';
export { openAtOnce, sealAtOnce } from './at-once.ts';
export { headerSize } from './header.ts';
export { openMessageRange, plaintextSize, sealedSize, type StoredMessage, type Stretch } from './range.ts';

/** What a message needs of chance. */
export function draw(): Drawn {
  const drawn = fewRandomBytes(32 + 32 + IV_BYTES);
  return { messageId: drawn.subarray(0, 32), dataKey: drawn.subarray(32, 64), iv: drawn.subarray(64) };
}

/**
 * Seals a stream. Memory: a frame and a piece of it. Yields the header, then each frame in pieces; a large one is emptied when more is asked
 * for, so it must be used up or copied by then.
 * @param drawn only for sealing the very same bytes again: two plaintexts sealed with one draw give both away (SP 800-38D, 8)
 */
export async function* sealMessage(
  sealing: MessageKey,
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  frameBytes: number = FRAME_BYTES,
  drawn: Drawn = draw(),
): AsyncGenerator<Buffer, void, undefined> {
  const { messageId } = drawn;
  const keys = deriveMessageKeys(drawn.dataKey, messageId);
  yield makeHeader(sealing, drawn, keys, frameBytes);
  let frame: Buffer = Buffer.alloc(0); // grows to a whole frame only where there is more than one chunk
  let filled = 0;
  let sequence = 1;
  try {
    for await (const chunk of plaintext) {
      for (let at = 0; at < chunk.length;) {
        if (filled === frameBytes) {
          yield* givingBack(sealFrame(keys.encryption, messageId, sequence++, frame, false));
          filled = 0;
        }
        const taken = Math.min(frameBytes - filled, chunk.length - at);
        if (filled + taken > frame.length) frame = grown(frame, filled === 0 ? taken : frameBytes);
        frame.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
      }
    }
    yield* givingBack(sealFrame(keys.encryption, messageId, sequence, frame.subarray(0, filled), true));
  } finally {
    giveBack(frame);
  }
}

function grown(frame: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  frame.copy(larger);
  giveBack(frame);
  return larger;
}

/**
 * Opens a stream, a frame at a time, in pieces that are the caller's own.
 * @throws DeskError sealed/damaged when any bit differs, bytes are missing or added, or the key or context is another;
 *   sealed/unsupported when its version, suite or size of frames is none that this version reads
 */
export async function* openMessage(
  opening: MessageKey,
  ciphertext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new Reader(ciphertext);
  try {
    const header = await reader.take(headerSize(opening.context));
    yield* openFrames(reader, openHeader(opening, header));
  } finally {
    await reader.close();
  }
}

async function* openFrames(reader: Reader, header: OpenHeader): AsyncGenerator<Buffer, void, undefined> {
  for (let sequence = 1; ; sequence++) {
    const lead = await takeLead(reader, sequence, header.head.frameBytes);
    const pieces = await openFrame(header, reader, sequence, lead);
    if (lead.isFinal) await reader.expectEnd();
    yield* pieces;
    if (lead.isFinal) return;
  }
}
