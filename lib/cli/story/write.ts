// Writing the story's files: noise streams with bounded memory, and every file is digested on its way to the disk.
// Always true: a path gives the same noise every time, and no two paths give the same.
import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlannedFile } from './files.ts';

const PIECE_BYTES = 1024 * 1024;

/** Writes one file, replacing one that is there. Answers its SHA-256. */
export async function writeStoryFile(
  folder: string,
  { path, bytes, sizeBytes }: PlannedFile,
  onBytes: (count: number) => void,
): Promise<string> {
  const place = join(folder, path);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const file = await open(place, 'w', 0o600);
  try {
    for (const piece of bytes === undefined ? noise(path, sizeBytes) : [bytes]) {
      const written = writeWhole(file, piece); // while it is digested
      hash.update(piece);
      await written;
      onBytes(piece.length);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function writeWhole(file: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
}

/** The keystream of AES-CTR under a key that is the seed's digest: nothing compresses it, and it is quick to make. */
function* noise(seed: string, sizeBytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(`referral-desk story ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(PIECE_BYTES, sizeBytes));
  for (let left = sizeBytes; left > 0; left -= zeros.length) {
    yield cipher.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
  }
}
