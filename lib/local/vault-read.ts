// A vault's file, or a stretch of it, read ahead of whoever takes it.
import { constants, fstatSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DeskError } from '../errors.ts';
import type { Range } from '../ports.ts';
import { cutOff, translated } from './vault-errors.ts';

/** Each is asked of another thread, which costs this one some 40 µs. */
const CHUNK_BYTES = 512 * 1024;

/**
 * The next chunk is read while this one is worked on. A generator holds its file open no longer than it is read: `finally` runs on an early
 * return too, and closing waits for what is still being read.
 */
export async function* readFile(fileOf: () => string, range: Range | undefined): AsyncGenerator<Uint8Array> {
  const handle = await openFile(fileOf());
  try {
    const { size } = fstatSync(handle.fd); // takes a microsecond, and asking another thread some 40
    const { offset, sizeBytes } = range ?? { offset: 0, sizeBytes: size };
    checkRange(offset, sizeBytes);
    const end = offset + sizeBytes;
    if (end > size) throw cutOff();
    let next = readChunk(handle, offset, end);
    for (let at = offset; at < end;) {
      const chunk = await next;
      at += chunk.length;
      next = readChunk(handle, at, end);
      next.catch(ignore); // told when it is asked for
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}

/** Some bytes before `end`; none at `end`. @throws DeskError vault/damaged, where the file ends before */
async function readChunk(handle: FileHandle, at: number, end: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
  if (buffer.length === 0) return buffer;
  const { bytesRead } = await translated(() => handle.read(buffer, 0, buffer.length, at));
  if (bytesRead === 0) throw cutOff();
  return buffer.subarray(0, bytesRead);
}

function checkRange(offset: number, sizeBytes: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(sizeBytes) && offset >= 0 && sizeBytes >= 0) return;
  throw new DeskError('vault/failed', 'A stretch of a file is counted in whole bytes from 0.');
}

/** To be read. @throws DeskError vault/absent, vault/failed */
export async function openFile(file: string): Promise<FileHandle> {
  return translated(() => open(file, constants.O_RDONLY));
}

function ignore(): void {
  // a chunk's failure is told when the chunk is asked for
}
