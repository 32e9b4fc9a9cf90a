// The book in DynamoDB: one table. An act's entry and its effect are one transaction, which holds only while its chain stands where it was
// read. Always true: nothing is scanned; everything is read strongly.
import { randomInt } from 'node:crypto';
import { DeskError } from '../errors.ts';
import type { Commit, CommitResult, Json, Ledger, ObjectRecord, StoredEntry } from '../ports.ts';
import { openDraft, type Draft } from './draft.ts';
import { entryKey, objectKey, pendingKey, rowKey } from './layout.ts';
import type { KeptEntry, KeptObject } from './ledger-settle.ts';
import { hashOf, inspectBook } from './ledger-inspect.ts';
import { checkpoints, integrate, leaves, leafIndex, logState, pending, pendingItems, tile } from './ledger-log.ts';
import { findRow, pageOfList, putRow, removeRow } from './ledger-rows.ts';
import { bytesOf, chunks, dynamoTable, MOST_BYTES, MOST_CHANGES, rest, type Item, type Table } from './table.ts';

/**
 * @param mayWrite false for who only reads: then the log's last step is waited for where its integrator was cut short
 * @throws DeskError ledger/full, ledger/failed from every verb
 */
export function dynamoLedger(options: Parameters<typeof dynamoTable>[0], tableName: string, mayWrite = true): Ledger {
  const table = dynamoTable(options, tableName, mayWrite);
  return {
    commit: (commits) => commitAll(table, commits),
    row: (key) => findRow(table, key),
    list: (list, { after, limit }) => pageOfList(table, list, after, limit),
    head: (chain) => headOf(table, chain),
    entries: (chain, from, limit) => entriesOf(table, chain, from, limit),
    entryOfObject: (id) => entryOfObject(table, id),
    pending: (limit) => pending(table, limit),
    logState: (log) => logState(table, log),
    integrate: (step) => integrate(table, step),
    tile: (log, level, index) => tile(table, log, level, index),
    leafIndex: (chain, seq) => leafIndex(table, chain, seq),
    leaves: (log, from, limit) => leaves(table, log, from, limit),
    checkpoints: ({ after, limit }) => checkpoints(table, after, limit),
    inspect: () => inspectBook(table),
  };
}

// ── committing ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** As many transactions as they need, in their order: those before one that fails are taken, which whoever repeats them meets as `moved`. */
async function commitAll(table: Table, commits: readonly Commit[]): Promise<CommitResult[]> {
  const results: CommitResult[] = [];
  while (results.length < commits.length) results.push(...(await commitSome(table, commits.slice(results.length))));
  return results;
}

const TRIES = 60;

/** The first so many of these as fit one transaction, one at least. */
async function commitSome(table: Table, commits: readonly Commit[]): Promise<CommitResult[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await rest(tries);
    const { changes, results } = await draftSome(table, commits, tries === 0);
    if (await table.write(changes)) return results;
  }
  throw new DeskError('ledger/failed', 'Others were always first at this chain. Try again.');
}

async function draftSome(
  table: Table,
  commits: readonly Commit[],
  isHopeful: boolean,
): Promise<{ changes: ReturnType<Draft['changes']>; results: CommitResult[] }> {
  const draft = openDraft(table);
  const results: CommitResult[] = [];
  let changes: ReturnType<Draft['changes']> = [];
  for (const commit of commits) {
    if (isHopeful) hope(draft, commit);
    const result = await take(draft, commit);
    const more = draft.changes();
    if (!fits(more)) {
      if (results.length > 0) break;
      throw new DeskError('ledger/failed', 'This act is larger than one transaction can be.');
    }
    results.push(result);
    changes = more;
  }
  return { changes, results };
}

function fits(changes: ReturnType<Draft['changes']>): boolean {
  return changes.length <= MOST_CHANGES && changes.reduce((sum, each) => sum + bytesOf(each), 0) <= MOST_BYTES;
}

/** What the first attempt takes for granted, as whoever commits has just read it: all of it is a condition of the transaction. */
function hope(draft: Draft, { entry: { chain, seq }, absent, after }: Commit): void {
  for (const key of absent) draft.assume(rowKey(key), undefined);
  if (after === undefined) return;
  const before = after === null ? undefined : heads.get(after);
  if (after !== null && (before === undefined || after.chain !== chain || after.seq !== seq - 1)) return;
  if (before !== undefined) draft.assume(entryKey(chain, seq - 1), before);
  draft.assume(entryKey(chain, seq), undefined);
}

