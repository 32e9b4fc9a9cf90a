// The book in one DynamoDB table: which item is where. All keys are text; numbers are padded, so that their order is that of the text.
// Chain: entries, each entry's place in each log. Row: one item; each list it stands in: one item, in the list's order.
// Log: states, batches of leaves, tiles, checkpoints; what is pending, spread over shards by chain.
import { createHash } from 'node:crypto';
import type { RowKey } from '../ports.ts';
import type { Place } from '../formats/cursor.ts';
import type { Key } from './table.ts';

export const SHARDS = 16;

const pad = (number: number): string => String(number).padStart(16, '0');

export const entryKey = (chain: string, seq: number): Key => ({ pk: `chain/${chain}`, sk: `entry/${pad(seq)}` });
/** Where an entry stands in a log. */
export const leafKey = (chain: string, seq: number, log: number): Key => ({
  pk: `chain/${chain}`,
  sk: `leaf/${pad(seq)}/${pad(log)}`,
});
/** Where a sealed object was made; written once its entry is in the log. */
export const objectKey = (id: string): Key => ({ pk: `object/${id}`, sk: 'object' });
export const rowKey = ({ kind, id }: RowKey): Key => ({ pk: `row/${kind}/${id}`, sk: 'row' });
export function rowOf({ pk }: Key): RowKey {
  const [, kind = '', id = ''] = /^row\/([^/]*)\/(.*)$/s.exec(pk) ?? [];
  return { kind: kind as RowKey['kind'], id };
}

const END = '\u0000';
export const listKey = (list: string, { sort, id, kind }: Place): Key => ({
  pk: `list/${list}`,
  sk: [sort, id, kind].join(END),
});
export function placeOf({ sk }: Key): Place {
  const [sort = '', id = '', kind = ''] = sk.split(END);
  return { sort, id, kind };
}

/** `stamp`: the arrival of the entry, 20 digits. */
export const pendingKey = (chain: string, stamp: string): Key => ({
  pk: `pending/${shardOf(chain)}`,
  sk: `${stamp}/${chain}`,
});
export const pendingShard = (shard: number): string => `pending/${shard}`;

function shardOf(chain: string): number {
  return (createHash('sha256').update(chain).digest()[0] ?? 0) % SHARDS;
}

/** That an event was delivered to a lambda. */
export const deliveryKey = (event: string): Key => ({ pk: `delivery/${event}`, sk: 'delivery' });

/** That a part of an upload was announced. */
export const partKey = (upload: string, part: number): Key => ({ pk: `parts/${upload}`, sk: pad(part) });

export const STATE: Key = { pk: 'log', sk: 'state' };
export const logKey = (log: number): Key => ({ pk: 'logs', sk: pad(log) });
export const batchKey = (log: number, position: number): Key => ({ pk: `batches/${pad(log)}`, sk: pad(position) });
export const tileKey = (log: number, level: number, index: number): Key => ({
  pk: `tiles/${pad(log)}`,
  sk: `${level}/${pad(index)}`,
});
export const checkpointKey = (number: number): Key => ({ pk: 'checkpoints', sk: pad(number) });
