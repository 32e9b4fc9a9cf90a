// The book on one machine: one SQLite file. What a verb has answered is on the disk, and a batch is there whole or not at
// all. One process opens it at a time.
import type { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../errors.ts';
import type { Commit, CommitResult, Ledger, ObjectRecord, StoredEntry } from '../ports.ts';
import { noProbe, type Probe } from './durable.ts';
import { inspectLedger } from './ledger-inspect.ts';
import { LEDGER_LAYOUT } from './ledger-layout.ts';
import { logIn } from './ledger-log.ts';
import { forgetLookups, parseStored, rowsIn, type Rows } from './ledger-rows.ts';
import { emptyLog, isFull, LIMIT, openDatabase, promised, transact } from './sqlite.ts';

export interface LocalLedgerOptions {
  readonly file: string;
  /** Makes an empty book where there is none: for a new desk only. */
  readonly create?: boolean;
  readonly probe?: Probe;
}

export interface LocalLedger extends Ledger {
  close(): void;
}

/** @throws DeskError desk/absent, desk/newer, desk/damaged */
export function localLedger({ file, create = false, probe = noProbe }: LocalLedgerOptions): LocalLedger {
  const db = openDatabase(file, LEDGER_LAYOUT, create);
  const entries = entriesIn(db);
  const rows = rowsIn(db);
  const log = logIn(db);
  const scrub = scrubber(db);
  scrub.now();

  function commitAll(commits: readonly Commit[]): CommitResult[] {
    probe('ledger.commit:before');
    const results = transact(db, () => {
      const taken = commits.map((commit) => take(entries, rows, commit));
      if (removes(commits, taken, 'lookup')) forgetLookups(db);
      probe('ledger.commit:before-commit');
      return taken;
    });
    probe('ledger.commit:after');
    if (removes(commits, results)) scrub.due();
    scrub.now();
    return results;
  }

  function integrate(step: Parameters<Ledger['integrate']>[0]): boolean {
    probe('ledger.integrate:before');
    const isTaken = transact(db, () => log.integrate(step));
    probe('ledger.integrate:after');
    return isTaken;
  }

  return {
    commit: (commits) => answered(() => commitAll(commits)),
    row: (key) => answered(() => rows.find(key)),
    list: (list, { after, limit }) => answered(() => rows.page(list, after, limit)),
    head: (chain) => answered(() => entries.head(chain)),
    entries: (chain, from, limit) => answered(() => entries.from(chain, from, limit)),
    entryOfObject: (objectId) => answered(() => entries.ofObject(objectId)),
    pending: (limit) => answered(() => log.pending(limit)),
    logState: (number) => answered(() => log.state(number)),
    integrate: (step) => answered(() => integrate(step)),
    tile: (number, level, index) => answered(() => log.tile(number, level, index)),
    leafIndex: (chain, seq) => answered(() => log.leafIndex(chain, seq)),
    leaves: (number, from, limit) => answered(() => log.leaves(number, from, limit)),
    checkpoints: ({ after, limit }) => answered(() => log.checkpoints(after, limit)),
    inspect: () => inspectLedger(db, scrub.isDue),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function take(entries: Entries, rows: Rows, { entry, put, remove, absent }: Commit): CommitResult {
  if (entry.seq !== entries.lastSeq(entry.chain) + 1) return 'moved';
  if (absent.some((key) => rows.has(key))) return 'exists';
  entries.add(entry);
  for (const key of remove) rows.remove(key);
  for (const row of put) rows.put(row, entry.chain, entry.seq);
  return 'done';
}

/** Whether a commit that was taken removes rows, of one kind if asked so. */
function removes(commits: readonly Commit[], results: readonly CommitResult[], kind?: 'lookup'): boolean {
  return commits.some(
    ({ remove }, n) => results[n] === 'done' && remove.some((key) => kind === undefined || key.kind === kind),
  );
}

interface Scrub {
  due(): void;
  now(): void;
  readonly isDue: () => boolean;
}

/**
 * Empties the write-ahead log of what was removed. What keeps it from doing so (another program reads, the disk is full)
 * does not undo the commit: the next one tries again, and `inspect` tells.
 */
function scrubber(db: DatabaseSync): Scrub {
  let isDue = true;
  const tryEmpty = (): boolean => {
    try {
      return emptyLog(db, 0);
    } catch {
      return false;
    }
  };
  return {
    due: () => {
      isDue = true;
    },
    now: () => {
      if (isDue) isDue = !tryEmpty();
    },
    isDue: () => isDue,
  };
}

interface Entries {
  /** -1 before the first. */
  lastSeq(chain: string): number;
  add(entry: StoredEntry): void;
  head(chain: string): StoredEntry | undefined;
  from(chain: string, seq: number, limit: number): StoredEntry[];
  ofObject(objectId: string): StoredEntry | undefined;
}

function entriesIn(db: DatabaseSync): Entries {
  const columns = 'chain, seq, text, objects';
  const lastSeq = db.prepare('SELECT seq FROM entry WHERE chain = ? ORDER BY seq DESC LIMIT 1');
  const add = db.prepare('INSERT INTO entry (chain, seq, text, objects) VALUES (?, ?, ?, ?)');
  const addObject = db.prepare('INSERT INTO object (id, n) VALUES (?, ?)');
  const pend = db.prepare('INSERT INTO pending (n) VALUES (?)');
  const head = db.prepare(`SELECT ${columns} FROM entry WHERE chain = ? ORDER BY seq DESC LIMIT 1`);
  const from = db.prepare(`SELECT ${columns} FROM entry WHERE chain = ? AND seq >= ? ORDER BY seq ${LIMIT}`);
  const ofObject = db.prepare(`SELECT ${columns} FROM entry WHERE n = (SELECT n FROM object WHERE id = ?)`);
  const optional = (found: Record<string, unknown> | undefined): StoredEntry | undefined =>
    found === undefined ? undefined : toEntry(found);
  return {
    lastSeq: (chain) => Number(lastSeq.get(chain)?.['seq'] ?? -1),
    add: ({ chain, seq, text, objects }) => {
      const n = add.run(chain, seq, text, JSON.stringify(objects)).lastInsertRowid;
      pend.run(n);
      for (const { id } of objects) addObject.run(id, n);
    },
    head: (chain) => optional(head.get(chain)),
    from: (chain, seq, limit) => from.all(chain, seq, limit).map(toEntry),
    ofObject: (objectId) => optional(ofObject.get(objectId)),
  };
}

/** Only `add` writes these columns, so what parses has the shape that was added. */
function toEntry(found: Record<string, unknown>): StoredEntry {
  return {
    chain: String(found['chain']),
    seq: Number(found['seq']),
    text: String(found['text']),
    objects: parseStored(found['objects']) as ObjectRecord[],
  };
}

function answered<T>(work: () => T): Promise<T> {
  return promised(() => {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof DeskError) throw cause;
      if (isFull(cause)) throw new DeskError('ledger/full', 'There is no room left for the ledger.', { cause });
      throw new DeskError('ledger/failed', 'The ledger could not be read or written.', { cause });
    }
  });
}
