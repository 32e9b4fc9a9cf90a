// What follows from a step of the log: each entry's place, and what is pending no more. It is written behind the step, and made up for before the
// log is asked anything that it matters to.
import { DeskError } from '../errors.ts';
import type { Json, LogLeaf, LogState, ObjectRecord } from '../ports.ts';
import { openDraft } from './draft.ts';
import { batchKey, entryKey, leafKey, objectKey, pendingKey, STATE } from './layout.ts';
import { rest, type Item, type Key, type Table } from './table.ts';

/** `settled`: up to where places and pending entries follow the batches; `from`: the log whose leaves are to be pending again. */
export interface Head extends LogState {
  readonly checkpoints: number;
  readonly settled: number;
  readonly from?: number;
}

/** An entry as its item keeps it. `stamp`: when it arrived, 20 digits. */
export interface KeptEntry {
  readonly text: string;
  readonly objects: readonly KeptObject[];
  readonly stamp: string;
}

/** An object's record, or the same but for its wrapped key, which lies as bytes in the item. */
export type KeptObject = ObjectRecord | (Omit<ObjectRecord, 'wrappedKey'> & { readonly keyBytes: number });

interface Batch {
  readonly position: number;
  readonly leaves: readonly LogLeaf[];
}

/** Before and behind every key of digits. */
export const FIRST = ' ';
export const LAST = '~';

/** Only this file and ledger-log.ts write these items, so what parses has the shape that was put. */
export function valueOf({ v = 'null' }: Item): unknown {
  return JSON.parse(v);
}

export function isSame(a: LogState | undefined, b: LogState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.log === b.log && a.size === b.size && a.checkpoint === b.checkpoint;
}

const WAITS = 10;

/**
 * Makes up for what a step cut short has left. Done twice, or by two at once, it is the same. Who may not write waits for those who may.
 * @throws DeskError ledger/failed
 */
export async function settle(table: Table): Promise<void> {
  let head = await unsettled(table);
  for (let tries = 1; head !== undefined && !table.mayWrite; tries++) {
    if (tries > WAITS)
      throw new DeskError('ledger/failed', 'A step of the log was cut short: integrate, then try again.');
    await rest(tries);
    head = await unsettled(table);
  }
  if (head !== undefined) await settleFrom(table, head);
}

async function unsettled(table: Table): Promise<Head | undefined> {
  const found = await table.get(STATE);
  const head = found === undefined ? undefined : (valueOf(found) as Head);
  return head?.settled === head?.size && head?.from === undefined ? undefined : head;
}

async function settleFrom(table: Table, head: Head): Promise<void> {
  for await (const batch of batchesFrom(table, head.log, head.settled)) await place(table, head.log, batch);
  if (head.from !== undefined) {
    for await (const { leaves } of batchesFrom(table, head.from, 0)) await pendAgain(table, head.log, leaves);
  }
  const draft = openDraft(table);
  const now = (await draft.read(STATE)) as unknown as Head;
  if (!isSame(now, head)) return; // somebody went on meanwhile, who settled this first
  draft.rely(STATE);
  const { log, size, checkpoint, checkpoints: number } = head;
  draft.put(STATE, { log, size, checkpoint, checkpoints: number, settled: size });
  await table.write(draft.changes());
}

async function place(table: Table, log: number, { position, leaves }: Batch): Promise<void> {
  const entries = await entriesOf(table, leaves);
  const objects = leaves.flatMap(({ chain, seq }, n) =>
    (entries[n]?.objects ?? []).map(({ id }) => [id, put(objectKey(id), { chain, seq })] as const),
  );
  await table.writeEach([...new Map(objects).values()]); // first: what has its leaf is taken for pending no more
  await table.writeEach(leaves.map(({ chain, seq }, n) => put(leafKey(chain, seq, log), position + n)));
  await table.writeEach(
    leaves.map(({ chain }, n) => ({ key: pendingKey(chain, entries[n]?.stamp ?? ''), item: null })),
  );
}

async function pendAgain(table: Table, log: number, leaves: readonly LogLeaf[]): Promise<void> {
  const placed = new Set((await table.getMany(leaves.map((each) => leafKey(each.chain, each.seq, log)))).map(nameOf));
  const waiting = leaves.filter(({ chain, seq }) => !placed.has(nameOf(leafKey(chain, seq, log))));
  const entries = await entriesOf(table, waiting);
  await table.writeEach(
    waiting.map((leaf, n) => put(pendingKey(leaf.chain, entries[n]?.stamp ?? ''), leaf as unknown as Json)),
  );
}

function put(key: Key, value: Json): { key: Key; item: Item } {
  return { key, item: { ...key, v: JSON.stringify(value) } };
}

export function nameOf({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}

/** Each as it is kept, in their order. */
async function entriesOf(table: Table, leaves: readonly LogLeaf[]): Promise<(KeptEntry | undefined)[]> {
  const keys = leaves.map(({ chain, seq }) => entryKey(chain, seq));
  const found = new Map((await table.getMany(keys)).map((item) => [nameOf(item), valueOf(item) as KeptEntry]));
  return keys.map((key) => found.get(nameOf(key)));
}

/** The batch that holds this position, and those behind it. */
export async function* batchesFrom(table: Table, log: number, position: number): AsyncGenerator<Batch> {
  const { pk, sk } = batchKey(log, position);
  const [holding] = await table.query({ pk, from: FIRST, to: sk, limit: 1, descending: true });
  let from = holding?.sk ?? sk;
  for (;;) {
    const page = await table.query({ pk, from, to: LAST, limit: 20 });
    for (const item of page) yield toBatch(item);
    const last = page.at(-1);
    if (last === undefined || page.length < 20) return;
    from = `${last.sk}!`;
  }
}

function toBatch(item: Item): Batch {
  const leaves = (valueOf(item) as [string, number, string][]).map(([chain, seq, hash]) => ({ chain, seq, hash }));
  return { position: Number(item.sk), leaves };
}
