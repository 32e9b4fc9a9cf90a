// Rows and the lists over them: what the desk knows about a thing right now. Every list entry has its row and every list a
// row names has its entry.
import type { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../errors.ts';
import { parseCursor, toCursor, type Place } from '../formats/cursor.ts';
import type { Page, Row, RowKey, RowKind, StoredRow } from '../ports.ts';
import { LOOKUPS, ROWS, type RowTables } from './ledger-layout.ts';
import { LIMIT } from './sqlite.ts';

export interface Rows {
  find(key: RowKey): StoredRow | undefined;
  has(key: RowKey): boolean;
  put(row: Row, chain: string, seq: number): void;
  remove(key: RowKey): void;
  page(list: string, after: string | undefined, limit: number): Page<StoredRow>;
}

/** Writes must stand in a transaction. */
export function rowsIn(db: DatabaseSync): Rows {
  const rows = tableRows(db, ROWS);
  const lookups = tableRows(db, LOOKUPS);
  const tableOf = ({ kind }: RowKey): TableRows => (kind === 'lookup' ? lookups : rows);
  return {
    find: (key) => tableOf(key).find(key),
    has: (key) => tableOf(key).has(key),
    put: (row, chain, seq) => {
      tableOf(row).put(row, chain, seq);
    },
    remove: (key) => {
      tableOf(key).remove(key);
    },
    page: (list, after, limit) => {
      const from = after === undefined ? undefined : parseCursor(after);
      const found = [...rows.page(list, from, limit + 1), ...lookups.page(list, from, limit + 1)].sort(byPlace);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(({ row }) => row),
        ...(found.length > limit && last !== undefined ? { next: toCursor(last.place) } : {}),
      };
    },
  };
}

/**
 * Writes the tables of lookup rows anew. Around a deleted row SQLite moves the others and leaves copies of them behind, even
 * with secure_delete; pages given up whole it does overwrite. So after this nothing is left of a lookup row removed before.
 */
export function forgetLookups(db: DatabaseSync): void {
  for (const table of [LOOKUPS.rows, LOOKUPS.lists]) {
    db.exec(`CREATE TEMP TABLE kept AS SELECT * FROM main.${table}`);
    db.exec(`DELETE FROM main.${table}`);
    db.exec(`INSERT INTO main.${table} SELECT * FROM temp.kept`);
    db.exec('DROP TABLE temp.kept');
  }
}

/** What a text in the store says, or ledger/failed: a store that cannot be read is never taken for an empty one. */
export function parseStored(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch (cause) {
    throw new DeskError('ledger/failed', 'The ledger holds a text that is not JSON. Restore it from a backup.', {
      cause,
    });
  }
}

interface TableRows extends Omit<Rows, 'page'> {
  page(list: string, after: Place | undefined, limit: number): { readonly row: StoredRow; readonly place: Place }[];
}

function tableRows(db: DatabaseSync, { rows, lists }: RowTables): TableRows {
  const columns = 'r.kind, r.id, r.label, r.chain, r.seq, r.value, r.lists';
  const find = db.prepare(`SELECT ${columns} FROM ${rows} r WHERE r.kind = ? AND r.id = ?`);
  const has = db.prepare(`SELECT 1 FROM ${rows} WHERE kind = ? AND id = ?`);
  const put = db.prepare(`INSERT OR REPLACE INTO ${rows} VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const remove = db.prepare(`DELETE FROM ${rows} WHERE kind = ? AND id = ?`);
  const enlist = db.prepare(`INSERT OR IGNORE INTO ${lists} VALUES (?, ?, ?, ?)`);
  const delist = db.prepare(`DELETE FROM ${lists} WHERE list = ? AND sort = ? AND id = ? AND kind = ?`);
  const page = db.prepare(
    `SELECT ${columns}, l.sort FROM ${lists} l CROSS JOIN ${rows} r ON r.kind = l.kind AND r.id = l.id
     WHERE l.list = ? AND (l.sort, l.id, l.kind) > (?, ?, ?) ORDER BY l.sort, l.id, l.kind ${LIMIT}`,
  );
  const listsOf = ({ kind, id }: RowKey): Row['lists'] => {
    const row = find.get(kind, id);
    return row === undefined ? [] : toRow(row).lists;
  };
  const leaveLists = (key: RowKey): void => {
    for (const { list, sort } of listsOf(key)) delist.run(list, sort, key.id, key.kind);
  };
  return {
    find: ({ kind, id }) => {
      const row = find.get(kind, id);
      return row === undefined ? undefined : toRow(row);
    },
    has: ({ kind, id }) => has.get(kind, id) !== undefined,
    put: (row, chain, seq) => {
      leaveLists(row);
      const { kind, id, label, value } = row;
      put.run(kind, id, label, chain, seq, JSON.stringify(value), JSON.stringify(row.lists));
      for (const { list, sort } of row.lists) enlist.run(list, sort, id, kind);
    },
    remove: (key) => {
      leaveLists(key);
      remove.run(key.kind, key.id);
    },
    page: (list, after, limit) => {
      const { sort, id, kind } = after ?? { sort: '', id: '', kind: '' };
      return page.all(list, sort, id, kind, limit).map((found) => {
        const row = toRow(found);
        return { row, place: { sort: String(found['sort']), id: row.id, kind: row.kind } };
      });
    },
  };
}

/** Only `put` writes these columns, so what parses has the shape that was put. */
function toRow(found: Record<string, unknown>): StoredRow {
  return {
    kind: String(found['kind']) as RowKind,
    id: String(found['id']),
    label: String(found['label']),
    chain: String(found['chain']),
    seq: Number(found['seq']),
    value: parseStored(found['value']) as Row['value'],
    lists: parseStored(found['lists']) as Row['lists'],
  };
}

function byPlace({ place: a }: { place: Place }, { place: b }: { place: Place }): number {
  return compareText(a.sort, b.sort) || compareText(a.id, b.id) || compareText(a.kind, b.kind);
}

/** By UTF-8 bytes, as SQLite does. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
