// A large file goes past the desk: sealed here with the key of its slot, cut into parts, each part announced and put where the desk says. After
// a kill it is sealed again from the beginning, to the same bytes, and what is there already is not sent again. Memory: a few parts.
import { createHash } from 'node:crypto';
import { DeskError, isCode } from '../errors.ts';
import { FRAME_BYTES, sealMessage } from '../formats/message/index.ts';
import type { AnnouncePartsRequest, CompleteUploadRequest } from '../../schemas/index.ts';
import type { DeskClient } from './desk-client.ts';
import { eachOf } from './each.ts';
import { unchangedFrames } from './file.ts';
import { drawnFor, forgetSlot, freshSlot, keptSlot, type OpenSlot, type Sending } from './slot.ts';

/** What is larger goes past the desk: what is not fits into one call of every desk. */
export const DIRECT_BYTES = 4_000_000;

const MOST_HELD_BYTES = 64 * 1024 * 1024;
const MOST_AT_ONCE = 4;

/**
 * Sends a file that must still be what was hashed. Afterwards it is the desk's turn: until it has looked, the attachment is `unproved`.
 * @param onSent how many of its bytes are there, counted anew when it is sent anew
 * @throws DeskError attachment/not-as-declared when it changed; what the desk refused; desk/unreachable
 */
export async function sendDirectly(
  client: DeskClient,
  sending: Sending,
  onSent: (sizeBytes: number) => void,
): Promise<void> {
  const kept = await keptSlot(sending);
  if (kept !== undefined && (await goOn(client, sending, kept, onSent))) return;
  await sendInto(client, sending, await freshSlot(client, sending), onSent);
}

/** Goes on with a slot of an earlier run; false where that is of no use any more. */
async function goOn(
  client: DeskClient,
  sending: Sending,
  slot: OpenSlot,
  onSent: (sizeBytes: number) => void,
): Promise<boolean> {
  try {
    await sendInto(client, sending, slot, onSent);
    return true;
  } catch (error) {
    if (!isUseless(error)) throw error;
    await forgetSlot(sending);
    return false;
  }
}

function isUseless(error: unknown): boolean {
  return (['absent/upload', 'state/upload-ended', 'state/part-differs'] as const).some((code) => isCode(error, code));
}

async function sendInto(
  client: DeskClient,
  sending: Sending,
  slot: OpenSlot,
  onSent: (sizeBytes: number) => void,
): Promise<void> {
  const { referralId, file } = sending;
  const { sha256, sizeBytes, path } = file;
  const sealed = sealMessage(slot, unchangedFrames(file), FRAME_BYTES, drawnFor(slot, file));
  let gone = 0;
  const taken: TakenPart[] = [];
  try {
    for await (const parts of handfuls(sealed, slot)) {
      await sendParts(client, referralId, slot.uploadId, parts, (part, said) => {
        if (said !== undefined) taken.push(said);
        gone += part.bytes.length;
        onSent(Math.min(sizeBytes, gone));
      });
    }
  } catch (error) {
    if (!isCode(error, 'state/upload-complete')) throw error; // by this very call, whose answer was lost
  }
  const named = slot.isNamed ? {} : { name: path };
  const told = taken.length > 0 && taken.length <= MOST_TOLD ? { parts: taken } : {};
  await client.completeUpload(referralId, slot.uploadId, { sha256, sizeBytes, ...named, ...told });
  await forgetSlot(sending);
}

interface Part {
  readonly number: number;
  readonly bytes: Buffer;
}

/** A few parts at a time. The buffers are used again for the next few. */
async function* handfuls(
  sealed: AsyncIterable<Uint8Array>,
  { partBytes, sealedBytes }: OpenSlot,
): AsyncGenerator<Part[]> {
  const most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(MOST_HELD_BYTES / partBytes)));
  const count = Math.min(most, Math.ceil(sealedBytes / partBytes));
  const rooms = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(Math.min(partBytes, sealedBytes)));
  let [done, filled] = [0, 0];
  const held = (): Part[] =>
    rooms.flatMap((room, n) => {
      const size = Math.max(0, Math.min(partBytes, filled - n * partBytes));
      return size === 0 ? [] : [{ number: done + n + 1, bytes: room.subarray(0, size) }];
    });
  for await (const piece of sealed) {
    for (let at = 0; at < piece.length;) {
      const room = rooms[Math.floor(filled / partBytes)] ?? Buffer.alloc(0);
      const taken = Math.min(partBytes - (filled % partBytes), piece.length - at);
      room.set(piece.subarray(at, at + taken), filled % partBytes);
      filled += taken;
      at += taken;
      if (filled < count * partBytes) continue;
      yield held();
      [done, filled] = [done + count, 0];
    }
  }
  if (filled > 0) yield held();
}

const TRIES = 3;
/** Of so many parts the store's tags are told when it is complete; of more the desk asks the store itself. */
const MOST_TOLD = 1000;

type TakenPart = NonNullable<CompleteUploadRequest['parts']>[number];

/** Announces parts and puts those that are not there; what did not arrive is announced again, since its address may be over. */
async function sendParts(
  client: DeskClient,
  referralId: string,
  uploadId: string,
  parts: readonly Part[],
  onSent: (part: Part, taken: TakenPart | undefined) => void,
): Promise<void> {
  const request: AnnouncePartsRequest = {
    parts: parts.map(({ number, bytes }) => ({ number, sizeBytes: bytes.length, ...partDigests(bytes) })),
  };
  const there = new Set<number>();
  for (let tries = 1; ; tries++) {
    const announced = new Map(
      (await client.announceParts(referralId, uploadId, request)).parts.map((each) => [each.number, each]),
    );
    try {
      await eachOf(parts, parts.length, async (part) => {
        const address = announced.get(part.number);
        if (address === undefined) throw new DeskError('internal', 'The desk forgot a part that was announced.');
        const tag = address.isThere ? undefined : await client.putPart(address, part.bytes);
        if (there.has(part.number)) return;
        there.add(part.number);
        onSent(part, takenOf(request, part, tag));
      });
      return;
    } catch (error) {
      const mayPass = isCode(error, 'access/address') || isCode(error, 'desk/unreachable');
      if (!mayPass || tries === TRIES) throw error;
    }
  }
}

/** Undefined where the store said no tag, or the part was there before. */
function takenOf({ parts }: AnnouncePartsRequest, { number }: Part, tag: string | undefined): TakenPart | undefined {
  const sha256 = parts.find((each) => each.number === number)?.sha256;
  return sha256 === undefined || tag === undefined ? undefined : { number, sha256, tag };
}

/** SHA-256 and MD5 of a part, hex: what announcing it takes. */
export function partDigests(bytes: Uint8Array): { readonly sha256: string; readonly md5: string } {
  const digest = (name: string): string => createHash(name).update(bytes).digest('hex');
  return { sha256: digest('sha256'), md5: digest('md5') };
}
