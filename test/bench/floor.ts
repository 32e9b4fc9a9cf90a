// What a row could do at best on this machine: what it cannot do without, by Node's own calls alone, each kind over bytes that are at hand,
// shared between two cores without a loss, and everything else for nothing. A goal beyond that is out of reach here.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { acceptWatched, type Calls } from './accept.ts';
import type { Figures, Place } from './measured.ts';
import { nativeCalls } from './native.ts';
import { largeFiles } from './packet.ts';
import { pageRoom } from '../../lib/local/direct.ts';
import { CHUNK, eachChunk } from './noise.ts';
import { sourceIn, type Large, type Many } from './seal.ts';

const CORES = 2;
const chunk = randomBytes(CHUNK);

/** Milliseconds of this process's CPU. */
function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Calls `take` with the same chunk until so many bytes are done. */
function eachOf(sizeBytes: number, take: (chunk: Buffer) => void): void {
  for (let done = 0; done < sizeBytes; done += CHUNK) take(chunk);
}

function digestCost(name: string, sizeBytes: number): number {
  const hash = createHash(name);
  return costOf(() => {
    eachOf(sizeBytes, (chunk) => hash.update(chunk));
  });
}

function crcCost(sizeBytes: number): number {
  let crc = 0;
  return costOf(() => {
    eachOf(sizeBytes, (chunk) => (crc = crc32(chunk, crc)));
  });
}

function cipherCost(sizeBytes: number): number {
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  return costOf(() => {
    eachOf(sizeBytes, (chunk) => cipher.update(chunk));
  });
}

const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);
const rateOf = (sizeBytes: number, milliseconds: number): number => sizeBytes / 1e3 / milliseconds;

// ── rows 1 and 2 ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Four digests, the cipher and the ciphertext's SHA-256; nothing is read or written. `withFile`: and the file that was prepared read into one buffer, and
 * as many bytes given to the disk past the cache, which it may take any time for.
 */
export function sealing({ scratch, prepared }: Place, { sizeBytes, isOfFile }: Large & { isOfFile: boolean }): Figures {
  const md5 = digestCost('md5', sizeBytes);
  const sha256 = digestCost('sha256', sizeBytes);
  const others = [digestCost('sha1', sizeBytes), sha256, sha256, crcCost(sizeBytes), cipherCost(sizeBytes)];
  const best = (more: readonly number[]): number =>
    rateOf(sizeBytes, Math.max(md5, sum([md5, ...others, ...more]) / CORES));
  if (!isOfFile) return { rate: best([]) };
  const reading = costOf(() => {
    eachChunk(sourceIn(prepared), () => undefined);
  });
  return { rate: best([]), withFile: best([reading, direct(join(scratch, 'direct'), sizeBytes).cost]) };
}

/** Bytes given to the disk past the cache and synced: what that costs the processor, and how long it takes. Milliseconds. */
function direct(path: string, sizeBytes: number): { readonly cost: number; readonly took: number } {
  const { O_DIRECT, O_WRONLY, O_CREAT, O_EXCL } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_DIRECT);
  const room = pageRoom(ROOM_BYTES);
  const started = performance.now();
  const cost = costOf(() => {
    for (let at = 0; at < sizeBytes; at += ROOM_BYTES) writeSync(file, room, 0, ROOM_BYTES, at);
    fsyncSync(file);
  });
  const took = performance.now() - started;
  closeSync(file);
  return { cost, took };
}

const ROOM_BYTES = 1024 * 1024;

// ── row 3 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const HASHING = `
const { createHash, randomBytes } = require('node:crypto');
const { parentPort, workerData: { sizeBytes, chunkBytes } } = require('node:worker_threads');
const chunk = randomBytes(chunkBytes);
parentPort.once('message', () => {
  const hash = createHash('sha256');
  const started = performance.now();
  for (let done = 0; done < sizeBytes; done += chunkBytes) hash.update(chunk);
  parentPort.postMessage(performance.now() - started);
});
parentPort.postMessage(0);`;

/** SHA-256 on one core while another decrypts; nothing is read or handed over. */
export async function opening(_: Place, { sizeBytes }: Large): Promise<Figures> {
  const worker = new Worker(HASHING, { eval: true, workerData: { sizeBytes, chunkBytes: CHUNK } });
  await once(worker, 'message');
  const hashed = once(worker, 'message') as Promise<[number]>;
  worker.postMessage('begin');
  const decipher = createDecipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const started = performance.now();
  eachOf(sizeBytes, (chunk) => decipher.update(chunk));
  const decrypted = performance.now() - started;
  const [took] = await hashed;
  return { rate: rateOf(sizeBytes, Math.max(decrypted, took)) };
}

// ── row 4 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Files that were prepared read, decrypted, hashed, and given to the disk, which works beside it all. `disk`: that alone. */
export function packing({ scratch, prepared }: Place, many: Many): Figures {
  const sizeBytes = many.files * many.sizeBytes;
  const sha256 = digestCost('sha256', sizeBytes);
  const reading = costOf(() => {
    for (const file of largeFiles(prepared, many)) eachChunk(file, () => undefined);
  });
  const { cost, took } = direct(join(scratch, 'direct'), sizeBytes);
  const processor = Math.max(sha256, sum([sha256, cipherCost(sizeBytes), reading, cost]) / CORES);
  return { rate: rateOf(sizeBytes, Math.max(processor, took)), disk: rateOf(sizeBytes, took) };
}

// ── row 6 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Referrals a second if the calls of node:crypto, node:zlib and node:sqlite that accepting one makes were all that it takes. */
export async function accepting(place: Place, asked: Calls): Promise<Figures> {
  const { spent = NaN } = await acceptWatched(place, asked, nativeCalls());
  return { rate: asked.calls / (spent / 1000) };
}
