// The log over all chains as the book keeps it: what is pending, the leaves in their order, tiles and checkpoints. Each
// entry is either pending or a leaf of the present log; older logs stay as they were.
import type { DatabaseSync } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { parseNumberCursor } from '../formats/cursor.ts';
import type { Integration, LogLeaf, LogState, Page, Tile } from '../ports.ts';
import { LIMIT } from './sqlite.ts';

export interface Log {
  pending(limit: number): LogLeaf[];
  state(log?: number): LogState | undefined;
  /** Must stand in a transaction. */
  integrate(step: Integration): boolean;
  tile(log: number, level: number, index: number): Uint8Array | undefined;
  leafIndex(chain: string, seq: number): number | undefined;
  leaves(log: number, from: number, limit: number): LogLeaf[];
  checkpoints(after: string | undefined, limit: number): Page<LogState>;
}

export function logIn(db: DatabaseSync): Log {
  const read = logReads(db);
  const write = logWrites(db);

  function integrate({ after, state, leaves, tiles }: Integration): boolean {
    if (!isSame(read.state(), after)) return false;
    const isNewLog = after !== undefined && state.log === after.log + 1;
    const start = after === undefined || isNewLog ? 0 : after.size;
    const isNext = isNewLog || after === undefined || state.log === after.log;
    if (!isNext || state.size !== start + leaves.length) {
      throw new DeskError('ledger/failed', 'A step of the log does not follow from the one before.');
    }
    if (isNewLog) write.pendAll();
    for (const [at, leaf] of leaves.entries()) write.addLeaf(state.log, start + at, leaf);
    for (const tile of tiles) write.putTile(state.log, tile);
    write.addState(state);
    return true;
  }

  return { ...read, integrate };
}

function logReads(db: DatabaseSync): Omit<Log, 'integrate'> {
  const pending = db.prepare(
    `SELECT e.chain, e.seq, e.text FROM pending p CROSS JOIN entry e ON e.n = p.n
     WHERE p.n > 0 ORDER BY p.n ${LIMIT}`,
  );
  const checkpoints = db.prepare(
    `SELECT k, log, size, note AS checkpoint FROM checkpoint WHERE k > 0 AND k < ? ORDER BY k DESC ${LIMIT}`,
  );
  const newestOf = db.prepare(
    'SELECT log, size, note AS checkpoint FROM checkpoint WHERE k > 0 AND log = ? ORDER BY k DESC LIMIT 1',
  );
  const tile = db.prepare('SELECT bytes FROM tile WHERE log = ? AND level = ? AND position = ?');
  const leafIndex = db.prepare(
    `SELECT position FROM leaf
     WHERE log = (SELECT log FROM checkpoint WHERE k > 0 ORDER BY k DESC LIMIT 1)
       AND n = (SELECT n FROM entry WHERE chain = ? AND seq = ?)`,
  );
  const leaves = db.prepare(
    `SELECT e.chain, e.seq, lower(hex(l.hash)) AS hash FROM leaf l CROSS JOIN entry e ON e.n = l.n
     WHERE l.log = ? AND l.position >= ? ORDER BY l.position ${LIMIT}`,
  );
  const states = (before: number, limit: number): { k: number; state: LogState }[] =>
    checkpoints.all(before, limit).map((found) => ({ k: Number(found['k']), state: toState(found) }));
  const toLeaf = (found: Record<string, unknown>, hash: string): LogLeaf => ({
    chain: String(found['chain']),
    seq: Number(found['seq']),
    hash,
  });
  return {
    pending: (limit) => pending.all(limit).map((found) => toLeaf(found, hashOf(String(found['text'])))),
    state: (log) => {
      const newest = states(Number.MAX_SAFE_INTEGER, 1).at(0)?.state;
      if (log === undefined || log === newest?.log) return newest;
      const found = newestOf.get(log);
      return found === undefined ? undefined : toState(found);
    },
    tile: (log, level, index) => {
      const bytes = tile.get(log, level, index)?.['bytes'];
      return bytes instanceof Uint8Array ? bytes : undefined;
    },
    leafIndex: (chain, seq) => {
      const found = leafIndex.get(chain, seq);
      return found === undefined ? undefined : Number(found['position']);
    },
    leaves: (log, from, limit) => leaves.all(log, from, limit).map((found) => toLeaf(found, String(found['hash']))),
    checkpoints: (after, limit) => {
      const found = states(after === undefined ? Number.MAX_SAFE_INTEGER : parseNumberCursor(after), limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(({ state }) => state),
        ...(found.length > limit && last !== undefined ? { next: String(last.k) } : {}),
      };
    },
  };
}

function toState(found: Record<string, unknown>): LogState {
  return { log: Number(found['log']), size: Number(found['size']), checkpoint: String(found['checkpoint']) };
}

interface LogWrites {
  pendAll(): void;
  addLeaf(log: number, position: number, leaf: LogLeaf): void;
  putTile(log: number, tile: Tile): void;
  addState(state: LogState): void;
}

function logWrites(db: DatabaseSync): LogWrites {
  const pendAll = db.prepare('INSERT OR IGNORE INTO pending SELECT n FROM entry');
  const entry = db.prepare('SELECT n FROM entry WHERE chain = ? AND seq = ?');
  const unpend = db.prepare('DELETE FROM pending WHERE n = ?');
  const addLeaf = db.prepare('INSERT INTO leaf (log, position, n, hash) VALUES (?, ?, ?, ?)');
  const putTile = db.prepare('INSERT OR REPLACE INTO tile (log, level, position, bytes) VALUES (?, ?, ?, ?)');
  const addState = db.prepare('INSERT INTO checkpoint (log, size, note) VALUES (?, ?, ?)');
  return {
    pendAll: () => {
      pendAll.run();
    },
    addLeaf: (log, position, { chain, seq, hash }) => {
      const n = Number(entry.get(chain, seq)?.['n'] ?? 0);
      if (Number(unpend.run(n).changes) !== 1) {
        throw new DeskError('ledger/failed', 'A step of the log names an entry that is not pending.');
      }
      addLeaf.run(log, position, n, Buffer.from(hash, 'hex'));
    },
    putTile: (log, { level, index, bytes }) => {
      putTile.run(log, level, index, bytes);
    },
    addState: ({ log, size, checkpoint }) => {
      addState.run(log, size, checkpoint);
    },
  };
}

function isSame(a: LogState | undefined, b: LogState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.log === b.log && a.size === b.size && a.checkpoint === b.checkpoint;
}

/** SHA-256 of an entry's chained part, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
