// Rows 1 and 2. One large file sealed, and many small ones; a tight single-thread loop that does the same arithmetic, the AWS Encryption SDK,
// and programs that do a part of it.
import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { eachAtOnce, newDesk, openReferral, type BenchFile } from './desk.ts';
import { megabytesPerSecond, type Figures, type Place } from './measured.ts';
import { CHUNK, eachChunk, noiseBlock, readAsPeer, readAsSender, writeNoise } from './noise.ts';
import { encryptWithSdk } from './sdk.ts';

/** How much there is to be sealed. */
export interface Large {
  readonly sizeBytes: number;
}

export const sourceIn = (folder: string): string => join(folder, 'source.bin');

/** One file of noise, and its SHA-256. */
export function makeSource({ prepared }: Place, { sizeBytes }: Large): Figures {
  writeFileSync(join(prepared, 'source.sha256'), writeNoise(sourceIn(prepared), sizeBytes));
  return {};
}

/** The file that was prepared, as a sender sends it. */
export function sourceFile(folder: string, sizeBytes: number): BenchFile {
  const sha256 = readFileSync(join(folder, 'source.sha256'), 'utf8');
  return { path: 'source.bin', sha256, sizeBytes, open: () => readAsSender(sourceIn(folder)) };
}

// ── one large file ────────────────────────────────────────────────────────────────────────────────────────────────────

/** From a file into a local desk: digests, ciphertext and its root, durable, with its ledger entry. */
export async function sealOne({ scratch, prepared }: Place, { sizeBytes }: Large): Promise<Figures> {
  const desk = await newDesk(scratch);
  const { send } = await openReferral(desk, [sourceFile(prepared, sizeBytes)]);
  const started = performance.now();
  await send(0);
  const rate = megabytesPerSecond(sizeBytes, started);
  await desk.local.close();
  return { rate };
}

/** Read, MD5, SHA-1, SHA-256, CRC-32, AES-256-GCM, SHA-256 of the ciphertext, write, one fsync. */
export function sealInLoop({ scratch, prepared }: Place, { sizeBytes }: Large): Figures {
  const started = performance.now();
  const file = openSync(join(scratch, 'sealed'), 'wx');
  const digests = manyDigests();
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const root = createHash('sha256');
  eachChunk(sourceIn(prepared), (chunk) => {
    digests(chunk);
    const sealed = cipher.update(chunk);
    root.update(sealed);
    writeSync(file, sealed);
  });
  fsyncSync(file);
  closeSync(file);
  return { rate: megabytesPerSecond(sizeBytes, started) };
}

/** MD5, SHA-1, SHA-256 and CRC-32 of what it is called with. */
function manyDigests(): (chunk: Uint8Array) => void {
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name));
  let crc = 0;
  return (chunk) => {
    for (const hash of hashes) hash.update(chunk);
    crc = crc32(chunk, crc);
  };
}

/** The SDK at its best setting, the same digests on the way; it syncs nothing. */
export async function sealOneWithSdk({ scratch, prepared }: Place, { sizeBytes }: Large): Promise<Figures> {
  const digests = manyDigests();
  async function* digested(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readAsPeer(sourceIn(prepared))) {
      digests(chunk);
      yield chunk;
    }
  }
  const started = performance.now();
  await encryptWithSdk(digested(), join(scratch, 'sealed'), true);
  return { rate: megabytesPerSecond(sizeBytes, started) };
}

/** A program that reads the whole file and writes none. */
function ran(sizeBytes: number, program: string, args: readonly string[]): Figures {
  const started = performance.now();
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return { rate: megabytesPerSecond(sizeBytes, started) };
}

export function md5sum({ prepared }: Place, { sizeBytes }: Large): Figures {
  return ran(sizeBytes, 'md5sum', [sourceIn(prepared)]);
}

export function rhash({ prepared }: Place, { sizeBytes }: Large): Figures {
  return ran(sizeBytes, 'rhash', ['--md5', '--sha1', '--sha256', '--crc32', sourceIn(prepared)]);
}

/** Encryption alone, to a fresh key. */
export function age({ scratch, prepared }: Place, { sizeBytes }: Large): Figures {
  const key = join(scratch, 'key');
  execFileSync('age-keygen', ['-o', key], { stdio: 'ignore' });
  const recipient = /age1\w+/.exec(readFileSync(key, 'utf8'))?.[0] ?? '';
  return ran(sizeBytes, 'age', ['-r', recipient, '-o', join(scratch, 'sealed'), sourceIn(prepared)]);
}

// ── many small files ──────────────────────────────────────────────────────────────────────────────────────────────────

/** How many files of which size. */
export interface Many {
  readonly files: number;
  readonly sizeBytes: number;
}

/** As many as a client sends at once. */
const AT_ONCE = 4;

type Noisy = (n: number) => AsyncGenerator<Uint8Array>;

function noisyFiles(sizeBytes: number): Noisy {
  const block = noiseBlock(sizeBytes);
  return async function* (n) {
    yield await Promise.resolve(Buffer.from(block(n).subarray(0, CHUNK)));
    for (let at = CHUNK; at < sizeBytes; at += CHUNK) yield await Promise.resolve(block(n).subarray(at, at + CHUNK));
  };
}

/** Into a local desk, durable, an entry each. */
export async function sealMany({ scratch }: Place, { files, sizeBytes }: Many): Promise<Figures> {
  const open = noisyFiles(sizeBytes);
  const all: BenchFile[] = [];
  for (let n = 0; n < files; n++) {
    const hash = createHash('sha256');
    for await (const chunk of open(n)) hash.update(chunk);
    all.push({ path: `${n}.bin`, sha256: hash.digest('hex'), sizeBytes, open: () => open(n) });
  }
  const desk = await newDesk(scratch);
  const { send } = await openReferral(desk, all);
  const started = performance.now();
  await eachAtOnce(files, AT_ONCE, send);
  const rate = megabytesPerSecond(files * sizeBytes, started);
  await desk.local.close();
  return { rate };
}

/** By the SDK into a file each: no digests, no entries, nothing synced. */
export async function sealManyWithSdk(
  { scratch }: Place,
  { files, sizeBytes, isBest }: Many & { readonly isBest: boolean },
): Promise<Figures> {
  const open = noisyFiles(sizeBytes);
  const started = performance.now();
  await eachAtOnce(files, AT_ONCE, (n) => encryptWithSdk(open(n), join(scratch, `${n}`), isBest));
  return { rate: megabytesPerSecond(files * sizeBytes, started) };
}
