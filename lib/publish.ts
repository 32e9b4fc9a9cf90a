// The public log as files, each under its path: for whoever checks the desk from outside. Nothing here is about a person.
// Always true: a tile is answered only where the newest checkpoint of its log covers it.
import type { Core } from './core.ts';
import { DeskError } from './errors.ts';
import { parseCheckpoint } from './formats/checkpoint.ts';
import { sameBytes } from './formats/derive.ts';
import { rootOf } from './formats/merkle.ts';
import {
  entryBundle,
  parseTilePath,
  readEntryBundle,
  tilePath,
  tilesOf,
  widthAt,
  HASH_BYTES,
  TILE_WIDTH,
  type TileName,
} from './formats/tiles.ts';
import { logLeaf, rootAt, storedHashes } from './log.ts';
import type { LogState } from './ports.ts';
import { stampRecords, type StampRecord } from './stamp-record.ts';

/** A file of the public log. */
export interface LogFile {
  readonly bytes: Uint8Array;
  readonly contentType: 'text/plain; charset=utf-8' | 'application/octet-stream' | 'application/timestamp-reply';
  /** Whether these bytes will always stand under this path: of a log that is named by its number, a full tile, or what was stamped. */
  readonly isLasting: boolean;
}

/**
 * Answers a file of a log: `<log>/checkpoint`, `<log>/tile/…` (C2SP tlog-tiles), `<log>/stamp/…`; without the number, of the present log.
 * Undefined where there is none.
 */
export function publishing(core: Core): (path: string) => Promise<LogFile | undefined> {
  const lists = stampLists(core);
  return async (path) => {
    const [, number, rest = ''] = /^(?:([1-9]\d{0,8})\/)?(.*)$/s.exec(path) ?? [];
    const state = await core.ledger.logState(number === undefined ? undefined : Number(number));
    if (state === undefined) return undefined;
    const isNumbered = number !== undefined;
    if (rest === 'checkpoint') return textFile(state.checkpoint, false);
    if (rest === 'stamp/list') return textFile(await lists(state.log), false);
    return rest.startsWith('stamp/')
      ? stampFile(core, state, rest, isNumbered)
      : tileFile(core, state, rest, isNumbered);
  };
}

function textFile(text: string, isLasting: boolean): LogFile {
  return { bytes: Buffer.from(text, 'utf8'), contentType: 'text/plain; charset=utf-8', isLasting };
}

// ── tiles ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function tileFile(core: Core, state: LogState, path: string, isNumbered: boolean): Promise<LogFile | undefined> {
  const name = parseTilePath(path);
  const bytes = name === undefined ? undefined : await tileBytes(core, state, name);
  if (name === undefined || bytes === undefined) return undefined;
  return { bytes, contentType: 'application/octet-stream', isLasting: isNumbered && name.width === TILE_WIDTH };
}

/** The first `width` of what a tile or bundle holds by now. */
async function tileBytes(core: Core, { log, size }: LogState, name: TileName): Promise<Uint8Array | undefined> {
  const { level, index, width } = name;
  if (widthAt(level, index, size) < width) return undefined;
  if (level !== 'entries') return (await core.ledger.tile(log, level, index))?.subarray(0, width * 32);
  const leaves = await core.ledger.leaves(log, index * TILE_WIDTH, width);
  return entryBundle(leaves.map(({ hash }) => Buffer.from(hash, 'hex')));
}

// ── time stamps ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `stamp/<size>/<authority>.tsr`, and `stamp/<size>/<authority>.checkpoint`, which it is over. */
async function stampFile(
  core: Core,
  { log }: LogState,
  path: string,
  isNumbered: boolean,
): Promise<LogFile | undefined> {
  const [, size = '', authority = '', kind] =
    /^stamp\/(\d{1,15})\/([a-z0-9.-]{1,63})\.(tsr|checkpoint)$/.exec(path) ?? [];
  if (kind === undefined) return undefined;
  const row = await core.ledger.row({ kind: 'stamp', id: `${log}/${size}/${authority}` });
  if (row === undefined) return undefined;
  const { checkpoint, reply } = row.value as unknown as StampRecord;
  if (kind === 'checkpoint') return textFile(checkpoint, isNumbered);
  return { bytes: Buffer.from(reply, 'base64'), contentType: 'application/timestamp-reply', isLasting: isNumbered };
}

