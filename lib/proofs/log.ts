// Checking a whole public log from its files alone: every tile made again from the entries, the root of the signed checkpoint, and
// what was seen of it before. Always true: files are read one after another, and memory does not grow with their number.
import { logOrigin, openCheckpoint, parseCheckpoint, type Checkpoint } from '../formats/checkpoint.ts';
import { sameBytes } from '../formats/derive.ts';
import { Frontier, leafHash, rootOf, type Hash } from '../formats/merkle.ts';
import { readEntryBundle, readTile, tilePath, TILE_WIDTH, widthAt, type TileName } from '../formats/tiles.ts';
import { logKeys, type Trust } from '../trust.ts';
import { isTrustUsable, Report, type Verdict } from './report.ts';

/** The files of a public log: a folder, a bucket, `/v1/log` of a desk. */
export interface LogSource {
  /** A file by its path beneath the log's prefix (`1/tile/0/000`); undefined where there is none. What it throws passes through. */
  read(path: string): Promise<Uint8Array | undefined>;
}

export interface VerifyLogOptions {
  /** The desk's trust.json, had by another way; without it nobody's signature is held against anything, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** A checkpoint of this desk, as a signed note, that was kept elsewhere: the log must have grown out of it. */
  readonly against?: string | undefined;
  /** How many entries of how many were gone over, log by log. */
  readonly onProgress?: ((entries: number, total: number) => void) | undefined;
}

/** A log as its checkpoint says. */
export interface LogSeen {
  /** The desk's logs count from 1; a restore that lost entries begins the next one. */
  readonly log: number;
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly root: string;
}

export interface LogVerdict extends Verdict {
  readonly logs: readonly LogSeen[];
}

/** What goes on while logs are checked. */
interface Checking {
  readonly source: LogSource;
  readonly options: VerifyLogOptions;
  readonly report: Report;
  /** Undefined where nobody's signature can be held against anything. */
  readonly keys: readonly Uint8Array[] | undefined;
  readonly desk: string;
}

/** A log whose checkpoint was read, and the roots it must have had at some sizes. */
interface Known extends Checkpoint {
  readonly log: number;
  /** Where its files lie: empty, or `2/`. */
  readonly prefix: string;
  readonly expected: Map<number, { readonly root: Hash; readonly code: string; readonly where: string }[]>;
}

/**
 * Whether a public log (C2SP tlog-tiles) is whole: every tile is that of the entries beneath it, the root is that of the checkpoint, the
 * desk signed it, and it grew out of a checkpoint that was kept elsewhere. Where the source has the logs under their numbers, as a desk
 * and `log export` have, all of them are checked; else the one at its prefix.
 * Codes: log/missing (a file), log/malformed, log/foreign, log/signature, log/tiles, log/entries (they and the lowest tile differ), log/root,
 * log/cut-off, trust/*, against/signature, against/other-log, against/cut-off, against/differs. `where` names the file.
 * A log never makes it throw; the source may.
 */
export async function verifyLog(source: LogSource, options: VerifyLogOptions = {}): Promise<LogVerdict> {
  const report = new Report();
  const logs: LogSeen[] = [];
  const newest = await readNote(report, source, 'checkpoint');
  if (newest !== undefined) {
    const checking = begin(source, options, report, newest.desk);
    const known = await readLogs(checking, newest);
    expectKept(checking, known);
    for (const each of known) {
      await checkLog(checking, each);
      logs.push({ log: each.log, size: each.size, root: Buffer.from(each.root).toString('hex') });
    }
  }
  return { ...report.verdict(), logs };
}

function begin(source: LogSource, options: VerifyLogOptions, report: Report, desk: string): Checking {
  const keys = isTrustUsable(report, options.trust, desk) ? logKeys(options.trust) : undefined;
  if (options.against === undefined) {
    report.note(
      'Given nothing to hold it against: whether the log was cut off or written anew cannot be seen. Hold it against a checkpoint kept elsewhere.',
    );
  }
  return { source, options, report, keys, desk };
}

// ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Note extends Checkpoint {
  readonly text: string;
  readonly desk: string;
  readonly log: number;
}

/** A checkpoint as it says itself; nothing of it is trusted yet. */
async function readNote(report: Report, source: LogSource, path: string): Promise<Note | undefined> {
  const bytes = await source.read(path);
  if (bytes === undefined) {
    report.say('log/missing', path);
    return undefined;
  }
  const text = Buffer.from(bytes).toString('utf8');
  const checkpoint = parseCheckpoint(text);
  const [, desk, number] = /^referral-desk\/([^/]+)\/([1-9]\d{0,8})$/.exec(checkpoint?.origin ?? '') ?? [];
  if (checkpoint === undefined || desk === undefined) {
    report.say('log/malformed', path);
    return undefined;
  }
  return { ...checkpoint, text, desk, log: Number(number) };
}

/** Every log there is, oldest first; the newest twice where it stands at its number too. */
async function readLogs(checking: Checking, newest: Note): Promise<Known[]> {
  const isNumbered = (await checking.source.read(`${newest.log}/checkpoint`)) !== undefined;
  if (!isNumbered) {
    if (newest.log > 1)
      checking.report.note(`The desk's logs before number ${newest.log} were not checked: they are not here.`);
    return [knownLog(checking, newest, '', 'checkpoint')];
  }
  const known: Known[] = [];
  for (let log = 1; log <= newest.log; log++) {
    const path = `${log}/checkpoint`;
    const note = await readNote(checking.report, checking.source, path);
    if (note === undefined) continue;
    if (note.log !== log) checking.report.say('log/foreign', path);
    else known.push(knownLog(checking, note, `${log}/`, path));
  }
  const present = known.find(({ log }) => log === newest.log);
  if (present !== undefined) expectNewest(checking, present, newest);
  return known;
}

function knownLog({ report, keys, desk }: Checking, note: Note, prefix: string, path: string): Known {
  if (note.desk !== desk) report.say('log/foreign', path);
  else if (keys !== undefined && openCheckpoint(note.text, keys) === undefined) report.say('log/signature', path);
  const { origin, size, root, log } = note;
  const known: Known = { origin, size, root, log, prefix, expected: new Map() };
  expect(known, size, { root, code: 'log/root', where: path });
  return known;
}

function expect({ expected }: Known, size: number, root: { root: Hash; code: string; where: string }): void {
  expected.set(size, [...(expected.get(size) ?? []), root]);
}

/** The checkpoint above all logs is one of the present log, be it an older one. */
function expectNewest({ report, keys }: Checking, present: Known, newest: Note): void {
  if (keys !== undefined && openCheckpoint(newest.text, keys) === undefined) report.say('log/signature', 'checkpoint');
  else if (newest.size > present.size) report.say('log/cut-off', `${present.log}/checkpoint`);
  else expect(present, newest.size, { root: newest.root, code: 'log/root', where: 'checkpoint' });
}

/** The log must have grown out of a checkpoint that was kept elsewhere. */
function expectKept({ report, options: { against }, keys, desk }: Checking, known: readonly Known[]): void {
  if (against === undefined || keys === undefined) return;
  const kept = openCheckpoint(against, keys);
  if (kept === undefined) {
    report.say('against/signature', 'the checkpoint kept elsewhere');
    return;
  }
  const seen = known.find(({ log }) => kept.origin === logOrigin(desk, log));
  const where = `checkpoint of ${kept.size} entries`;
  if (seen === undefined) report.say('against/other-log', where);
  else if (kept.size > seen.size) report.say('against/cut-off', where);
  else {
    expect(seen, kept.size, { root: kept.root, code: 'against/differs', where });
    report.note(
      `Log ${seen.log} was held against the checkpoint kept elsewhere: ${kept.size} entries then, ${seen.size} now.`,
    );
  }
}

// ── tiles ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function checkLog(checking: Checking, known: Known): Promise<void> {
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
