// Rows and the lists over them, as items. Always true: a row and its places in lists are written in one transaction.
import { parseCursor, toCursor, type Place } from '../formats/cursor.ts';
import type { Page, Row, RowKey, StoredRow } from '../ports.ts';
import type { Draft } from './draft.ts';
import { listKey, placeOf, rowKey } from './layout.ts';
import type { Item, Key, Table } from './table.ts';

export async function putRow(draft: Draft, row: Row, chain: string, seq: number): Promise<void> {
  await leaveLists(draft, row);
  const { kind, id, label, value, lists } = row;
  draft.put(rowKey(row), { kind, id, label, value, lists, chain, seq });
  for (const { list, sort } of lists) draft.put(listKey(list, { sort, id, kind }), 1);
}

export async function removeRow(draft: Draft, key: RowKey): Promise<void> {
  await leaveLists(draft, key);
  draft.remove(rowKey(key));
}

async function leaveLists(draft: Draft, key: RowKey): Promise<void> {
  const held = (await draft.read(rowKey(key))) as unknown as StoredRow | undefined;
  draft.rely(rowKey(key));
  for (const { list, sort } of held?.lists ?? []) draft.remove(listKey(list, { sort, ...key }));
}

export async function findRow(table: Table, key: RowKey): Promise<StoredRow | undefined> {
  const found = await table.get(rowKey(key));
  return found === undefined ? undefined : toRow(found);
}

function toRow({ v = '' }: Item): StoredRow {
  return JSON.parse(v) as StoredRow;
}

/** Before and behind every place in a list. */
const FIRST = '\u0000';
const LAST = '\u{10FFFF}';

/** A place whose row has gone between the two readings is left out, and the next page begins after it. */
export async function pageOfList(
  table: Table,
  list: string,
  after: string | undefined,
  limit: number,
): Promise<Page<StoredRow>> {
  const from = after === undefined ? FIRST : `${listKey(list, parseCursor(after)).sk}${FIRST}`;
  const { pk } = listKey(list, { sort: '', id: '', kind: '' });
  const places = await table.query({ pk, from, to: LAST, limit: limit + 1 });
  const shown = places.slice(0, limit).map(placeOf);
  const rows = await rowsAt(table, shown);
  const last = shown.at(-1);
  return { items: rows, ...(places.length > limit && last !== undefined ? { next: toCursor(last) } : {}) };
}

async function rowsAt(table: Table, places: readonly Place[]): Promise<StoredRow[]> {
  const keys = places.map(({ kind, id }) => rowKey({ kind: kind as RowKey['kind'], id }));
  const found = new Map((await table.getMany(unique(keys))).map((item) => [item.pk, item]));
  return keys.flatMap(({ pk }) => {
    const item = found.get(pk);
    return item === undefined ? [] : [toRow(item)];
  });
}

function unique(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [key.pk, key])).values()];
}
