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

const LINE_BYTES = 4096;

/**
 * One piece of AES-CTR keystream under a key that is the seed's digest, told apart from the next by a number in each of its lines.
 * The same buffer holds every piece, so that 4 GB of it cost the memory of one.
 */
function* noise(seed: string, sizeBytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(`referral-desk story ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const piece = cipher.update(Buffer.alloc(Math.min(PIECE_BYTES, sizeBytes)));
  for (let left = sizeBytes, n = 0; left > 0; left -= piece.length, n++) {
    for (let at = 0; at + 4 <= piece.length; at += LINE_BYTES) piece.writeUInt32BE(n, at);
    yield piece.subarray(0, Math.min(left, piece.length));
  }
}
