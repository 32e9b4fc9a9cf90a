// A file that is open, as whoever reads here and there in it takes it.
import type { FileHandle } from 'node:fs/promises';
import type { BytesSource } from '../index.ts';

export async function fileSource(handle: FileHandle): Promise<BytesSource> {
  const { size } = await handle.stat();
  const read: BytesSource['read'] = async (offset, sizeBytes) => {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(sizeBytes), 0, sizeBytes, offset);
    return buffer.subarray(0, bytesRead);
  };
  return { sizeBytes: size, read };
}
