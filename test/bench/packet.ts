// Row 4. A packet made of what is sealed and taken into a file, against a loop that does the same arithmetic, and against programs that only store.
import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import '../../lib/packet/freeze.ts';
import { usedUp } from '../../lib/formats/used-up.ts';
import { writesBehind } from '../../lib/local/write-behind.ts';
import '../../lib/release.ts';
import { eachAtOnce, newDesk, openDesk, openReferral, type BenchDesk, type BenchFile } from './desk.ts';
import { megabytesPerSecond, type Figures, type Place } from './measured.ts';
import { eachChunk, readAsSender, writeNoise } from './noise.ts';
import type { Many } from './seal.ts';

/** What lies in the folder that was prepared. */
export interface Finished {
  readonly large: Referred;
  readonly small: Referred;
  /** The large referral's packet again, encrypted to age. */
  readonly sealed: Referred;
}

/** A finished referral, and its packet. */
export interface Referred {
  readonly referralId: string;
  readonly packetId: string;
}

const finishedIn = (folder: string): string => join(folder, 'finished.json');

export function finished(folder: string): Finished {
  return JSON.parse(readFileSync(finishedIn(folder), 'utf8')) as Finished;
}

export const packetIn = (folder: string): string => join(folder, 'packet.zip');
const filesIn = (folder: string): string => join(folder, 'files');
const TO_AGE = 'example-police';
export const ORDER = { agency: 'europol', purpose: 'a measurement', legalBasis: 'none needed' };

/** A desk with two finished referrals, of so many files and of one small one, both packed; the large packet and its files beside it. */
export async function makeFinished({ prepared }: Place, many: Many): Promise<Figures> {
  mkdirSync(filesIn(prepared));
  const desk = await newDesk(prepared);
  const large = await finish(desk, filesOf(prepared, many));
  const small = await finish(desk, filesOf(prepared, { files: 1, sizeBytes: 10_000 }));
  const ageRecipient = await identityToRecipient(await generateX25519Identity());
  await desk.local.desk.addAgency(await desk.as('operator'), { id: TO_AGE, name: 'Example Police', ageRecipient });
  const packed: Finished = {
    large: await pack(desk, large),
    small: await pack(desk, small),
    sealed: await pack(desk, large, TO_AGE),
  };
  const investigator = await desk.as('investigator');
  const { bytes } = await desk.local.desk.takePacket(investigator, packed.large.packetId);
  await pipeline(bytes, createWriteStream(packetIn(prepared)));
  writeFileSync(finishedIn(prepared), JSON.stringify(packed));
  await desk.local.close();
  return {};
}

function filesOf(folder: string, { files, sizeBytes }: Many): BenchFile[] {
  return Array.from({ length: files }, (_, n) => {
    const path = `${sizeBytes}-${n}.bin`;
    const place = join(filesIn(folder), path);
    return { path, sha256: writeNoise(place, sizeBytes), sizeBytes, open: () => readAsSender(place) };
  });
}

async function finish(desk: BenchDesk, files: readonly BenchFile[]): Promise<string> {
  const { referralId, send } = await openReferral(desk, files);
  await eachAtOnce(files.length, 4, send);
  await desk.local.desk.finish(await desk.as('reporter'), referralId);
  return referralId;
}

async function pack(desk: BenchDesk, referralId: string, agency = ORDER.agency): Promise<Referred> {
  const packetId = await orderFor(desk, referralId, agency);
  await desk.local.desk.freezePackets();
  await desk.local.desk.digestPackets();
  return { referralId, packetId };
}

/** Orders a packet, which can be made then. */
export async function orderFor({ local, as }: BenchDesk, referralId: string, agency = ORDER.agency): Promise<string> {
  const { packetId } = await local.desk.orderPacket(await as('supervisor'), referralId, { ...ORDER, agency });
  await local.desk.integrate();
  return packetId;
}

// ── written ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How many packets its process has made and taken before the one that is measured. */
interface After {
  readonly before: number;
}

