// Small archives and sources for the tests of the ZIP formats.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { layZip, zipBytes, type ZipLayout } from '../../../lib/formats/zip/write.ts';
import {
  checkTimes,
  readZip,
  type BytesSource,
  type ZipFinding,
  type ZipReading,
} from '../../../lib/formats/zip/read.ts';

export const TIME = new Date('2026-11-22T10:00:00.000Z');

export interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

export const FILES: readonly File[] = [
  { name: 'bagit.txt', bytes: Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n') },
  { name: 'data/media/E0001.bin', bytes: Buffer.from('one of them') },
  { name: 'data/media/E0002.bin', bytes: Buffer.alloc(0) },
  { name: 'data/media/E0003.bin', bytes: Buffer.from('PK\u0003\u0004 inside, and as long as this') },
  { name: 'manifest-sha256.txt', bytes: Buffer.from('last') },
];

export const hex8 = (crc: number): string => crc.toString(16).padStart(8, '0');

export function layout(files: readonly File[], time = TIME): ZipLayout {
  return layZip(
    files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length, crc32: hex8(crc32(bytes)) })),
    time,
  );
}

export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export function makeZip(files: readonly File[], time = TIME): Promise<Buffer> {
  return gather(zipBytes(layout(files, time), (_, n) => [files[n]?.bytes ?? Buffer.alloc(0)]));
}

export function sourceOf(bytes: Buffer): BytesSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, sizeBytes) => Promise.resolve(bytes.subarray(offset, offset + sizeBytes)),
  };
}

export interface Seen {
  readonly reading: ZipReading;
  readonly findings: readonly ZipFinding[];
  readonly digests: ReadonlyMap<string, string>;
}

/** Reads an archive as a verifier would: all digests, all findings, the time last. */
export async function look(bytes: Buffer, time = TIME): Promise<Seen> {
  const digests = new Map<string, string>();
  const reading = await readZip(sourceOf(bytes), {
    onFile: async (name, pieces) => {
      const hash = createHash('sha256');
      for await (const piece of pieces) hash.update(piece);
      digests.set(name, hash.digest('hex'));
    },
  });
  return { reading, findings: [...reading.findings, ...checkTimes(reading, time)], digests };
}
