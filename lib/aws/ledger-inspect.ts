// Looks for damage in the book that its verbs would not meet. It goes along the log and what is pending, since nothing is scanned: entries
// that are missing or differ from their leaf, rows that the newest entry about them does not vouch for.
import { createHash } from 'node:crypto';
import type { LogLeaf } from '../ports.ts';
import { entryKey, rowKey } from './layout.ts';
import { leaves, logState, pending } from './ledger-log.ts';
import type { RowKind } from '../ports.ts';
import { toRow } from './ledger-rows.ts';
import { chunks, type Item, type Table } from './table.ts';

export interface Damage {
  readonly what: string;
  readonly where: string;
}

/** SHA-256 of an entry's chained part, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

const PAGE = 1000;

export async function* inspectBook(table: Table): AsyncGenerator<Damage> {
  const newest = new Map<string, { chain: string; seq: number }>();
  for await (const some of everyLeaf(table)) yield* checkEntries(table, some, newest);
  for (const some of chunks([...newest], PAGE)) yield* checkRows(table, some);
}

/** Leaves of the present log, then what is pending. */
async function* everyLeaf(table: Table): AsyncGenerator<LogLeaf[]> {
  const state = await logState(table);
  for (let at = 0; state !== undefined && at < state.size; at += PAGE) yield leaves(table, state.log, at, PAGE);
  yield pending(table, Number.MAX_SAFE_INTEGER);
}

async function* checkEntries(
  table: Table,
  some: readonly LogLeaf[],
  newest: Map<string, { chain: string; seq: number }>,
): AsyncGenerator<Damage> {
  const found = new Map(
    (await table.getMany(some.map(({ chain, seq }) => entryKey(chain, seq)))).map((item) => [
      `${item.pk}/${item.sk}`,
      item,
    ]),
  );
  for (const { chain, seq, hash } of some) {
    const { pk, sk } = entryKey(chain, seq);
    const text = textOf(found.get(`${pk}/${sk}`));
    if (text === undefined) yield { what: 'A leaf of the log has no entry.', where: `${chain}/${seq}` };
    else if (hashOf(text) !== hash)
      yield { what: 'A leaf of the log is not the hash of its entry.', where: `${chain}/${seq}` };
    for (const label of rowLabels(text ?? '{}')) newest.set(label, { chain, seq });
  }
}

function textOf(item: Item | undefined): string | undefined {
  return item === undefined ? undefined : (JSON.parse(item.v ?? '{}') as { text?: string }).text;
}

function rowLabels(text: string): string[] {
  try {
    const { commitments } = JSON.parse(text) as { commitments?: object };
    return Object.keys(commitments ?? {}).filter((label) => label.startsWith('row:') && label !== 'row:lookup/0');
  } catch {
    return [];
  }
}

/** A row that went is told of by no entry's label: what is missing is not damage here. */
async function* checkRows(
  table: Table,
  labels: readonly (readonly [string, { chain: string; seq: number }])[],
): AsyncGenerator<Damage> {
  const keys = labels.map(([label]) => rowKey(toKey(label)));
  const rows = new Map((await table.getMany(keys)).map((item) => [item.pk, toRow(item)]));
  for (const [label, { chain, seq }] of labels) {
    const row = rows.get(rowKey(toKey(label)).pk);
    if (row === undefined || (row.chain === chain && row.seq === seq)) continue;
    yield { what: 'The newest entry about a row is not the one that it names.', where: label.slice('row:'.length) };
  }
}

function toKey(label: string): { kind: RowKind; id: string } {
  const name = label.slice('row:'.length);
  const slash = name.indexOf('/');
  return { kind: name.slice(0, slash) as RowKind, id: name.slice(slash + 1) };
}
