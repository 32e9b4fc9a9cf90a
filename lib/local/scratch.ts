// Scratch room on one machine: files beside the vault's unfinished ones, whose names are taken away at once, so that nothing of them
// is left when the process ends, however it ends. What is written there is ciphertext already.
import { randomBytes } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DeskError } from '../errors.ts';
import type { Kept, Scratch } from '../ports.ts';
import { makeFolder, systemCode } from './durable.ts';

/** @param folder where the files lie for a moment; made when it is not there */
export function localScratch(folder: string): Scratch {
  return {
    keep: async (bytes) => {
      const handle = await openNameless(folder);
      try {
        return kept(handle, await writeAll(handle, bytes));
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
}

async function openNameless(folder: string): Promise<FileHandle> {
  const file = join(folder, randomBytes(16).toString('hex'));
  return translated(async () => {
    await makeFolder(folder);
    const handle = await open(file, 'wx+', 0o600);
    await unlink(file);
    return handle;
  });
}

async function writeAll(handle: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  for await (const piece of bytes) {
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await translated(() => handle.write(piece, done, piece.length - done, sizeBytes));
      done += bytesWritten;
      sizeBytes += bytesWritten;
    }
  }
  return sizeBytes;
}

const PIECE_BYTES = 256 * 1024;

function kept(handle: FileHandle, sizeBytes: number): Kept {
  let isOpen = true;
  async function* read(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < sizeBytes;) {
      const { bytesRead, buffer } = await translated(() => handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at));
      if (bytesRead === 0) throw new DeskError('vault/failed', 'Scratch room ended before its bytes did.');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  return {
    sizeBytes,
    read,
    discard: async () => {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
    },
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(cause) ?? '');
    if (isFull) throw new DeskError('vault/full', 'There is no room left: make room, then send again.', { cause });
    throw new DeskError('vault/failed', 'The disk refused to take or give bytes.', { cause });
  }
}
