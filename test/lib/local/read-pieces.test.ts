// A file read into two rooms in turn: every byte of it as it is, and no memory but theirs.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveBack } from '../../../lib/formats/used-up.ts';
import { readPieces } from '../../../lib/local/read-pieces.ts';
import { timesOpen } from './desk-folder.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'desk-'));
  file = join(dir, 'file.bin');
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a file read in pieces', () => {
  it.each([0, 1, 16_384, 16_385, 524_288, 524_289, 1_700_003])('comes whole: %d bytes', async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    writeFileSync(file, bytes);
    const hash = createHash('sha256');
    for await (const piece of readPieces(file)) hash.update(piece);
    expect(hash.digest('hex')).toBe(sha256(bytes));
  });

  it('takes two rooms, however long it is, which nobody empties by hand', async () => {
    writeFileSync(file, randomBytes(2_000_000));
    const rooms = new Set<ArrayBufferLike>();
    let sizeBytes = 0;
    for await (const piece of readPieces(file)) {
      rooms.add(piece.buffer);
      sizeBytes += piece.length;
      giveBack(piece);
    }
    expect([rooms.size, sizeBytes]).toEqual([2, 2_000_000]);
  });

  it('comes with what was added while it was read', async () => {
    writeFileSync(file, randomBytes(1_500_000));
    let sizeBytes = 0;
    for await (const piece of readPieces(file)) {
      if (sizeBytes === 0) appendFileSync(file, randomBytes(200_000));
      sizeBytes += piece.length;
    }
    expect(sizeBytes).toBe(1_700_000);
  });

  it('is closed when nobody reads on', async () => {
    writeFileSync(file, randomBytes(2_000_000));
    for await (const piece of readPieces(file)) {
      expect(piece).toHaveLength(524_288);
      expect(timesOpen(file)).not.toBe(0);
      break;
    }
    expect(timesOpen(file) ?? 0).toBe(0);
  });

  it("fails with the system's error where it is not there", async () => {
    await expect(readPieces(file).next()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
