// The book as SQLite keeps it. Entries, leaves and checkpoints are only ever added; rows change; lookup rows, which alone
// must leave no trace when they go, have tables of their own so that those can be written anew (`forgetLookups`).
import type { Layout } from './sqlite.ts';

/** A table of rows and the table of the lists they stand in. */
export interface RowTables {
  readonly rows: 'row' | 'lookup';
  readonly lists: 'row_list' | 'lookup_list';
}

export const ROWS: RowTables = { rows: 'row', lists: 'row_list' };
export const LOOKUPS: RowTables = { rows: 'lookup', lists: 'lookup_list' };

export const LEDGER_LAYOUT: Layout = {
  what: 'ledger',
  version: 1,
  application: 0x72_64_6c_31,
  schema: `
    CREATE TABLE entry (
      n INTEGER PRIMARY KEY,
      chain TEXT NOT NULL,
      seq INTEGER NOT NULL,
      text TEXT NOT NULL,
      objects TEXT NOT NULL,
      UNIQUE (chain, seq)
    ) STRICT;
    CREATE TABLE object (
      id TEXT PRIMARY KEY,
      n INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ${rowTables(ROWS)}
    ${rowTables(LOOKUPS)}
    CREATE TABLE pending (
      n INTEGER PRIMARY KEY
    ) STRICT;
    CREATE TABLE leaf (
      log INTEGER NOT NULL,
      position INTEGER NOT NULL,
      n INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (log, position),
      UNIQUE (log, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoint (
      k INTEGER PRIMARY KEY,
      log INTEGER NOT NULL,
      size INTEGER NOT NULL,
      note TEXT NOT NULL
    ) STRICT;
    CREATE TABLE tile (
      log INTEGER NOT NULL,
      level INTEGER NOT NULL,
      position INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (log, level, position)
    ) STRICT;
  `,
};

/** `chain` and `seq` name the entry that last wrote a row; a list is in the order of `sort`, then id. */
function rowTables({ rows, lists }: RowTables): string {
  return `
    CREATE TABLE ${rows} (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      label TEXT NOT NULL,
      chain TEXT NOT NULL,
      seq INTEGER NOT NULL,
      value TEXT NOT NULL,
      lists TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ${lists} (
      list TEXT NOT NULL,
      sort TEXT NOT NULL,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      PRIMARY KEY (list, sort, id, kind)
    ) STRICT, WITHOUT ROWID;
  `;
}
