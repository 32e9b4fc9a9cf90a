// Rows and the lists over them, as items. Always true: a row and its places in lists are written in one transaction.
import { parseCursor, toCursor, type Place } from '../formats/cursor.ts';
import type { Page, Row, RowKey, StoredRow } from '../ports.ts';
import type { Draft } from './draft.ts';
import { listKey, placeOf, rowKey, rowOf } from './layout.ts';
import type { Item, Key, Table } from './table.ts';

/** A row as its item keeps it: what its key says is not said again. */
interface KeptRow extends Pick<StoredRow, 'value' | 'lists' | 'chain' | 'seq'> {
  /** Where it is another than the row's kind and id give. */
  readonly label?: string;
}

/** A place that stays as it is is not written again. */
export async function putRow(draft: Draft, row: Row, chain: string, seq: number): Promise<void> {
  const { label, value, lists } = row;
  const held = await heldLists(draft, row);
  const [before, after] = [new Set(held.map(nameOf)), new Set(lists.map(nameOf))];
  for (const place of held) if (!after.has(nameOf(place))) draft.remove(placeKey(row, place));
  const named = label === labelOf(row) ? {} : { label };
  draft.put(rowKey(row), { ...named, value, lists, chain, seq });
  for (const place of lists) if (!before.has(nameOf(place))) draft.putOnce(placeKey(row, place), 1);
}

export async function removeRow(draft: Draft, key: RowKey): Promise<void> {
  for (const place of await heldLists(draft, key)) draft.remove(placeKey(key, place));
  draft.remove(rowKey(key));
}

type ListPlace = Row['lists'][number];

async function heldLists(draft: Draft, key: RowKey): Promise<Row['lists']> {
  const held = (await draft.read(rowKey(key))) as unknown as KeptRow | undefined;
  draft.rely(rowKey(key));
  return held?.lists ?? [];
}

function placeKey({ kind, id }: RowKey, { list, sort }: ListPlace): Key {
  return listKey(list, { sort, id, kind });
}

function nameOf({ list, sort }: ListPlace): string {
  return JSON.stringify([list, sort]);
}

/** As the core names the commitment to a row where nothing else is said. */
function labelOf({ kind, id }: RowKey): string {
  return `row:${kind}/${id}`;
}

export async function findRow(table: Table, key: RowKey): Promise<StoredRow | undefined> {
  const found = await table.get(rowKey(key));
  return found === undefined ? undefined : toRow(found);
}

export function toRow(item: Item): StoredRow {
  const row = rowOf(item);
  const { label = labelOf(row), value, lists, chain, seq } = JSON.parse(item.v ?? '') as KeptRow;
  return { ...row, value, lists, label, chain, seq };
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
