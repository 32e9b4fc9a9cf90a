// The files of a public log as C2SP tlog-tiles names them: tiles of 256 hashes, and bundles of the entries beneath the lowest ones.
// A path has one spelling; whatever is spelled otherwise names nothing.

/** The most hashes in a tile, and entries in a bundle. */
export const TILE_WIDTH = 256;
export const HASH_BYTES = 32;

/** A tile of hashes (`level` from 0) or a bundle of entries: number `index` of its level, `width` of its 256 being there. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** `tile/<L>/<N>`, a partial one followed by `.p/<W>`; N in groups of three digits, all but the last with an x before them. */
export function tilePath({ level, index, width }: TileName): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${level}/${groupsOf(index)}${partial}`;
}

function groupsOf(index: number): string {
  const last = String(index % 1000).padStart(3, '0');
  const before: string[] = [];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    before.unshift(`x${String(rest % 1000).padStart(3, '0')}/`);
  }
  return `${before.join('')}${last}`;
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;
const MOST_LEVEL = 63;

/** What a path names; undefined where it is not how that would be spelled. */
export function parseTilePath(path: string): TileName | undefined {
  const [, level = '', groups = '', width] = PATH.exec(path) ?? [];
  const name: TileName = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const isOne = name.level === 'entries' || name.level <= MOST_LEVEL;
  const isWide = name.width > 0 && (width === undefined || name.width < TILE_WIDTH);
  return isOne && isWide && tilePath(name) === path ? name : undefined;
}

/** How many hashes (or entries) a tile has in a log of this size; 0 where there is no such tile yet. */
export function widthAt(level: TileName['level'], index: number, size: number): number {
  const hashes = level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/**
 * Every tile and bundle of a log of this size: bundle and lowest tile by turns, each higher tile once it has all it is over. Of a log that had
 * `from` entries before, only those that it did not have, or had with fewer hashes.
 */
export function* tilesOf(size: number, from = 0): Generator<TileName> {
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    const width = widthAt(0, index, size);
    if (width === widthAt(0, index, from)) continue;
    yield { level: 'entries', index, width };
    yield { level: 0, index, width };
    if (width === TILE_WIDTH) yield* completed(1, index);
  }
  for (let level = 1; size >= TILE_WIDTH ** level; level++) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1));
    const width = widthAt(level, index, size);
    if (width > widthAt(level, index, from)) yield { level, index, width };
  }
}

/** The tiles at `level` and above that are full once number `below` beneath them is. */
function* completed(level: number, below: number): Generator<TileName> {
  if (below % TILE_WIDTH !== TILE_WIDTH - 1) return;
  const index = Math.floor(below / TILE_WIDTH);
  yield { level, index, width: TILE_WIDTH };
  yield* completed(level + 1, index);
}

// ── entries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A bundle: each entry after its length, a big-endian uint16. The entries of this log are hashes of 32 bytes. */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  const length = Buffer.from([0, HASH_BYTES]);
  return Buffer.concat(entries.flatMap((entry) => [length, entry]));
}

/** The entries of a bundle; undefined unless it is whole and each of them is a hash of 32 bytes. */
export function readEntryBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const step = 2 + HASH_BYTES;
  if (bytes.length % step !== 0) return undefined;
  const starts = Array.from({ length: bytes.length / step }, (_, n) => n * step);
  if (starts.some((at) => bytes[at] !== 0 || bytes[at + 1] !== HASH_BYTES)) return undefined;
  return starts.map((at) => bytes.subarray(at + 2, at + step));
}

/** The hashes of a tile; undefined where its bytes are no whole number of them. */
export function readTile(bytes: Uint8Array): Uint8Array[] | undefined {
  if (bytes.length % HASH_BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, n) =>
    bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  );
}
