// Synthetic bytes for the bench: noise that cannot be compressed, the same mebibyte over and over with a counter in it. Nothing here is about anyone.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, writeSync } from 'node:fs';
import { readPieces } from '../../lib/local/read-pieces.ts';

const MIB = 1024 * 1024;
/** What node:crypto is fastest with, and what files are read in. */
export const CHUNK = 64 * 1024;

/** A block of noise, to be told apart by `mark`. */
export function noiseBlock(sizeBytes = MIB): (mark: number) => Buffer {
  const block = randomBytes(sizeBytes);
  return (mark) => {
    block.writeUInt32LE(mark % 2 ** 32, 0);
    return block;
  };
}

/** Writes a file of noise. @returns its SHA-256, lower-case hex */
export function writeNoise(path: string, sizeBytes: number): string {
  const hash = createHash('sha256');
  const block = noiseBlock();
  const file = openSync(path, 'wx');
  for (let left = sizeBytes; left > 0; left -= MIB) {
    const piece = block(left).subarray(0, Math.min(MIB, left));
    hash.update(piece);
    writeSync(file, piece);
  }
  closeSync(file);
  return hash.digest('hex');
}

/** A file as whoever reads ahead must be given it: each piece in memory of its own. */
export function readAsPeer(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 2 * CHUNK }) as AsyncIterable<Uint8Array>;
}

/** A file as the command line reads it: a piece is used up when the next one is asked for. */
export function readAsSender(path: string): AsyncIterable<Uint8Array> {
  return readPieces(path);
}

/** Calls `take` with each chunk of a file, in one buffer that is used again: as tight as reading can be. */
export function eachChunk(path: string, take: (chunk: Buffer) => void): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(CHUNK);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) take(buffer.subarray(0, read));
  closeSync(file);
}
