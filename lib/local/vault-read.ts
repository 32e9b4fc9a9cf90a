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
    const { offset, sizeBytes } = await stretchOf(fd, range);
    const end = offset + sizeBytes;
    for (let at = offset; at < end;) {
      const chunk = await (next ?? readChunk(fd, at, end));
      at += chunk.length;
      next = at < end ? readChunk(fd, at, end) : undefined;
      next?.catch(ignore); // told when it is asked for
      yield chunk;
    }
  } finally {
    await next?.catch(ignore);
    closeSync(fd);
  }
}

/** What is to be read; what fits into a chunk shows by itself that the file ends before. @throws DeskError vault/damaged, where it does */
async function stretchOf(fd: number, range: Range | undefined): Promise<Range> {
  if (range !== undefined) {
    checkRange(range);
    if (range.sizeBytes > 0 && range.sizeBytes <= CHUNK_BYTES) return range;
  }
  const { size } = await translated(() => sizeOf(fd));
  const stretch = range ?? { offset: 0, sizeBytes: size };
  if (stretch.offset + stretch.sizeBytes > size) throw cutOff();
  return stretch;
}

/** Waits for no other thread. */
function sizeOf(fd: number): Promise<Stats> {
  return new Promise((resolve) => {
    resolve(fstatSync(fd));
  });
}

/** Some bytes before `end`. @throws DeskError vault/damaged, where the file ends before */
async function readChunk(fd: number, at: number, end: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at));
  const { bytesRead } = await translated(() => readAt(fd, buffer, 0, buffer.length, at));
  if (bytesRead === 0) throw cutOff();
  return buffer.subarray(0, bytesRead);
}

function checkRange({ offset, sizeBytes }: Range): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(sizeBytes) && offset >= 0 && sizeBytes >= 0) return;
  throw new DeskError('vault/failed', 'A stretch of a file is counted in whole bytes from 0.');
}

function ignore(): void {
  // a chunk's failure is told when the chunk is asked for
}
