// That an entry stands in the public log, proved from the log's files alone, by whoever has them; and such a proof checked.
import { logOrigin, openCheckpoint, parseCheckpoint } from '../formats/checkpoint.ts';
import { inclusionProof, isIncluded, leafHash, rootOf, type Hash, type Subtree } from '../formats/merkle.ts';
import { readEntryBundle, readTile, tilePath, TILE_WIDTH, widthAt, type TileName } from '../formats/tiles.ts';
import type { TlogProof } from '../formats/tlog-proof.ts';
import { logKeys, type Trust } from '../trust.ts';
import type { LogSource } from './log-checking.ts';
import { isTrustUsable, Report, type Verdict } from './report.ts';

/**
 * Looks an entry up in the log whose newest checkpoint lies at the source's prefix, and proves it.
 * @param entryHash hex
 * @returns undefined where it does not stand there, or a file that is needed is missing or cannot be read; nothing is checked
 */
export async function proveInLog(source: LogSource, entryHash: string): Promise<TlogProof | undefined> {
  const note = await source.read('checkpoint');
  const checkpoint = Buffer.from(note ?? []).toString('utf8');
  const { size, origin = '' } = parseCheckpoint(checkpoint) ?? {};
  if (size === undefined) return undefined;
  const number = `${origin.split('/').at(-1) ?? ''}/`;
  const prefix = (await source.read(`${number}checkpoint`)) === undefined ? '' : number;
  const index = await indexOf(source, prefix, size, Buffer.from(entryHash, 'hex'));
  if (index === undefined) return undefined;
  try {
    const hashes = await inclusionProof(index, size, subtreesIn(source, prefix, size));
    return { index, hashes, checkpoint };
  } catch (error) {
    if (error === LACKING) return undefined;
    throw error;
  }
}

const LACKING = new Error('a file of the log is missing');

async function indexOf(source: LogSource, prefix: string, size: number, hash: Buffer): Promise<number | undefined> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const entries = await partOf(source, prefix, size, { level: 'entries', index }, readEntryBundle);
    const at = entries?.findIndex((entry) => hash.equals(entry)) ?? -1;
    if (at >= 0) return index * TILE_WIDTH + at;
  }
  return undefined;
}

/** What a tile or bundle holds of a log of this size; of a partial one that has grown full, its beginning. */
async function partOf(
  source: LogSource,
  prefix: string,
  size: number,
  name: Omit<TileName, 'width'>,
  parse: (bytes: Uint8Array) => Uint8Array[] | undefined,
): Promise<Uint8Array[] | undefined> {
  const width = widthAt(name.level, name.index, size);
  const read = (wide: number): Promise<Uint8Array | undefined> =>
    source.read(`${prefix}${tilePath({ ...name, width: wide })}`);
  const bytes = (await read(width)) ?? (await read(TILE_WIDTH));
  const parts = bytes === undefined ? undefined : parse(bytes);
  return parts === undefined || parts.length < width ? undefined : parts.slice(0, width);
}

function subtreesIn(source: LogSource, prefix: string, size: number): Subtree {
  const held = new Map<string, Hash[]>();
  const tile = async (level: number, index: number): Promise<Hash[]> => {
    const name = `${level}/${index}`;
    const hashes = held.get(name) ?? (await partOf(source, prefix, size, { level, index }, readTile));
    if (hashes === undefined) throw LACKING;
    held.set(name, hashes);
    return hashes;
  };
  return async (level, index) => {
    const width = 2 ** (level % 8);
    const first = index * width;
    const hashes = await tile(Math.floor(level / 8), Math.floor(first / TILE_WIDTH));
    return rootOf(hashes.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + width));
  };
}

/**
 * Whether a proof shows that an entry stands in this desk's log.
 * Codes: trust/*, log/signature, log/foreign, log/malformed, log/inclusion.
 */
export function verifyInLog(
  proof: TlogProof,
  { desk, hash, trust }: { readonly desk: string; readonly hash: string; readonly trust?: Trust | undefined },
): Verdict {
  const report = new Report();
  const isUsable = isTrustUsable(report, trust, desk);
  const checkpoint = parseCheckpoint(proof.checkpoint);
  if (checkpoint === undefined) report.say('log/malformed', 'the checkpoint');
  else {
    const { origin, size, root } = checkpoint;
    if (!origin.startsWith(logOrigin(desk, 0).slice(0, -1))) report.say('log/foreign', 'the checkpoint');
    else if (isUsable && openCheckpoint(proof.checkpoint, logKeys(trust)) === undefined)
      report.say('log/signature', 'the checkpoint');
    if (!isIncluded(leafHash(Buffer.from(hash, 'hex')), proof.index, size, proof.hashes, root))
      report.say('log/inclusion', `entry ${hash}`);
    else report.note(`The entry is number ${proof.index} of the ${size} in log ${origin}.`);
  }
  return report.verdict();
}
