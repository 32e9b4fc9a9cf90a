// A packet made, taken and verified, each against a loop that does the same arithmetic with node:crypto and nothing else; and its PDF
// drawn, against pdfkit used as its guide shows. Each answers MB/s or pages/s.
import { once } from 'node:events';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, createWriteStream, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { verifyPacket, type Trust } from '../../lib/index.ts';
import { fileSource } from '../../lib/cli/file-source.ts';
import { localBeside } from '../../lib/local/beside.ts';
import { localFont } from '../../lib/local/fonts.ts';
import { initLocalDesk, openLocalDesk, type LocalDesk } from '../../lib/local/open.ts';
import { renderSummary } from '../../lib/summary/index.ts';
import { referralBody, stream, type NoiseFile } from '../material.ts';
import { storyOf, WHOLE } from '../lib/summary/material.ts';

const FILE_BYTES = 32 * 1024 * 1024;
const ORDER = { agency: 'europol', purpose: 'a measure', legalBasis: 'none needed' };

interface Packed {
  readonly local: LocalDesk;
  readonly trust: Trust;
  readonly keys: Readonly<Record<'supervisor' | 'investigator', string>>;
  readonly packetId: string;
}

function rate(sizeBytes: number, startedMs: number): number {
  return sizeBytes / 1e3 / (performance.now() - startedMs);
}

/** A finished referral of so many bytes, with a packet ordered and in the log. */
async function ordered(folder: string, noise: Buffer, sizeBytes: number): Promise<Packed> {
  const dir = join(folder, 'desk');
  const { keys, trust } = await initLocalDesk({ dir });
  const local = await openLocalDesk({ dir });
  const { desk } = local;
  const reporter = await desk.authenticate(keys.reporter);
  const files = Array.from({ length: sizeBytes / FILE_BYTES }, (_, n) => fileOf(noise, n));
  const opened = await desk.open(reporter, referralBody(files), 'bench');
  for (const [n, file] of files.entries()) {
    const declared = { sha256: file.sha256, sizeBytes: file.bytes.length };
    await desk.attach(reporter, opened.referralId, opened.attachments[n]?.id ?? '', declared, {}, stream(file.bytes));
  }
  await desk.finish(reporter, opened.referralId);
  const supervisor = await desk.authenticate(keys.supervisor);
  const { packetId } = await desk.orderPacket(supervisor, opened.referralId, ORDER);
  await desk.integrate();
  return { local, trust, keys, packetId };
}

function fileOf(noise: Buffer, n: number): NoiseFile {
  const bytes = Buffer.alloc(FILE_BYTES);
  for (let at = 0; at < FILE_BYTES; at += noise.length) noise.copy(bytes, at);
  bytes.writeUInt32BE(n);
  return { path: `${n}.bin`, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

// ── made ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function packOurs(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const { local } = await ordered(folder, noise, sizeBytes);
  const started = performance.now();
  await local.desk.freezePackets();
  const speed = rate(sizeBytes, started);
  await local.close();
  return speed;
}

const CHUNK = 64 * 1024;

/** Read, decrypt, CRC-32, SHA-256, encrypt, SHA-256 of the ciphertext, write: what a packet costs at least. */
export function packRaw(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const [from, to] = [join(folder, 'sealed'), join(folder, 'packet')];
  const source = openSync(from, 'wx');
  for (let at = 0; at < sizeBytes; at += noise.length) writeSync(source, noise);
  closeSync(source);
  const started = performance.now();
  const [reading, writing] = [openSync(from, 'r'), openSync(to, 'wx')];
  const decipher = createDecipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  const [hash, root, buffer] = [createHash('sha256'), createHash('sha256'), Buffer.alloc(CHUNK)];
  let crc = 0;
  while (readSync(reading, buffer) > 0) {
    const plain = decipher.update(buffer);
    crc = crc32(plain, crc);
    hash.update(plain);
    const sealed = cipher.update(plain);
    root.update(sealed);
    writeSync(writing, sealed);
  }
  fsyncSync(writing);
  closeSync(reading);
  closeSync(writing);
  return Promise.resolve(rate(sizeBytes, started));
}

// ── verified ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function verifyOurs(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const { local, keys, packetId, trust } = await ordered(folder, noise, sizeBytes);
  await local.desk.freezePackets();
  const file = join(folder, 'packet.zip');
  const investigator = await local.desk.authenticate(keys.investigator);
  await pipeline((await local.desk.takePacket(investigator, packetId)).bytes, createWriteStream(file));
  await local.close();
  const handle = await open(file, 'r');
  const beside = localBeside();
  const source = await fileSource(handle);
  const started = performance.now();
  const { ok } = await verifyPacket(source, { trust, digestsBeside: beside.digestsBeside });
  const speed = rate(sizeBytes, started);
  beside.close();
  await handle.close();
  if (!ok) throw new Error('the packet does not hold');
  return speed;
}

/** The digests of a file of that size, one after the other: what verifying costs at least on one core. */
export function verifyRaw(folder: string, noise: Buffer, sizeBytes: number): Promise<number> {
  const file = join(folder, 'raw');
  const writing = openSync(file, 'wx');
  for (let at = 0; at < sizeBytes; at += noise.length) writeSync(writing, noise);
  closeSync(writing);
  const started = performance.now();
  const hashes = ['sha256', 'sha1', 'md5'].map((name) => createHash(name));
  const [reading, buffer] = [openSync(file, 'r'), Buffer.alloc(64 * 1024)];
  let crc = 0;
  for (let read = readSync(reading, buffer); read > 0; read = readSync(reading, buffer)) {
    for (const hash of hashes) hash.update(buffer.subarray(0, read));
    crc = crc32(buffer.subarray(0, read), crc);
  }
  closeSync(reading);
  return Promise.resolve(rate(sizeBytes, started));
}

// ── drawn ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Pages a second of the story's summary, the fonts parsed already. */
export async function drawOurs(): Promise<number> {
  const input = storyOf(WHOLE);
  await renderSummary(input, localFont);
  const started = performance.now();
  const pdf = await renderSummary(input, localFont);
  return pagesOf(pdf) / ((performance.now() - started) / 1000);
}

/** Pages a second of tables of the same kind, as pdfkit's guide shows: `text` with a font file, cell by cell. */
export async function drawPlainly(): Promise<number> {
  const { default: PDFDocument } = await import('pdfkit');
  const font = readFileSync(
    createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
  );
  const started = performance.now();
  const document = new PDFDocument({ font: font as unknown as string, size: 'A4' });
  const pages = 40;
  for (let page = 0; page < pages; page++) {
    if (page > 0) document.addPage();
    for (let row = 0; row < 45; row++) {
      for (let cell = 0; cell < 6; cell++)
        document
          .fontSize(7)
          .text(`Member ${page * 45 + row} ${cell}`, 50 + cell * 85, 50 + row * 15, { lineBreak: false });
    }
  }
  document.end();
  document.resume();
  await once(document, 'end');
  return pages / ((performance.now() - started) / 1000);
}

function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').split('/Type /Page\n').length - 1;
}