/**
 * The lines of a log's stamps, the newest first. What was read stays: stamps come with the growing log, so that only those of the newest size
 * that is known, and of more, are read when the list is asked for again.
 */
function stampLists(core: Core): (log: number) => Promise<string> {
  const known = new Map<number, readonly string[]>();
  return async (log) => {
    const before = known.get(log) ?? [];
    const all = [...(await stampsSince(core, log, before)).map(stampLine), ...before];
    known.set(log, all);
    return stampList(all);
  };
}

/** As a list of stamps names one: `<size>/<authority>`. */
export function stampLine({ size, authority }: Pick<StampRecord, 'size' | 'authority'>): string {
  return `${size}/${authority}`;
}

/** @param lines the newest first */
export function stampList(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

// ── what is new ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A file that a log got as it grew, under its path beneath the log's number. It is never another under this path. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The tiles and bundles that a log has now and did not have, or not so wide, when it had `from` entries. @throws DeskError log/damaged */
export async function* tilesSince(core: Core, state: LogState, from: number): AsyncGenerator<NewFile> {
  for (const name of tilesOf(state.size, from)) {
    yield { path: tilePath(name), bytes: await wholeTile(core, state, name) };
  }
}

async function wholeTile(core: Core, state: LogState, name: TileName): Promise<Uint8Array> {
  const bytes = await tileBytes(core, state, name);
  const length = name.width * (name.level === 'entries' ? ENTRY_BYTES : HASH_BYTES);
  if (bytes?.length !== length) throw damaged();
  return bytes;
}

/** In a bundle, after its length. */
const ENTRY_BYTES = 2 + HASH_BYTES;

/**
 * That what `tilesSince` gives is what the log's checkpoint is of: the entries lie beneath the lowest tiles, each full tile beneath the one above it, and the
 * root over what is left is the checkpoint's.
 * @throws DeskError log/damaged
 */
export async function demandSound(core: Core, state: LogState, from: number): Promise<void> {
  demandSame(await rootAt(core, state, state.size), parseCheckpoint(state.checkpoint)?.root);
  const stored = storedHashes(core, state.log);
  let leaves = new Uint8Array();
  for (const name of tilesOf(state.size, from)) {
    const bytes = await wholeTile(core, state, name);
    if (name.level === 'entries') {
      leaves = Buffer.concat((readEntryBundle(bytes) ?? []).map((each) => logLeaf(Buffer.from(each).toString('hex'))));
      continue;
    }
    if (name.level === 0) demandSame(bytes, leaves);
    if (name.width === TILE_WIDTH) demandSame(rootOf(hashesOf(bytes)), await stored((name.level + 1) * 8, name.index));
  }
}

function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / HASH_BYTES }, (_, n) =>
    tile.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  );
}

function demandSame(is: Uint8Array, should: Uint8Array | undefined): void {
  if (should === undefined || !sameBytes(is, should)) throw damaged();
}

function damaged(): DeskError {
  return new DeskError('log/damaged', 'The log lacks a tile, or has another than its checkpoint is of: run watch.');
}

/** The stamps of a log that a list of them, the newest first, does not name yet; the newest first. */
export async function stampsSince(core: Core, log: number, listed: readonly string[]): Promise<StampRecord[]> {
  const from = Number.parseInt(listed[0] ?? '0', 10);
  const fresh: StampRecord[] = [];
  for await (const stamp of stampRecords(core, log)) {
    if (stamp.size < from) break;
    if (!listed.includes(stampLine(stamp))) fresh.push(stamp);
  }
  return fresh;
}

/** The stamp, and the checkpoint it is over. */
export function stampFiles(stamp: StampRecord): NewFile[] {
  const path = `stamp/${stampLine(stamp)}`;
  return [
    { path: `${path}.checkpoint`, bytes: Buffer.from(stamp.checkpoint, 'utf8') },
    { path: `${path}.tsr`, bytes: Buffer.from(stamp.reply, 'base64') },
  ];
}
