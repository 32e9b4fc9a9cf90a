// A packet as `verify` is given it: the .zip as it came, or the folder it was unpacked into; and what it may be held against.
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { BytesSource } from '../formats/zip/read.ts';
import {
  verifyPacket,
  type PacketSource,
  type PacketVerdict,
  type UnpackedFile,
  type VerifyPacketOptions,
} from '../packet/verify.ts';
import { readProof } from '../proofs/index.ts';
import { localBeside } from '../local/beside.ts';
import { UsageError } from './failure.ts';
import { fileSource } from './file-source.ts';
import { logSource } from './log-source.ts';
import { encryptionOf, openingWords } from './opening.ts';
import { fromHere } from './command-line.ts';
import { readInput, unreadable } from './paths.ts';
import { startProgress } from './progress.ts';
import { shown } from './shown.ts';

/** `against`: the path or URL of what the packet is held against. */
export type PacketOptions = Pick<VerifyPacketOptions, 'trust' | 'authorities' | 'referralId'> & {
  readonly against?: string | undefined;
};

/** The verdict on a packet, or undefined where the path leads to something else. @throws UsageError where it cannot be read */
export async function verifyPacketAt(path: string, options: PacketOptions): Promise<PacketVerdict | undefined> {
  return withPacket(path, async (source) => {
    const { against, ...rest } = options;
    if (against === undefined) return verifyShown(source, rest);
    return withAgainst(against, (kept) => verifyShown(source, { ...rest, against: kept }));
  });
}

async function verifyShown(source: PacketSource, options: VerifyPacketOptions): Promise<PacketVerdict> {
  const { digestsBeside, close } = localBeside();
  try {
    if (!('read' in source)) return await verifyPacket(source, { ...options, digestsBeside });
    const progress = startProgress('verifying', 'bytes');
    const onProgress = (done: number): void => {
      progress.update(done, source.sizeBytes);
    };
    const verdict = await verifyPacket(source, { ...options, digestsBeside, onProgress });
    progress.end();
    return verdict;
  } finally {
    close();
  }
}

/** Undefined where the path leads to no packet. */
async function withPacket<T>(path: string, use: (source: PacketSource) => Promise<T>): Promise<T | undefined> {
  const place = fromHere(path);
  try {
    const found = await stat(place);
    if (found.isDirectory()) return await use(unpackedIn(place));
    if (!found.isFile()) throw new UsageError(`${shown(path)} is no file.`); // a pipe would be waited for for ever
    return await withFile(place, use);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function withFile<T>(place: string, use: (source: PacketSource) => Promise<T>): Promise<T | undefined> {
  const handle = await open(place, 'r');
  try {
    const source = await fileSource(handle);
    demandOpen(await source.read(0, FIRST_BYTES), place);
    if (!/\.zip$/i.test(place) && !(await isZip(source))) return undefined;
    return await use(source);
  } finally {
    await handle.close();
  }
}

/** Enough to tell by what a file is. */
const FIRST_BYTES = 100;

/** Only the agency can open what is encrypted, and then verify it. @throws UsageError */
function demandOpen(first: Uint8Array, place: string): void {
  const method = encryptionOf(first);
  if (method === undefined) return;
  throw new UsageError(['This is an encrypted packet: open it first.', ...openingWords(method, place)].join('\n'));
}

async function isZip(source: BytesSource): Promise<boolean> {
  return Buffer.from(await source.read(0, 4)).equals(Buffer.from('PK\u0003\u0004', 'latin1'));
}

/** A log's folder or URL, another packet, or a file that holds a receipt, custody or a checkpoint. */
async function withAgainst<T>(
  path: string,
  use: (kept: NonNullable<VerifyPacketOptions['against']>) => Promise<T>,
): Promise<T> {
  if (await isLog(path)) return use({ kind: 'log', log: await logSource(path) });
  const answer = await withPacket(path, (packet) => use({ kind: 'packet', packet }));
  if (answer !== undefined) return answer;
  const proof = readProof((await readInput(path)).toString('utf8'));
  if (proof.kind === 'notice') throw new UsageError('A notice says nothing about a packet: give it alone.');
  return use(proof);
}

async function isLog(path: string): Promise<boolean> {
  if (/^https?:\/\//i.test(path)) return true;
  const found = await stat(join(fromHere(path), 'checkpoint')).catch(() => undefined);
  return found?.isFile() === true;
}

/** Every file beneath the folder in which README.txt lies: the one named, or the only folder in it, as unpacking leaves it. */
async function* unpackedIn(folder: string): AsyncGenerator<UnpackedFile> {
  const root = await rootOf(folder);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = entry.isFile() ? createReadStream(file) : undefined; // a link, say, is nothing that a packet has
    yield { path: relative(root, file).split(sep).join('/'), bytes };
  }
}

async function rootOf(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  return only?.isDirectory() === true && others.length === 0 ? join(folder, only.name) : folder;
}
