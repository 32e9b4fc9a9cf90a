// The log over all chains, as items. A step of the integrator is one transaction: batch of leaves, tiles, checkpoint, state. What
// follows from it (each entry's place, what is pending no more) is written behind it, and made up for before the log is asked anything
// that it matters to. Always true: what the state counts is in the batches.
import { DeskError } from '../errors.ts';
import { parseNumberCursor } from '../formats/cursor.ts';
import type { Integration, Json, LogLeaf, LogState, Page } from '../ports.ts';
import { openDraft } from './draft.ts';
import { batchKey, checkpointKey, entryKey, leafKey, logKey, pendingShard, SHARDS, STATE, tileKey } from './layout.ts';
import { batchesFrom, FIRST, isSame, LAST, nameOf, settle, valueOf, type Head } from './ledger-settle.ts';
import { bytesOf, MOST_BYTES, MOST_CHANGES, type Key, type Table } from './table.ts';

/** So many leaves stay far below the 400 KB of one item. */
const BATCH_LEAVES = 1500;

export async function logState(table: Table, log?: number): Promise<LogState | undefined> {
  const found = await table.get(log === undefined ? STATE : logKey(log));
  return found === undefined ? undefined : stateOf(valueOf(found) as LogState);
}

function stateOf({ log, size, checkpoint }: LogState): LogState {
  return { log, size, checkpoint };
}

// ── a step ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function integrate(table: Table, { after, state, leaves, tiles }: Integration): Promise<boolean> {
  await settle(table);
  const draft = openDraft(table);
  const head = (await draft.read(STATE)) as unknown as Head | undefined;
  if (!isSame(head, after)) return false;
  const isNewLog = after !== undefined && state.log === after.log + 1;
  const start = after === undefined || isNewLog ? 0 : after.size;
  demandNext(isNewLog || after === undefined || state.log === after.log, state.size === start + leaves.length);
  await demandPending(table, state.log, leaves);
  draft.rely(STATE);
  const number = (head?.checkpoints ?? 0) + 1;
  const next: Head = { ...state, checkpoints: number, settled: start, ...(isNewLog ? { from: after.log } : {}) };
  draft.put(STATE, next as unknown as Json);
  draft.put(logKey(state.log), state as unknown as Json);
  draft.put(checkpointKey(number), state as unknown as Json);
  for (let at = 0; at < leaves.length; at += BATCH_LEAVES) {
    const batch = leaves.slice(at, at + BATCH_LEAVES).map(({ chain, seq, hash }) => [chain, seq, hash]);
    draft.put(batchKey(state.log, start + at), batch);
  }
  for (const { level, index, bytes } of tiles) draft.putBytes(tileKey(state.log, level, index), bytes);
  const changes = draft.changes();
  demandSmall(
    changes.length,
    changes.reduce((sum, each) => sum + bytesOf(each), 0),
  );
  const isTaken = await table.write(changes);
  if (isTaken) await settle(table);
  return isTaken;
}

function demandNext(...isSo: readonly boolean[]): void {
  if (isSo.every(Boolean)) return;
  throw new DeskError('ledger/failed', 'A step of the log does not follow from the one before.');
}

function demandSmall(items: number, bytes: number): void {
  if (items <= MOST_CHANGES && bytes <= MOST_BYTES) return;
  throw new DeskError('ledger/failed', 'A step of the log is larger than one transaction: take fewer entries at once.');
}

/** @throws DeskError ledger/failed an entry that is no entry, or in this log already */
async function demandPending(table: Table, log: number, leaves: readonly LogLeaf[]): Promise<void> {
  const places = await table.getMany(leaves.map(({ chain, seq }) => leafKey(chain, seq, log)));
  const entries = await table.getMany(leaves.map(({ chain, seq }) => entryKey(chain, seq)));
  if (places.length === 0 && entries.length === leaves.length) return;
  throw new DeskError('ledger/failed', 'A step of the log names an entry that is not pending.');
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function leaves(table: Table, log: number, from: number, limit: number): Promise<LogLeaf[]> {
  const found: LogLeaf[] = [];
  for await (const { position, leaves: held } of batchesFrom(table, log, from)) {
    found.push(...held.slice(Math.max(0, from - position)));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

export async function pending(table: Table, limit: number): Promise<LogLeaf[]> {
  await settle(table);
  return stillPending(table, await pendingItems(table, limit));
}

interface Pending {
  readonly key: Key;
  readonly leaf: LogLeaf;
}

/** Oldest first. What a step took in lately may be among them. */
export async function pendingItems(table: Table, limit: number): Promise<Pending[]> {
  const shards = Array.from({ length: SHARDS }, (_, n) => pendingShard(n));
  const found = await Promise.all(shards.map((pk) => table.query({ pk, from: FIRST, to: LAST, limit })));
  const first = found.flat().sort((a, b) => (a.sk < b.sk ? -1 : 1));
  return first.slice(0, limit).map((item) => ({ key: item, leaf: valueOf(item) as LogLeaf }));
}

/** What somebody, slow at settling, has put back although it is in the log, is taken away. */
async function stillPending(table: Table, found: readonly Pending[]): Promise<LogLeaf[]> {
  const log = (await logState(table))?.log;
  if (log === undefined) return found.map(({ leaf }) => leaf);
  const placed = new Set(
    (await table.getMany(found.map(({ leaf }) => leafKey(leaf.chain, leaf.seq, log)))).map(nameOf),
  );
  const isPlaced = ({ leaf }: Pending): boolean => placed.has(nameOf(leafKey(leaf.chain, leaf.seq, log)));
  if (table.mayWrite)
    await table.writeEach(found.filter(isPlaced).map(({ key: { pk, sk } }) => ({ key: { pk, sk }, item: null })));
  return found.filter((each) => !isPlaced(each)).map(({ leaf }) => leaf);
}

export async function leafIndex(table: Table, chain: string, seq: number): Promise<number | undefined> {
  const found = await table.get(STATE);
  if (found === undefined) return undefined;
  const { log, settled, size } = valueOf(found) as Head;
  const known = await table.get(leafKey(chain, seq, log));
  if (known !== undefined) return valueOf(known) as number;
  if (settled === size) return undefined;
  for await (const { position, leaves: held } of batchesFrom(table, log, settled)) {
    const at = held.findIndex((leaf) => leaf.chain === chain && leaf.seq === seq);
    if (at >= 0) return position + at;
  }
  return undefined;
}

export async function tile(table: Table, log: number, level: number, index: number): Promise<Uint8Array | undefined> {
  return (await table.get(tileKey(log, level, index)))?.bytes;
}

export async function checkpoints(table: Table, after: string | undefined, limit: number): Promise<Page<LogState>> {
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : parseNumberCursor(after) - 1;
  const { pk, sk } = checkpointKey(before);
  const found = await table.query({ pk, from: FIRST, to: sk, limit: limit + 1, descending: true });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((item) => stateOf(valueOf(item) as LogState)),
    ...(found.length > limit && last !== undefined ? { next: String(Number(last.sk)) } : {}),
  };
}