/**
 * The large referral's packet made once more, and taken into a file as the packet command writes it, its SHA-256 entered: `made` is the first part of it alone.
 */
export async function write(place: Place, { before, ...many }: Many & After): Promise<Figures> {
  const desk = await openDesk(place.prepared);
  for (let n = 0; n < before; n++) await makeAndTake(desk, place, many);
  const figures = await makeAndTake(desk, place, many);
  await desk.local.close();
  return figures;
}

async function makeAndTake(desk: BenchDesk, { scratch, prepared }: Place, many: Many): Promise<Figures> {
  const packetId = await orderFor(desk, finished(prepared).large.referralId);
  const started = performance.now();
  await desk.local.desk.freezePackets();
  const made = megabytesPerSecond(many.files * many.sizeBytes, started);
  const { bytes } = await desk.local.desk.takePacket(await desk.as('investigator'), packetId);
  const path = join(scratch, 'packet.zip');
  const file = await open(path, 'wx');
  await writesBehind((work) => work())(file, usedUp(bytes));
  await file.sync();
  const rate = megabytesPerSecond(many.files * many.sizeBytes, started);
  await file.close();
  rmSync(path);
  return { rate, made };
}

/** The same where nobody takes it: made, and read by the desk itself for its SHA-256. */
export async function read({ prepared }: Place, { files, sizeBytes }: Many): Promise<Figures> {
  const desk = await openDesk(prepared);
  await orderFor(desk, finished(prepared).large.referralId);
  const started = performance.now();
  await desk.local.desk.freezePackets();
  await desk.local.desk.digestPackets();
  const rate = megabytesPerSecond(files * sizeBytes, started);
  await desk.local.close();
  return { rate };
}

/** Read, decrypt, CRC-32, SHA-256; and written, with one fsync, where that is asked for. */
export function readInLoop(
  { scratch, prepared }: Place,
  { isWritten, ...many }: Many & { isWritten: boolean },
): Figures {
  const started = performance.now();
  const out = openSync(join(scratch, 'packet'), 'wx');
  const decipher = createDecipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const hash = createHash('sha256');
  let crc = 0;
  for (const file of largeFiles(prepared, many))
    eachChunk(file, (chunk) => {
      const plain = decipher.update(chunk);
      crc = crc32(plain, crc);
      hash.update(plain);
      if (isWritten) writeSync(out, plain);
    });
  fsyncSync(out);
  closeSync(out);
  return { rate: megabytesPerSecond(many.files * many.sizeBytes, started) };
}

interface Yazl {
  readonly ZipFile: new () => {
    readonly outputStream: NodeJS.ReadableStream;
    addFile(path: string, name: string, options: { compress: boolean }): void;
    end(): void;
  };
}

/** A ZIP of the same files that only stores them: nothing is encrypted, no digest taken but CRC-32. */
export async function writeWithYazl({ scratch, prepared }: Place, many: Many): Promise<Figures> {
  const { ZipFile } = createRequire(join(import.meta.dirname, '../peers/package.json'))('yazl') as Yazl;
  const started = performance.now();
  const zip = new ZipFile();
  for (const [n, file] of largeFiles(prepared, many).entries()) zip.addFile(file, `${n}.bin`, { compress: false });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(join(scratch, 'packet.zip')));
  return { rate: megabytesPerSecond(many.files * many.sizeBytes, started) };
}

/** The same, by 7-Zip. */
export function writeWith7z({ scratch, prepared }: Place, many: Many): Figures {
  const started = performance.now();
  const args = ['a', '-tzip', '-mx0', '-bd', join(scratch, 'packet.zip'), ...largeFiles(prepared, many)];
  execFileSync('7z', args, { stdio: 'ignore' });
  return { rate: megabytesPerSecond(many.files * many.sizeBytes, started) };
}

/** What the large referral's files were sealed from. */
export function largeFiles(folder: string, { files, sizeBytes }: Many): string[] {
  return Array.from({ length: files }, (_, n) => join(filesIn(folder), `${sizeBytes}-${n}.bin`));
}