async function take(draft: Draft, { entry, put, remove, absent }: Commit): Promise<CommitResult> {
  const { chain, seq, text, objects } = entry;
  const [before, here] = [entryKey(chain, seq - 1), entryKey(chain, seq)];
  await draft.readBoth(seq === 0 ? here : before, here);
  const last = seq === 0 ? undefined : ((await draft.read(before)) as unknown as KeptEntry | undefined);
  if ((seq > 0 && last === undefined) || (await draft.read(here)) !== undefined) return 'moved';
  for (const key of absent) if ((await draft.read(rowKey(key))) !== undefined) return 'exists';
  for (const key of absent) draft.rely(rowKey(key));
  const stamp = stampAfter(last?.stamp);
  draft.rely(here); // who is first makes the entry of this place, and entries never go
  const { kept, bytes } = withoutKeys(objects);
  draft.putOnce(here, { text, objects: kept as unknown as Json, stamp }, bytes);
  draft.putOnce(pendingKey(chain, stamp), { chain, seq, hash: hashOf(text) });
  for (const key of remove) await removeRow(draft, key);
  for (const row of put) await putRow(draft, row, chain, seq);
  return 'done';
}

let lastStamp = 0;

/** Microseconds since 1970 and some digits more: later than the chain's last one, and than any this process gave. */
function stampAfter(before: string | undefined): string {
  const least = before === undefined ? 0 : Number(before.slice(0, 16));
  lastStamp = Math.max(Date.now() * 1000, lastStamp + 1, least + 1);
  return `${String(lastStamp).padStart(16, '0')}${String(randomInt(10_000)).padStart(4, '0')}`;
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function headOf(table: Table, chain: string): Promise<StoredEntry | undefined> {
  const [last] = await table.query({ ...within(chain, 0), limit: 1, descending: true });
  if (last === undefined) return undefined;
  const entry = toEntry(chain, last);
  heads.set(entry, last);
  return entry;
}

/** The items of entries that `head` answered. */
const heads = new WeakMap<StoredEntry, Item>();

async function entriesOf(table: Table, chain: string, from: number, limit: number): Promise<StoredEntry[]> {
  const found = await table.query({ ...within(chain, from), limit });
  return found.map((item) => toEntry(chain, item));
}

function within(chain: string, from: number): { pk: string; from: string; to: string } {
  const { pk, sk } = entryKey(chain, from);
  return { pk, from: sk, to: 'entry/~' };
}

function toEntry(chain: string, { sk, v = '', bytes = new Uint8Array() }: Item): StoredEntry {
  const { text, objects } = JSON.parse(v) as KeptEntry;
  return { chain, seq: Number(sk.slice('entry/'.length)), text, objects: withKeys(objects, bytes) };
}

/** Wrapped keys are bytes, and most of an entry that makes objects: they are kept as bytes, one after another. */
function withoutKeys(objects: readonly ObjectRecord[]): { kept: KeptObject[]; bytes: Uint8Array | undefined } {
  const keys = objects.map(({ wrappedKey }) => Buffer.from(wrappedKey, 'base64'));
  if (objects.length === 0 || keys.some((key, n) => key.toString('base64') !== objects[n]?.wrappedKey))
    return { kept: [...objects], bytes: undefined };
  const kept = objects.map(({ id, owner, kind, place }, n) => ({
    id,
    owner,
    kind,
    place,
    keyBytes: keys[n]?.length ?? 0,
  }));
  return { kept, bytes: Buffer.concat(keys) };
}

function withKeys(kept: readonly KeptObject[], bytes: Uint8Array): ObjectRecord[] {
  let at = 0;
  return kept.map((object) => {
    if ('wrappedKey' in object) return object;
    const { keyBytes, ...record } = object;
    const wrappedKey = Buffer.from(bytes.subarray(at, at + keyBytes)).toString('base64');
    at += keyBytes;
    return { ...record, wrappedKey };
  });
}

/** Where an object was made is written behind the log, before its entry is pending no more: so it is found there, or among what is pending. */
async function entryOfObject(table: Table, id: string): Promise<StoredEntry | undefined> {
  const known = await entryAt(table, await table.get(objectKey(id)));
  if (known !== undefined) return known;
  const waiting = await pendingItems(table, Number.MAX_SAFE_INTEGER);
  const keys = waiting.map(({ leaf: { chain, seq } }) => entryKey(chain, seq));
  for (const some of chunks(keys, LOOKED_AT)) {
    const entries = (await table.getMany(some)).map((item) => toEntry(item.pk.slice('chain/'.length), item));
    const found = entries.find(({ objects }) => objects.some((object) => object.id === id));
    if (found !== undefined) return found;
  }
  return entryAt(table, await table.get(objectKey(id))); // taken into the log meanwhile
}

/** Of what is pending, at once. */
const LOOKED_AT = 100;

async function entryAt(table: Table, found: Item | undefined): Promise<StoredEntry | undefined> {
  if (found === undefined) return undefined;
  const { chain, seq } = JSON.parse(found.v ?? '') as { chain: string; seq: number };
  const entry = await table.get(entryKey(chain, seq));
  return entry === undefined ? undefined : toEntry(chain, entry);
}
