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
    entry: { chain, seq, text: textOf(chain, seq), objects: more.objects ?? [] },
    put: more.put ?? [],
    remove: more.remove ?? [],
    absent: more.absent ?? [],
  };
}

export function textOf(chain: string, seq: number): string {
  return `{"act":"noted","chain":"${chain}","seq":${seq},"words":"naïve ☂ 𝒳"}`;
}

export function rowOf(id: string, more: Partial<Row> = {}): Row {
  return { kind: 'referral', id, label: `row:referral/${id}`, value: { state: 'open' }, lists: [], ...more };
}

/** An entry of a chain of its own with these rows. */
export async function putRows(ledger: Ledger, rows: readonly Row[], remove: readonly RowKey[] = []): Promise<void> {
  assert.equal((await ledger.commit([commitOf(randomUUID(), 0, { put: rows, remove })]))[0], 'done');
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
