// Lookup rows: how a thing is found by what others call it, before its id is known. Always true: such a name is kept as an HMAC under the desk's
// lookup key, which stands in the row's id and in no chain; and an entry writes one of them at most.
import { rowsOf, type Core, type RowDraft } from './core.ts';
import { canonicalBytes } from './formats/canonical.ts';
import { hmac } from './formats/derive.ts';
import type { Json, Owner, RowKey } from './ports.ts';

/** What others call a thing: what kind of name it is, whose, and the name. */
export type LookupName = readonly ['idempotency' | 'report' | 'person', string, string];

export const LOOKUP_LABEL = 'row:lookup/0';

/** The row of a name: an HMAC, so that nobody can read it off the table. */
export async function lookupKey({ keys }: Pick<Core, 'keys'>, name: LookupName): Promise<RowKey> {
  return { kind: 'lookup', id: hmac(await keys.lookupKey(), canonicalBytes(name)).toString('hex') };
}

/** A row that leads to what belongs to `owner`. */
export function lookupRow(key: RowKey, owner: Owner, value: Readonly<Record<string, Json>>): RowDraft {
  return { ...key, value, lists: [{ list: lookupsOf(owner), sort: '0' }], label: LOOKUP_LABEL };
}

/** The list of the lookup rows that lead to a referral or an actor: what goes when she is revoked, or it is destroyed. */
export function lookupsOf(owner: Owner): string {
  return `lookups/${owner}`;
}

/** All of them, by their keys. */
export async function lookupKeysOf(core: Pick<Core, 'ledger'>, owner: Owner): Promise<RowKey[]> {
  const keys: RowKey[] = [];
  for await (const { kind, id } of rowsOf(core, lookupsOf(owner))) keys.push({ kind, id });
  return keys;
}
