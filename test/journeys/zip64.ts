// Beyond the limits of plain ZIP: an archive of more than 4 GiB, and one of 70,000 files, written by the packet's writer, read by
// other people's programs and by the verifier's reader, and a byte of their ZIP64 records flipped.
//   npm run zip64
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { readZip, type BytesSource } from '../../lib/formats/zip/read.ts';
import { layZip, zipBytes, type ZipEntry } from '../../lib/formats/zip/write.ts';
import { flipped } from './story.ts';

const MIB = 1024 * 1024;
const TIME = new Date('2026-11-22T10:00:00Z');
const zeros = Buffer.alloc(MIB);
const results: boolean[] = [];

function check(name: string, isRight: boolean, detail = ''): void {
  results.push(isRight);
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${name}${detail === '' ? '' : ` (${detail})`}\n`);
}

function zeroEntry(name: string, mebibytes: number): ZipEntry {
  let crc = 0;
  for (let n = 0; n < mebibytes; n++) crc = crc32(zeros, crc);
  return { name, sizeBytes: mebibytes * MIB, crc32: crc.toString(16).padStart(8, '0') };
}

function* zeroBytes({ sizeBytes }: ZipEntry): Generator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= MIB) yield zeros.subarray(0, Math.min(MIB, left));
}

/** Programs that are here and test an archive; the gate installs unzip. */
const READERS = [
  ['unzip', '-tqq'],
  ['7z', 't', '-bso0'],
  ['bsdtar', '-tf'],
].filter(([program = '']) => spawnSync('which', [program]).status === 0);

async function prove(name: string, entries: readonly ZipEntry[], folder: string): Promise<void> {
  const file = join(folder, 'archive.zip');
  const layout = layZip(entries, TIME);
  await pipeline(zipBytes(layout, zeroBytes), createWriteStream(file));
  check(
    `${name}: the size is the one laid out`,
    (await stat(file)).size === layout.sizeBytes,
    `${layout.sizeBytes} bytes`,
  );
  for (const [program = '', ...words] of READERS) {
    const ran = spawnSync(program, [...words, file], { stdio: ['ignore', 'ignore', 'inherit'] });
    check(`${name}: ${program} reads it`, ran.status === 0);
  }
  const handle = await open(file, 'r');
  try {
    const source = flipped(handle, layout.sizeBytes, -1, 0);
    check(`${name}: the verifier's reader finds nothing`, (await findingsIn(source)).length === 0);
    const at = layout.sizeBytes - 22 - 20 - 56 + 30; // in the ZIP64 end record
    const found = await findingsIn(flipped(handle, layout.sizeBytes, at, 1));
    check(
      `${name}: a byte of the ZIP64 end is found`,
      found.some(({ where }) => where === 'end of the archive'),
    );
  } finally {
    await handle.close();
    await rm(file);
  }
}

async function findingsIn(source: BytesSource) {
  const { findings } = await readZip(source, { onFile: () => Promise.resolve() });
  return findings;
}

const folder = await mkdtemp(join(tmpdir(), 'referral-desk-zip64-'));
try {
  check('a program of others is here to read them', READERS.length > 0, READERS.map(([program]) => program).join(', '));
  await prove('4.2 GiB', [zeroEntry('bag/first.bin', 4200), zeroEntry('bag/second.bin', 100)], folder);
  const many = Array.from({ length: 70_000 }, (_, n) => ({ name: `bag/${n}.bin`, sizeBytes: 0, crc32: '00000000' }));
  await prove('70,000 files', many, folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
