// A file that is open, as whoever reads here and there in it takes it. What was used up is read into again: streaming gigabytes, megabytes
// of fresh memory would else wait to be collected.
import type { FileHandle } from 'node:fs/promises';
import type { BytesSource } from '../formats/zip/read.ts';

/** Two windows being read, and some to spare. */
const MOST_FREE = 4;

export async function fileSource(handle: FileHandle): Promise<BytesSource> {
  const { size } = await handle.stat();
  const free: ArrayBufferLike[] = [];

  function room(sizeBytes: number): Buffer {
    const n = free.findIndex(({ byteLength }) => byteLength >= sizeBytes);
    const [found] = n < 0 ? [] : free.splice(n, 1);
    return found === undefined ? Buffer.allocUnsafeSlow(sizeBytes) : Buffer.from(found, 0, sizeBytes);
  }

  return {
    sizeBytes: size,
    read: async (offset, sizeBytes) => {
      const { bytesRead, buffer } = await handle.read(room(sizeBytes), 0, sizeBytes, offset);
      return buffer.subarray(0, bytesRead);
    },
    usedUp: ({ buffer }) => {
      if (free.length < MOST_FREE) free.push(buffer);
    },
  };
}
