// The log is carried over as it grew: checkpoint after checkpoint, each with the entries it took in, so that every old checkpoint and every
// receipt still holds. Always true: an entry is at the new place before the log there says so.
import { rowLabel, rowsOf, type Core } from './core.ts';
import { parseEntry } from './custody.ts';
import { DeskError } from './errors.ts';
import { HASH_BYTES, TILE_WIDTH } from './formats/tiles.ts';
import type { Commit, Integration, LogLeaf, LogState, Row, RowKind, StoredEntry, StoredRow, Tile } from './ports.ts';

/** Entries taken in one go. */
const AT_ONCE = 50;

export interface CarryOptions {
  readonly onProgress?: ((what: 'entries', done: number) => void) | undefined;
}

export interface CarriedLog {
  readonly entries: number;
  readonly chains: ReadonlySet<string>;
}

/**
 * @param change what an entry is at the new place
 * @throws DeskError ledger/failed where an entry that the log names is gone (a desk that was restored behind its log), state/exists
 */
export async function carryLog(
  old: Core,
  fresh: Core,
  change: (entry: StoredEntry) => Promise<StoredEntry>,
  { onProgress }: CarryOptions,
): Promise<CarriedLog> {
  const chains = new Set<string>();
  let entries = 0;
  let after: LogState | undefined;
  for (const state of await statesOf(old)) {
    const start = after?.log === state.log ? after.size : 0;
    const leaves = await leavesOf(old, state, start);
    for (const leaf of leaves) chains.add(leaf.chain);
    for (let at = 0; at < leaves.length; at += AT_ONCE) {
      await carryEntries(old, fresh, leaves.slice(at, at + AT_ONCE), change);
      onProgress?.('entries', (entries += Math.min(AT_ONCE, leaves.length - at)));
    }
    await carryStep(old, fresh, { after, state, leaves });
    after = state;
  }
  return { entries, chains };
}

/** Every state the log had, oldest first. */
async function statesOf({ ledger }: Core): Promise<LogState[]> {
  const states: LogState[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.checkpoints({ after, limit: 1000 });
    states.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return states.reverse();
}

async function leavesOf({ ledger }: Core, { log, size }: LogState, start: number): Promise<LogLeaf[]> {
  const leaves: LogLeaf[] = [];
  while (start + leaves.length < size) {
    const more = await ledger.leaves(log, start + leaves.length, size - start - leaves.length);
    if (more.length === 0) throw new DeskError('log/damaged', 'The log lacks leaves that it signed: run watch.');
    leaves.push(...more);
  }
  return leaves;
}

/** What is there already is left as it is. */
async function carryEntries(
  old: Core,
  fresh: Core,
  leaves: readonly LogLeaf[],
  change: (entry: StoredEntry) => Promise<StoredEntry>,
): Promise<void> {
  const commits = await Promise.all(leaves.map((leaf) => commitOf(old, fresh, leaf, change)));
  const results = await fresh.ledger.commit(commits.filter((commit) => commit !== undefined));
  if (results.every((result) => result === 'done')) return;
  throw new DeskError(
    'ledger/failed',
    'Somebody acts on the new place already: let nobody in before the move has ended.',
  );
}

/** Undefined where the entry is there: of an earlier try, or carried with an older log. */
async function commitOf(
  old: Core,
  fresh: Core,
  { chain, seq }: LogLeaf,
  change: (entry: StoredEntry) => Promise<StoredEntry>,
): Promise<Commit | undefined> {
  const [[entry], [there]] = await Promise.all([
    old.ledger.entries(chain, seq, 1),
    fresh.ledger.entries(chain, seq, 1),
  ]);
  if (entry?.seq !== seq)
    throw new DeskError(
      'ledger/failed',
      'The log names an entry that the book lost when it was restored: such a desk cannot be moved.',
    );
  if (there?.seq !== seq) return { entry: await change(entry), put: await rowsBy(old, entry), remove: [], absent: [] };
  if (there.text === entry.text) return undefined;
  throw new DeskError(
    'state/exists',
    'Other entries are there, of another desk, or of a try before this one went on here: carry it over to an empty place.',
  );
}

/** The rows that this entry wrote last. */
async function rowsBy(old: Core, { chain, seq, text }: StoredEntry): Promise<Row[]> {
  const labels = Object.keys(parseEntry(text).commitments).filter((label) => label.startsWith('row:'));
  const rows: Row[] = [];
  for (const label of labels) {
    for (const row of await rowsOfLabel(old, chain, label)) {
      if (row.chain !== chain || row.seq !== seq) continue;
      const { kind, id, value, lists } = row;
      rows.push({ kind, id, value, lists, label });
    }
  }
  return rows;
}

async function rowsOfLabel(old: Core, chain: string, label: string): Promise<readonly StoredRow[]> {
  const [, kind = '', id = ''] = /^row:([a-z]+)\/(.*)$/.exec(label) ?? [];
  const row = await old.ledger.row({ kind: kind as RowKind, id });
  if (row !== undefined && rowLabel(row) === label) return [row];
  const lookups: StoredRow[] = [];
  if (kind === 'lookup') for await (const each of rowsOf(old, `lookups/${chain}`)) lookups.push({ ...each, label });
  return lookups;
}

// ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function carryStep(old: Core, fresh: Core, step: Omit<Integration, 'tiles'>): Promise<void> {
  const { log, size } = step.state;
  const there = await fresh.ledger.logState(log);
  if (there !== undefined && there.size >= size) return;
  const isTaken = await fresh.ledger.integrate({ ...step, tiles: await tilesOf(old, step) });
  if (!isTaken) throw new DeskError('state/exists', 'Another log is there: carry the desk over to an empty place.');
}

/** The tiles that a step made or grew: what was added later to the newest of a level is cut off. */
async function tilesOf(old: Core, { after, state: { log, size } }: Omit<Integration, 'tiles'>): Promise<Tile[]> {
  const tiles: Tile[] = [];
  let [from, to] = [after?.log === log ? after.size : 0, size];
  for (let level = 0; to > 0; level++) {
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const width = Math.min(TILE_WIDTH, to - index * TILE_WIDTH);
      if (width > 0 && to > from) tiles.push({ level, index, bytes: await tileOf(old, log, level, index, width) });
    }
    [from, to] = [Math.floor(from / TILE_WIDTH), Math.floor(to / TILE_WIDTH)];
  }
  return tiles;
}

async function tileOf({ ledger }: Core, log: number, level: number, index: number, width: number): Promise<Uint8Array> {
  const bytes = (await ledger.tile(log, level, index))?.subarray(0, width * HASH_BYTES);
  if (bytes?.length === width * HASH_BYTES) return bytes;
  throw new DeskError('log/damaged', 'The log lacks hashes that it signed: run watch.');
}
