// A stream cut into the parts of an S3 upload. Always true: only the last part is short, and what is small is one part.

/** S3 takes 10,000 parts of 5 MiB to 5 GiB, the last one of any size. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const MIB = 1024 * 1024;
/** What is larger goes in parts. */
export const MULTIPART_BYTES = 16 * MIB;

/** Parts grow with their number: 10,000 of them hold 1.4 TB, and small files cost little memory. */
export function partBytes(number: number): number {
  return MULTIPART_BYTES * Math.min(16, 2 ** Math.floor((number - 1) / 1500));
}

/**
 * Copies, so that the source may use its buffers again. Each part is told with whether it is the last one, for which one chunk is
 * read ahead. Nothing at all is one empty part.
 */
export async function* gatherParts(source: Source): AsyncGenerator<Part, void> {
  let number = 1;
  let room = Buffer.allocUnsafeSlow(partBytes(number));
  let filled = 0;
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      if (filled === room.length) {
        yield { bytes: room, isLast: false };
        number += 1;
        room = Buffer.allocUnsafeSlow(partBytes(number));
        filled = 0;
      }
      const taken = Math.min(chunk.length - at, room.length - filled);
      room.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield { bytes: room.subarray(0, filled), isLast: true };
}
