// The public log as files, each under its path: for whoever checks the desk from outside. Nothing here is about a person.
// Always true: a file is answered only where the newest checkpoint of its log covers it.
import type { Core } from './core.ts';
import { entryBundle, parseTilePath, widthAt, TILE_WIDTH, type TileName } from './formats/tiles.ts';
import type { LogState } from './ports.ts';

/** A file of the public log. */
export interface LogFile {
  readonly bytes: Uint8Array;
  readonly contentType: 'text/plain; charset=utf-8' | 'application/octet-stream';
  /** Whether these bytes will always stand under this path: a full tile of a log that is named by its number. */
  readonly isLasting: boolean;
}

/**
 * A file of a log: `<log>/checkpoint`, `<log>/tile/…` (C2SP tlog-tiles); without the number, of the present log.
 * Undefined where there is none.
 */
export async function logFile(core: Core, path: string): Promise<LogFile | undefined> {
  const [, number, rest = ''] = /^(?:([1-9]\d{0,8})\/)?(.*)$/s.exec(path) ?? [];
  const state = await core.ledger.logState(number === undefined ? undefined : Number(number));
  if (state === undefined) return undefined;
  if (rest === 'checkpoint') return textFile(state.checkpoint);
  const name = parseTilePath(rest);
  const bytes = name === undefined ? undefined : await tileBytes(core, state, name);
  if (name === undefined || bytes === undefined) return undefined;
  const isLasting = number !== undefined && name.width === TILE_WIDTH;
  return { bytes, contentType: 'application/octet-stream', isLasting };
}

function textFile(text: string): LogFile {
  return { bytes: Buffer.from(text, 'utf8'), contentType: 'text/plain; charset=utf-8', isLasting: false };
}

/** The first `width` of what a tile or bundle holds by now. */
async function tileBytes(core: Core, { log, size }: LogState, name: TileName): Promise<Uint8Array | undefined> {
  const { level, index, width } = name;
  if (widthAt(level, index, size) < width) return undefined;
  if (level !== 'entries') return (await core.ledger.tile(log, level, index))?.subarray(0, width * 32);
  const leaves = await core.ledger.leaves(log, index * TILE_WIDTH, width);
  return entryBundle(leaves.map(({ hash }) => Buffer.from(hash, 'hex')));
}
