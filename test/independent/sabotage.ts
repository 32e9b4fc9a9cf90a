// Damage for tests: a copy of a data folder, and hands that change one thing in it.
import { chmodSync, cpSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { wrong } from './bytes.ts';
import { vaultPath } from './folder.ts';
import { textOf, type Row } from './sqlite.ts';

export function copyOf(dir: string, to: string): string {
  cpSync(dir, to, { recursive: true, preserveTimestamps: true });
  return to;
}

/** Changes one of a folder's databases behind the desk's back; demands that something was there to change. */
export function change(dir: string, statement: string, ...values: readonly SQLInputValue[]): void {
  const database = new DatabaseSync(join(dir, statement.includes('secrets') ? 'secrets.db' : 'ledger.db'));
  try {
    if (database.prepare(statement).run(...values).changes === 0) wrong('there was nothing to change');
  } finally {
    database.close();
  }
}

/** The first row that a query finds. */
export function look(dir: string, query: string, ...values: readonly SQLInputValue[]): Row {
  const database = new DatabaseSync(join(dir, query.includes('secrets') ? 'secrets.db' : 'ledger.db'));
  try {
    return database.prepare(query).get(...values) ?? wrong('there was nothing to look at');
  } finally {
    database.close();
  }
}

/** The same bytes with one bit changed. */
export function flipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = bit >> 3;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

/** Changes one bit of a file and nothing else about it. */
export function flipInFile(file: string, bit: (sizeBytes: number) => number): void {
  const { mode, atime, mtime } = statSync(file);
  chmodSync(file, 0o600);
  const bytes = readFileSync(file);
  writeFileSync(file, flipped(bytes, bit(bytes.length)));
  utimesSync(file, atime, mtime);
  chmodSync(file, mode & 0o777);
}

export interface LooseRecord {
  readonly id: string;
  readonly owner: string;
  readonly kind: string;
  readonly place: { readonly name: string; readonly offset: number; readonly sizeBytes: number };
  readonly wrappedKey: string;
}

/** The records of one entry, to be changed at will. */
export function recordsOf(dir: string, chain: string, seq: number): LooseRecord[] {
  const row = look(dir, 'SELECT objects FROM entry WHERE chain = ? AND seq = ?', chain, seq);
  return JSON.parse(textOf(row, 'objects')) as LooseRecord[];
}

export function putRecords(dir: string, chain: string, seq: number, records: readonly LooseRecord[]): void {
  change(dir, 'UPDATE entry SET objects = ? WHERE chain = ? AND seq = ?', JSON.stringify(records), chain, seq);
}

/** Exchanges one member of the first records of two entries. */
export function swapRecords(
  dir: string,
  chain: string,
  [a, b]: readonly [number, number],
  member: keyof LooseRecord,
): void {
  const [first, ...restOfFirst] = recordsOf(dir, chain, a);
  const [second, ...restOfSecond] = recordsOf(dir, chain, b);
  if (first === undefined || second === undefined) return wrong('there was nothing to swap');
  putRecords(dir, chain, a, [{ ...first, [member]: second[member] }, ...restOfFirst]);
  putRecords(dir, chain, b, [{ ...second, [member]: first[member] }, ...restOfSecond]);
}

/** The vault file of an entry's first object. */
export function vaultFileOf(dir: string, chain: string, seq: number): string {
  const name = recordsOf(dir, chain, seq)[0]?.place.name ?? wrong('the entry has no object');
  return vaultPath(dir, name);
}
