// The tiles of a public log, made again from the entries beneath them, one after another.
// Always true: memory does not grow with their number.
import { sameBytes } from '../formats/derive.ts';
import { Frontier, leafHash, rootOf, type Hash } from '../formats/merkle.ts';
import { readEntryBundle, readTile, tilePath, TILE_WIDTH, widthAt, type TileName } from '../formats/tiles.ts';
import type { Checking, Known } from './log-checking.ts';
import type { Report } from './report.ts';

/** Goes over a log from its first entry: every tile made again, every root that is expected held against what came out. */
export async function checkTiles(checking: Checking, known: Known): Promise<void> {
  const { report, options } = checking;
  const frontier = new Frontier();
  const above = new TilesAbove(checking, known);
  checkRoots(report, known, frontier);
  for (let index = 0; index * TILE_WIDTH < known.size; index++) {
    const hashes = await leavesOf(checking, known, index);
    if (hashes === undefined) {
      report.note(
        `Log ${known.log} was not checked from entry ${frontier.size} on: neither tile nor entries are there.`,
      );
      return;
    }
    for (const hash of hashes) {
      frontier.add(hash);
      checkRoots(report, known, frontier);
    }
    if (hashes.length === TILE_WIDTH) await above.add(1, rootOf(hashes));
    options.onProgress?.(frontier.size, known.size);
  }
  await above.end();
  report.note(`Log ${known.log}: ${known.size} entries, each tile made again from them.`);
}

function checkRoots(report: Report, { expected }: Known, frontier: Frontier): void {
  const here = expected.get(frontier.size);
  if (here === undefined) return;
  const root = frontier.root();
  for (const each of here) if (!sameBytes(each.root, root)) report.say(each.code, each.where);
}

/** The leaf hashes of one tile: as it has them, or out of the entries where it is not there. Says so where the two differ. */
async function leavesOf(checking: Checking, known: Known, index: number): Promise<readonly Hash[] | undefined> {
  const width = widthAt(0, index, known.size);
  const [tile, bundle] = await Promise.all([
    readPart(checking, known, { level: 0, index, width }, readTile),
    readPart(checking, known, { level: 'entries', index, width }, readEntryBundle),
  ]);
  const hashes = bundle?.map(leafHash);
  if (tile !== undefined && hashes !== undefined && !areSame(tile, hashes)) {
    checking.report.say('log/entries', `${known.prefix}${tilePath({ level: 'entries', index, width })}`);
  }
  return tile ?? hashes;
}

/** What a tile or bundle holds; of a partial one that has grown full, its beginning. Undefined, and said so, where it is of no use. */
async function readPart(
  { source, report }: Checking,
  { prefix }: Known,
  name: TileName,
  parse: (bytes: Uint8Array) => Uint8Array[] | undefined,
): Promise<readonly Uint8Array[] | undefined> {
  const path = `${prefix}${tilePath(name)}`;
  const part = await source.read(path);
  const full = part ?? (await source.read(`${prefix}${tilePath({ ...name, width: TILE_WIDTH })}`));
  if (full === undefined) {
    report.say('log/missing', path);
    return undefined;
  }
  const parts = parse(full);
  const isRight = parts?.length === (part === undefined ? TILE_WIDTH : name.width);
  if (!isRight) report.say('log/malformed', path);
  return isRight ? parts.slice(0, name.width) : undefined;
}

function areSame(a: readonly Hash[], b: readonly Hash[]): boolean {
  return a.length === b.length && a.every((hash, n) => sameBytes(hash, b[n] ?? new Uint8Array()));
}

/** Makes the tiles above the lowest anew, one growing tile a level, and compares each with its file. */
class TilesAbove {
  readonly #checking: Checking;
  readonly #known: Known;
  readonly #levels: { index: number; hashes: Hash[] }[] = [];

  constructor(checking: Checking, known: Known) {
    this.#checking = checking;
    this.#known = known;
  }

  async add(level: number, hash: Hash): Promise<void> {
    const growing = (this.#levels[level] ??= { index: 0, hashes: [] });
    growing.hashes.push(hash);
    if (growing.hashes.length < TILE_WIDTH) return;
    await this.#compare(level, growing);
    this.#levels[level] = { index: growing.index + 1, hashes: [] };
    await this.add(level + 1, rootOf(growing.hashes));
  }

  async end(): Promise<void> {
    for (const [level, growing] of this.#levels.entries()) {
      if (level > 0 && growing.hashes.length > 0) await this.#compare(level, growing);
    }
  }

  async #compare(level: number, { index, hashes }: { index: number; hashes: readonly Hash[] }): Promise<void> {
    const name = { level, index, width: hashes.length };
    const stored = await readPart(this.#checking, this.#known, name, readTile);
    if (stored === undefined || areSame(stored, hashes)) return;
    this.#checking.report.say('log/tiles', `${this.#known.prefix}${tilePath(name)}`);
  }
}
