// ledger.db as a stranger finds it: entries, rows and their lists, the leaves, tiles and checkpoints of the log.
import { isList, parse, type Json } from './json.ts';
import { bytesOf, countOf, openTables, textOf, type Row } from './sqlite.ts';

export interface StoredEntry {
  readonly n: number;
  readonly chain: string;
  readonly seq: number;
  readonly text: string;
  readonly objects: string;
}

export interface StoredRow {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly chain: string;
  readonly seq: number;
  readonly value: Json;
  readonly lists: Json;
}

export interface Leaf {
  readonly log: number;
  readonly position: number;
  readonly n: number;
  readonly hash: string;
}

export interface Tile {
  readonly log: number;
  readonly level: number;
  readonly position: number;
  readonly bytes: Buffer;
}

export interface StoredCheckpoint {
  readonly log: number;
  readonly size: number;
  readonly note: string;
}

export interface Ledger {
  readonly entries: readonly StoredEntry[];
  /** object id → n of its entry. */
  readonly objects: ReadonlyMap<string, number>;
  /** Both tables of rows. */
  readonly rows: readonly StoredRow[];
  /** `list sort kind id` of each line in both tables of lists. */
  readonly lists: ReadonlySet<string>;
  readonly pending: ReadonlySet<number>;
  readonly leaves: readonly Leaf[];
  readonly tiles: readonly Tile[];
  readonly checkpoints: readonly StoredCheckpoint[];
}

const APPLICATION_ID = 0x72646c31;

export function readLedger(file: string): Ledger {
  const tables = openTables(file, APPLICATION_ID);
  try {
    const both = <T>(name: string, read: (row: Row) => T): readonly T[] =>
      [`row${name}`, `lookup${name}`].flatMap((table) => tables.all(table, 'id').map(read));
    return {
      entries: tables.all('entry', 'n').map(readStored),
      objects: new Map(tables.all('object', 'n').map((row) => [textOf(row, 'id'), countOf(row, 'n')])),
      rows: both('', readRow),
      lists: new Set(both('_list', (row) => listLine(textOf(row, 'kind'), textOf(row, 'id'), row))),
      pending: new Set(tables.all('pending', 'n').map((row) => countOf(row, 'n'))),
      leaves: tables.all('leaf', 'log, position').map(readLeaf),
      tiles: tables.all('tile', 'log, level, position').map(readTile),
      checkpoints: tables.all('checkpoint', 'k').map(readStoredCheckpoint),
    };
  } finally {
    tables.close();
  }
}

/** One line that a row asks for in the tables of lists. */
export function listLine(kind: string, id: string, line: Row | Record<string, Json>): string {
  return JSON.stringify([line['list'], line['sort'], kind, id]);
}

/** The `lists` of a row, each `{list, sort}`. */
export function listsOf({ lists }: StoredRow): readonly Record<string, Json>[] {
  return isList(lists) ? (lists as readonly Record<string, Json>[]) : [];
}

function readStored(row: Row): StoredEntry {
  const [chain, text, objects] = [textOf(row, 'chain'), textOf(row, 'text'), textOf(row, 'objects')];
  return { n: countOf(row, 'n'), chain, seq: countOf(row, 'seq'), text, objects };
}

function readRow(row: Row): StoredRow {
  return {
    kind: textOf(row, 'kind'),
    id: textOf(row, 'id'),
    label: textOf(row, 'label'),
    chain: textOf(row, 'chain'),
    seq: countOf(row, 'seq'),
    value: parse(textOf(row, 'value')),
    lists: parse(textOf(row, 'lists')),
  };
}

function readLeaf(row: Row): Leaf {
  const [log, position, n] = [countOf(row, 'log'), countOf(row, 'position'), countOf(row, 'n')];
  return { log, position, n, hash: bytesOf(row, 'hash').toString('hex') };
}

function readTile(row: Row): Tile {
  const [log, level, position] = [countOf(row, 'log'), countOf(row, 'level'), countOf(row, 'position')];
  return { log, level, position, bytes: bytesOf(row, 'bytes') };
}

function readStoredCheckpoint(row: Row): StoredCheckpoint {
  return { log: countOf(row, 'log'), size: countOf(row, 'size'), note: textOf(row, 'note') };
}
