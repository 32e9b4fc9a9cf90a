// A vault's file, or a stretch of it, read ahead of whoever takes it.
import { closeSync, constants, fstatSync, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { DeskError } from '../errors.ts';
import type { Range } from '../ports.ts';
import { cutOff, translated } from './vault-errors.ts';

/** Each is asked of another thread, which costs this one some 50 µs. */
const CHUNK_BYTES = 512 * 1024;

const opened = promisify(open);
const readAt = promisify(read);

/**
 * The next chunk is read while this one is worked on. A generator holds its file open no longer than it is read: `finally` runs on an early
 * return too, and what is still being read is waited for. Whoever takes a part must call `return`: no collector closes a descriptor. Size and
 * closing take a microsecond here, and another thread would cost fifty.
 */
export async function* readFile(fileOf: () => string, range: Range | undefined): AsyncGenerator<Uint8Array> {
  const file = fileOf();
  const fd = await translated(() => opened(file, constants.O_RDONLY));
  let next: Promise<Uint8Array> | undefined;
  try {
    const { size } = await translated(() => sizeOf(fd));
    const { offset, sizeBytes } = range ?? { offset: 0, sizeBytes: size };
    checkRange(offset, sizeBytes);
    const end = offset + sizeBytes;
    if (end > size) throw cutOff();
    next = readChunk(fd, offset, end);
    for (let at = offset; at < end;) {
      const chunk = await next;
      at += chunk.length;
      next = readChunk(fd, at, end);
      next.catch(ignore); // told when it is asked for
      yield chunk;
    }
  } finally {
    await next?.catch(ignore);
    closeSync(fd);
  }
}

/** Waits for no other thread. */
function sizeOf(fd: number): Promise<Stats> {
  return new Promise((resolve) => {
    resolve(fstatSync(fd));
  });
}

/** Some bytes before `end`; none at `end`. @throws DeskError vault/damaged, where the file ends before */
async function readChunk(fd: number, at: number, end: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
  if (buffer.length === 0) return buffer;
  const { bytesRead } = await translated(() => readAt(fd, buffer, 0, buffer.length, at));
  if (bytesRead === 0) throw cutOff();
  return buffer.subarray(0, bytesRead);
}

function checkRange(offset: number, sizeBytes: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(sizeBytes) && offset >= 0 && sizeBytes >= 0) return;
  throw new DeskError('vault/failed', 'A stretch of a file is counted in whole bytes from 0.');
}

function ignore(): void {
  // a chunk's failure is told when the chunk is asked for
}
