// What the ledger's checks make their commits of, and look at their results with.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Commit, Ledger, ObjectRecord, Row, RowKey } from '../../lib/ports.ts';

export interface LedgerPort {
  readonly ledger: Ledger;
}

/** A commit that adds an entry and, if asked, does more. */
export function commitOf(
  chain: string,
  seq: number,
  more: Partial<Commit> & { objects?: ObjectRecord[] } = {},
): Commit {
  return {
    entry: { chain, seq, text: textOf(chain, seq, more.put), objects: more.objects ?? [] },
    put: more.put ?? [],
    remove: more.remove ?? [],
    absent: more.absent ?? [],
  };
}

/** An entry's text; it vouches for the rows that the entry puts. */
export function textOf(chain: string, seq: number, put: readonly Row[] = []): string {
  const commitments = Object.fromEntries(put.map(({ label }) => [label, '00']));
  const vouching = put.length === 0 ? '' : `"commitments":${JSON.stringify(commitments)},`;
  return `{"act":"noted","chain":"${chain}",${vouching}"seq":${seq},"words":"naïve ☂ 𝒳"}`;
}

export function rowOf(id: string, more: Partial<Row> = {}): Row {
  const kind = more.kind ?? 'referral';
  const label = kind === 'lookup' ? 'row:lookup/0' : `row:${kind}/${id}`;
  return { kind, id, label, value: { state: 'open' }, lists: [], ...more };
}

/** An entry of a chain of its own with these rows; each lookup row has an entry to itself. */
export async function putRows(ledger: Ledger, rows: readonly Row[], remove: readonly RowKey[] = []): Promise<void> {
  const isLookup = ({ kind }: RowKey): boolean => kind === 'lookup';
  const others = { put: rows.filter((row) => !isLookup(row)), remove };
  const each = [others, ...rows.filter(isLookup).map((row) => ({ put: [row] }))];
  const results = await ledger.commit(each.map((more) => commitOf(randomUUID(), 0, more)));
  assert.ok(results.every((result) => result === 'done'));
}

export async function isWhole(ledger: Ledger): Promise<void> {
  for await (const { what, where } of ledger.inspect()) assert.fail(`${what} ${where}`);
}

export async function idsOf(ledger: Ledger, list: string): Promise<string[]> {
  return (await ledger.list(list, { limit: 1000 })).items.map(({ id }) => id);
}

export function objectOf(id: string): ObjectRecord {
  const place = { name: `file-${id}`, offset: 5, sizeBytes: 7 };
  return { id, owner: 'owner-1', kind: 'words', place, wrappedKey: 'AAAA' };
}
