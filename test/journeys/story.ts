// The newspaper's story, played by the command a user would run, and what must be true of it; and the packet attacked a byte at a time.
// Shared by the tests (small) and `npm run story` (full).
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readTrust, verifyPacket, type BytesSource, type PacketVerdict, type Trust } from '../../lib/index.ts';
import { NODE_FLAGS } from '../node-flags.ts';

/** What `demo --json` answers. */
export interface Story {
  readonly desk: string;
  readonly referralId: string;
  readonly packet: string;
  readonly summary: string;
  readonly trust: string;
  readonly verified: boolean;
  readonly steps: readonly { readonly step: string; readonly seconds: number; readonly peakMib: number }[];
  readonly peakMib: number;
}

const ROOT = resolve(import.meta.dirname, '../..');

/** Plays it in a folder of its own, as `npm run demo` would, with the same memory settings. */
export async function playStory(folder: string, options: readonly string[] = []): Promise<Story> {
  const command = [...NODE_FLAGS, join(ROOT, 'lib/cli/index.ts'), 'demo', '--json', '--data', join(folder, 'desk')];
  const env = { ...process.env, MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...options], { env, maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Story;
}

// ── one byte ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A stretch of the packet, and what its name must be in a finding about it. */
export interface Stretch {
  readonly name: string;
  readonly from: number;
  readonly sizeBytes: number;
}

/** The packet's bytes with one of them changed, on the way to the reader; the file stays as it is. */
export function flipped(packet: FileHandle, sizeBytes: number, at: number, mask: number): BytesSource {
  return {
    sizeBytes,
    read: async (offset, size) => {
      const { bytesRead, buffer } = await packet.read(Buffer.allocUnsafe(size), 0, size, offset);
      if (at >= offset && at < offset + bytesRead) buffer[at - offset] = (buffer[at - offset] ?? 0) ^ mask;
      return buffer.subarray(0, bytesRead);
    },
  };
}

/**
 * Where the files, their headers, the directory's records and the end of a stored ZIP lie, read by nothing of ours: from its end,
 * through its directory (APPNOTE 4.3).
 */
export async function stretchesOf(packet: FileHandle, sizeBytes: number): Promise<Stretch[]> {
  const at = async (offset: number, size: number): Promise<Buffer> =>
    (await packet.read(Buffer.alloc(size), 0, size, offset)).buffer;
  const end = await at(sizeBytes - 22, 22);
  const { count, size, offset, endFrom } = await directoryOf(at, end, sizeBytes);
  const directory = await at(offset, size);
  const stretches: Stretch[] = [];
  for (let n = 0, place = 0; n < count; n++) {
    const [nameBytes, extraBytes] = [directory.readUInt16LE(place + 28), directory.readUInt16LE(place + 30)];
    const path = directory.toString('latin1', place + 46, place + 46 + nameBytes);
    const name = path.slice(path.indexOf('/') + 1);
    const record = { name, from: offset + place, sizeBytes: 46 + nameBytes + extraBytes };
    const numbers = numbersOf(directory.subarray(place, place + record.sizeBytes), nameBytes);
    const local = await at(numbers.offset, 30);
    const headerBytes = 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    stretches.push({ name, from: numbers.offset, sizeBytes: headerBytes });
    stretches.push({ name, from: numbers.offset + headerBytes, sizeBytes: numbers.sizeBytes });
    stretches.push(record);
    place += record.sizeBytes;
  }
  return [...stretches, { name: 'end of the archive', from: endFrom, sizeBytes: sizeBytes - endFrom }];
}

async function directoryOf(
  at: (offset: number, size: number) => Promise<Buffer>,
  end: Buffer,
  sizeBytes: number,
): Promise<{ count: number; size: number; offset: number; endFrom: number }> {
  const plain = { count: end.readUInt16LE(10), size: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const is64 = plain.count === 0xffff || plain.offset === 0xffffffff || plain.size === 0xffffffff;
  if (!is64) return { ...plain, endFrom: sizeBytes - 22 };
  const locator = await at(sizeBytes - 42, 20);
  const endFrom = Number(locator.readBigUInt64LE(8));
  const end64 = await at(endFrom, 56);
  const [count, size, offset] = [32, 40, 48].map((place) => Number(end64.readBigUInt64LE(place)));
  return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0, endFrom };
}

/** Size and offset out of a directory record; from its ZIP64 field where they do not fit. */
function numbersOf(record: Buffer, nameBytes: number): { sizeBytes: number; offset: number } {
  let place = 46 + nameBytes + 4;
  const next = (value: number): number => {
    if (value !== 0xffffffff) return value;
    place += 8;
    return Number(record.readBigUInt64LE(place - 8));
  };
  const sizeBytes = next(record.readUInt32LE(24));
  next(record.readUInt32LE(20));
  return { sizeBytes, offset: next(record.readUInt32LE(42)) };
}

export interface Flip {
  readonly at: number;
  readonly in: string;
  readonly findings: PacketVerdict['findings'];
}

/**
 * Flips one bit at `count` places, spread evenly over all headers, contents, directory records and the end, and answers those that
 * were not found, or found without naming the file or the part they lie in. Places follow from the packet alone.
 */
export async function flipsMissed(story: Pick<Story, 'packet' | 'trust'>, count: number): Promise<Flip[]> {
  const trust: Trust = readTrust(await readFile(story.trust, 'utf8'));
  const packet = await open(story.packet, 'r');
  try {
    const { size } = await packet.stat();
    const stretches = (await stretchesOf(packet, size)).filter(({ sizeBytes }) => sizeBytes > 0);
    const missed: Flip[] = [];
    for (let n = 0; n < count; n++) {
      const stretch = stretches[Math.floor((n * stretches.length) / count)] ?? stretches[0];
      if (stretch === undefined) throw new Error('a packet without a single byte');
      const place = createHash('sha256').update(`${n}`).digest();
      const at = stretch.from + (place.readUInt32BE(0) % stretch.sizeBytes);
      const source = flipped(packet, size, at, 1 << ((place[4] ?? 0) % 8));
      const { ok, findings } = await verifyPacket(source, { trust });
      const isNamed = findings.some(({ where }) => where.includes(stretch.name));
      if (ok || !isNamed) missed.push({ at, in: stretch.name, findings });
    }
    return missed;
  } finally {
    await packet.close();
  }
}
