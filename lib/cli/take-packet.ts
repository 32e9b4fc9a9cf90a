// A packet on its way to a file: into `….part`, which a later try goes on with, and under its name once all of it is written, what came with
// the SHA-256 that the desk entered. What lies there already is never written over.
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { takeWhole, waitForDigest, waitForPacket, type DeskClient, type TakeOptions } from '../client/index.ts';
import { DeskError, isCode } from '../errors.ts';
import { giveBack } from '../formats/used-up.ts';
import { packetFileName } from '../packet/name.ts';
import type { Encryption } from '../packet/terms.ts';
import { systemCode } from '../local/durable.ts';
import { unbroken, writesBehind } from '../local/write-behind.ts';
import { UsageError } from './failure.ts';
import { holdLock } from './lock.ts';
import { fromHere } from './command-line.ts';
import { remark } from './frame.ts';
import { unwritten } from './paths.ts';
import { startProgress } from './progress.ts';
import { shown } from './shown.ts';

export interface TakenFile {
  /** The whole path. */
  readonly path: string;
  /** False when the very packet was there already. */
  readonly isNew: boolean;
  /** Of the file, as the desk entered it: lower-case hex. */
  readonly sha256: string;
}

/** A packet as its status tells of it. */
export interface Packet {
  readonly packetId: string;
  readonly sizeBytes: number;
  readonly encryption: Encryption;
}

/** Where a packet goes; until it is known how it is encrypted, a place beside that. */
export function packetName(out: string, packetId: string, encryption: Encryption = 'none'): string {
  return join(out, packetFileName(packetId, encryption));
}

/**
 * Writes a packet to a folder, for its owner alone. One that is there whole is not taken again.
 * @throws UsageError where another file has its name, or another program is taking it to there; DeskError desk/other-bytes when what
 *   comes is, taken anew as well, not what the desk sealed, and what taking throws
 */
export async function takeInto(
  client: DeskClient,
  packet: Packet,
  out: string,
  options: TakeOptions = {},
): Promise<TakenFile> {
  const name = packetName(out, packet.packetId, packet.encryption);
  const path = fromHere(name);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const release = await holdLock(`${path}.lock`);
    try {
      const there = await hashThere(path, name, packet);
      if (there !== undefined) {
        if (there !== (await enteredDigest(client, packet.packetId, options))) throw inTheWay(name);
        return { path, isNew: false, sha256: there };
      }
      const sha256 = await takePart(client, packet, `${path}.part`, options);
      if ((await find(path)) !== undefined) throw inTheWay(name);
      await rename(`${path}.part`, path);
      return { path, isNew: true, sha256 };
    } finally {
      await release();
    }
  } catch (error) {
    throw unwritten(out, error);
  }
}

/** Of what has its name there, which only the packet itself may. @throws UsageError */
async function hashThere(path: string, name: string, { sizeBytes }: Packet): Promise<string | undefined> {
  const found = await find(path);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size !== sizeBytes) throw inTheWay(name);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return (await hashOf(handle, 'comparing', sizeBytes)).digest('hex');
  } finally {
    await handle.close();
  }
}

function inTheWay(name: string): UsageError {
  return new UsageError(`${shown(name)} is there and is not this packet: it was left as it is. Move it away first.`);
}

