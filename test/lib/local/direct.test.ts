// Writing directly, on the file system of the temp folder: where it takes that, memory and places must be as it asks.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDirect, PAGE_BYTES, pageRoom, type Direct } from '../../../lib/local/direct.ts';
import { emptyFolder, timesOpen } from './desk-folder.ts';

let path: string;
let fd: number;
let direct: Direct | undefined;

beforeEach(() => {
  path = join(emptyFolder(), 'file');
  fd = openSync(path, 'wx');
  direct = openDirect(fd);
});
afterEach(() => {
  closeSync(fd);
});

/** Whether the temp folder's file system takes direct writes at all: tmpfs of older kernels does not. */
const isTaken = ((): boolean => {
  const probe = openSync(join(emptyFolder(), 'probe'), 'wx');
  const opened = openDirect(probe);
  opened?.close();
  closeSync(probe);
  return opened !== undefined;
})();

function filled(sizeBytes: number): Buffer {
  const room = pageRoom(sizeBytes);
  room.set(randomBytes(sizeBytes));
  return room;
}

(isTaken ? describe : describe.skip)('bytes written directly (skipped where the temp folder takes none)', () => {
  it.each([1, 7, 256])('arrive out of a room of %d pages, behind what came through the cache', async (pages) => {
    const [before, room] = [randomBytes(3 * PAGE_BYTES), filled(pages * PAGE_BYTES)];
    writeSync(fd, before);
    expect(await direct?.write(room, before.length)).toBe(true);
    direct?.close();
    writeSync(fd, 'end', before.length + room.length);
    expect(readFileSync(path)).toEqual(Buffer.concat([before, room, Buffer.from('end')]));
  });

  it.each([
    ['a place within a page', 0, PAGE_BYTES, 100],
    ['a piece that is no whole pages', 0, PAGE_BYTES + 1, 0],
    ['memory within a page', 8, PAGE_BYTES, 0],
  ])('are refused, and the file stays as it was: %s', async (_, from, sizeBytes, position) => {
    const room = filled(4 * PAGE_BYTES);
    expect(await direct?.write(room.subarray(from, from + sizeBytes), position)).toBe(false);
    direct?.close();
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('leave no file open', () => {
    expect(timesOpen(path)).toBe(2);
    direct?.close();
    expect(timesOpen(path)).toBe(1);
  });
});

it('nothing is opened for a descriptor that is none', () => {
  direct?.close();
  expect(openDirect(2 ** 20)).toBeUndefined();
});
