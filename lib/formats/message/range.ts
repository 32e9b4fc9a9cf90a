// Any stretch of a message's plaintext without the rest. Where the frames lie follows from the ciphertext's size; which frame each
// one is, and whether it is the last, stands under its tag.
import { DeskError } from '../../errors.ts';
import { damaged, FRAME_BYTES, type MessageKey } from './form.ts';
import { AROUND_FINAL, AROUND_FRAME, FINAL, FINAL_LEAD_BYTES, openFrame, takeLead, type Lead } from './frames.ts';
import { headerSize, openHeader, type OpenHeader } from './header.ts';
import { Reader } from './reader.ts';

/** A half-open stretch: `sizeBytes` bytes from `offset`. */
export interface Stretch {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where a message's ciphertext rests. */
export interface StoredMessage {
  readonly sizeBytes: number;
  /** The bytes of a stretch, streamed; never asked for one outside 0 to `sizeBytes`. What it throws passes through unchanged. */
  readonly read: (offset: number, sizeBytes: number) => AsyncIterable<Uint8Array>;
}

/**
 * Opens a stretch of the plaintext, a frame at a time. Reads the header, the final frame's lead and the frames the stretch lies in, no
 * others; a stretch that reaches the end has the final frame among them, even where it takes no byte of it, so that whoever reads to
 * the end knows it for the end. A stretch that stops before it proves its own bytes and their place, and the message's size only as
 * far as nobody forged the final frame's lead.
 * @throws DeskError sealed/damaged when any bit it reads differs, the size is none a message can have or not this one's, or the key or
 *   context is another; sealed/unsupported as `openMessage`; input/range when the stretch is not within the plaintext
 */
export async function* openMessageRange(
  opening: MessageKey,
  stored: StoredMessage,
  stretch: Stretch,
): AsyncGenerator<Buffer, void, undefined> {
  const headerBytes = headerSize(opening.context);
  if (!(stored.sizeBytes >= headerBytes)) throw damaged();
  const header = openHeader(opening, await reading(stored.read(0, headerBytes), (reader) => reader.take(headerBytes)));
  const layout = layOut(stored.sizeBytes, headerBytes, header.head.frameBytes);
  const end = stored.read(frameStart(layout, layout.frames), FINAL_LEAD_BYTES);
  await reading(end, (reader) => expectLead(reader, layout, layout.frames));
  checkWithin(stretch, layout.plaintextBytes);
  yield* openStretch(header, stored, layout, stretch);
}

/**
 * The size of the plaintext behind a ciphertext of this size; `headerSize` tells the header's.
 * @throws DeskError sealed/damaged when no message has this size
 */
export function plaintextSize(ciphertextBytes: number, headerBytes: number, frameBytes: number = FRAME_BYTES): number {
  return layOut(ciphertextBytes, headerBytes, frameBytes).plaintextBytes;
}

/** The size of the ciphertext that a plaintext of this size becomes. */
export function sealedSize(plaintextBytes: number, headerBytes: number, frameBytes: number = FRAME_BYTES): number {
  const frames = Math.max(1, Math.ceil(plaintextBytes / frameBytes));
  return headerBytes + plaintextBytes + (frames - 1) * AROUND_FRAME + AROUND_FINAL;
}

/** Where things lie in a message. Frames count from 1, as their sequence numbers do; the last one is the final frame. */
export interface Layout {
  readonly headerBytes: number;
  readonly frameBytes: number;
  readonly frames: number;
  readonly finalBytes: number;
  readonly plaintextBytes: number;
}

/** Only one layout fits a size: a final frame holds at most what the others do, and what is around it is more. */
export function layOut(ciphertextBytes: number, headerBytes: number, frameBytes: number): Layout {
  const rest = ciphertextBytes - headerBytes - AROUND_FINAL;
  const finalBytes = rest % (frameBytes + AROUND_FRAME);
  const before = (rest - finalBytes) / (frameBytes + AROUND_FRAME);
  const isSize = Number.isSafeInteger(ciphertextBytes) && rest >= 0;
  if (!isSize || finalBytes > frameBytes || before >= FINAL) throw damaged();
  const plaintextBytes = before * frameBytes + finalBytes;
  return { headerBytes, frameBytes, frames: before + 1, finalBytes, plaintextBytes };
}

export function frameStart({ headerBytes, frameBytes }: Layout, sequence: number): number {
  return headerBytes + (sequence - 1) * (frameBytes + AROUND_FRAME);
}

function checkWithin({ offset, sizeBytes }: Stretch, plaintextBytes: number): void {
  const isCounted = [offset, sizeBytes].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (isCounted && sizeBytes <= plaintextBytes - offset) return;
  throw new DeskError('input/range', 'A stretch is counted in whole bytes and lies within what was sealed.');
}

/** The lead of the frame that must be here, the final one in its place only. */
async function expectLead(reader: Reader, layout: Layout, sequence: number): Promise<Lead> {
  const lead = await takeLead(reader, sequence, layout.frameBytes);
  const isFinal = sequence === layout.frames;
  if (lead.isFinal !== isFinal || (isFinal && lead.length !== layout.finalBytes)) throw damaged();
  return lead;
}

async function* openStretch(
  header: OpenHeader,
  stored: StoredMessage,
  layout: Layout,
  stretch: Stretch,
): AsyncGenerator<Buffer, void, undefined> {
  const { first, last } = framesOf(stretch, layout);
  if (first > last) return;
  const from = frameStart(layout, first);
  const to = last === layout.frames ? stored.sizeBytes : frameStart(layout, last + 1);
  const reader = new Reader(stored.read(from, to - from));
  try {
    for (let sequence = first; sequence <= last; sequence++) {
      let start = (sequence - 1) * layout.frameBytes;
      for (const piece of await openFrame(header, reader, sequence, await expectLead(reader, layout, sequence))) {
        const part = overlap(piece, start, stretch);
        start += piece.length;
        if (part.length > 0) yield part;
      }
    }
  } finally {
    await reader.close();
  }
}

/** The first and the last frame a stretch needs; none (first after last) where it is empty before the end. */
function framesOf({ offset, sizeBytes }: Stretch, layout: Layout): { first: number; last: number } {
  const end = offset + sizeBytes;
  const first = Math.min(Math.floor(offset / layout.frameBytes) + 1, layout.frames);
  if (end === layout.plaintextBytes) return { first, last: layout.frames };
  return { first, last: sizeBytes === 0 ? 0 : Math.ceil(end / layout.frameBytes) };
}

/** What of a piece of plaintext that begins at `start` belongs to the stretch. */
function overlap(plain: Buffer, start: number, { offset, sizeBytes }: Stretch): Buffer {
  const end = Math.min(offset + sizeBytes - start, plain.length);
  return plain.subarray(Math.max(offset - start, 0), Math.max(end, 0));
}

async function reading<T>(bytes: AsyncIterable<Uint8Array>, use: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = new Reader(bytes);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}