async function find(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

// ── the part ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Takes what is missing; where the whole is not the packet, all of it once more.
 * @returns its SHA-256
 * @throws DeskError desk/other-bytes
 */
async function takePart(client: DeskClient, packet: Packet, part: string, options: TakeOptions): Promise<string> {
  const { packetId } = packet;
  const sha256 = await fill(client, packet, part, options);
  if (sha256 !== undefined && sha256 === (await enteredDigest(client, packetId, options))) return sha256;
  await unlink(part);
  const { sizeBytes } = await waitForPacket(client, packetId); // it may have been made again since
  const again = await fill(client, { ...packet, sizeBytes }, part, options);
  if (again !== undefined && again === (await enteredDigest(client, packetId, options))) return again;
  await unlink(part);
  throw new DeskError(
    'desk/other-bytes',
    'What came is not the packet that the desk has entered: nothing was kept of it.',
  );
}

/**
 * Fills the part; every byte is hashed on its way into it, and what lay in it before.
 * @returns the SHA-256 of all that lies in it then; undefined where that cannot be the packet
 */
async function fill(
  client: DeskClient,
  packet: Packet,
  part: string,
  options: TakeOptions,
): Promise<string | undefined> {
  const { packetId, sizeBytes } = packet;
  const { handle, from } = await openPart(part, sizeBytes);
  try {
    const hash = from === 0 ? createHash('sha256') : await hashOf(handle, 'comparing', from);
    const pieces = takeWhole(client, packetId, sizeBytes, { ...options, from });
    await writeBehind(handle, noted(pieces, from, sizeBytes, hash), from);
    await handle.sync();
    const { size } = await handle.stat(); // what was hashed is the file only where nothing else came into it
    return size === sizeBytes ? hash.digest('hex') : undefined;
  } catch (error) {
    if (isCode(error, 'state/packet-changed')) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}

/** The SHA-256 as the desk entered it. Of what was taken in more than one go it reads the packet for that itself, which is said to whoever waits for it. */
async function enteredDigest(client: DeskClient, packetId: string, { pause = wait }: TakeOptions): Promise<string> {
  let isSaid = false;
  return waitForDigest(client, packetId, {
    pause: async (ms) => {
      if (ms > SHORT_MS && !isSaid) {
        remark('The desk still reads the packet for its SHA-256, which what came is held against: waiting for it …');
        isSaid = true;
      }
      await pause(ms);
    },
  });
}

/** Rests grow to so much within half a second. */
const SHORT_MS = 400;

/** What an earlier try left, if it can be gone on with; else a fresh one. */
async function openPart(part: string, sizeBytes: number): Promise<{ handle: FileHandle; from: number }> {
  const kept = await openKept(part, sizeBytes);
  if (kept !== undefined) return kept;
  await unlink(part).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  return { handle: await open(part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), from: 0 };
}

/**
 * Only a file that is nothing else, under no other name, and that can be made its owner's alone. It is gone on with before what may lie behind missing
 * bytes, which stays until it is written over: however often nothing comes, nothing is lost.
 */
async function openKept(part: string, sizeBytes: number): Promise<{ handle: FileHandle; from: number } | undefined> {
  if ((await find(part))?.isFile() !== true) return undefined;
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(part, O_RDWR | O_NOFOLLOW | O_NONBLOCK).catch(ignore);
  if (handle === undefined) return undefined;
  const found = await handle.stat();
  const isOurs = found.isFile() && found.nlink === 1 && found.size <= sizeBytes;
  const isAlone = isOurs && (await handle.chmod(0o600).then(() => true, ignore)) === true;
  if (isAlone) return { handle, from: unbroken(found.size) };
  await handle.close();
  return undefined;
}

const writeBehind = writesBehind((work) => work());

function ignore(): undefined {
  return undefined;
}

/** The same pieces, counted and hashed on their way to the file. */
async function* noted(pieces: AsyncIterable<Uint8Array>, from: number, sizeBytes: number, hash: Hash) {
  const progress = startProgress('taking', 'bytes');
  try {
    let at = from;
    for await (const piece of pieces) {
      hash.update(piece);
      at += piece.length;
      yield piece;
      giveBack(piece);
      progress.update(at, sizeBytes);
    }
  } finally {
    progress.end();
  }
}

const PIECE_BYTES = 1024 * 1024;

/** The hash of so many bytes that a file begins with, to be gone on with. */
async function hashOf(handle: FileHandle, doing: string, sizeBytes: number): Promise<Hash> {
  const progress = startProgress(doing, 'bytes');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    for (let at = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, sizeBytes - at), at);
      if (bytesRead === 0) return hash;
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      progress.update(at, sizeBytes);
    }
  } finally {
    progress.end();
  }
}
