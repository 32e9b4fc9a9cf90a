// What a few commits will do to the table, put together before it is done: reads see what was drafted before them, and everything that
// was relied on becomes a condition. Always true: a draft that is written is what would have come of doing it at that moment.
import { randomUUID } from 'node:crypto';
import type { Json } from '../ports.ts';
import type { Change, Item, Key, Table } from './table.ts';

export interface Draft {
  /** What a value is by now. Whoever decides on it, `rely`s on it. */
  read(key: Key): Promise<Json | undefined>;
  /** Reads items of one partition at once, which lie side by side, first and last. */
  readBoth(first: Key, last: Key): Promise<void>;
  rely(key: Key): void;
  /** Takes an item to be so without reading it: whoever does so relies on it too, and reads it where the draft fails. */
  assume(key: Key, was: Item | undefined): void;
  put(key: Key, value: Json): void;
  /** What never changes afterwards needs no mark of its own. */
  putOnce(key: Key, value: Json, bytes?: Uint8Array): void;
  putBytes(key: Key, bytes: Uint8Array): void;
  remove(key: Key): void;
  /** What is to be done, of the present step alone. */
  readonly changes: () => Change[];
}

interface Known {
  readonly key: Key;
  readonly was: Item | undefined;
  becomes: Item | null | undefined;
  isBound: boolean;
}

export function openDraft(table: Table): Draft {
  const known = new Map<string, Known>();
  const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

  function knownOf(key: Key): Known {
    const name = nameOf(key);
    const held = known.get(name) ?? { key, was: undefined, becomes: undefined, isBound: false };
    known.set(name, held);
    return held;
  }

  async function read(key: Key): Promise<Json | undefined> {
    const name = nameOf(key);
    if (!known.has(name)) {
      const was = await table.get(key);
      if (!known.has(name)) known.set(name, { key, was, becomes: undefined, isBound: false });
    }
    const { was, becomes } = knownOf(key);
    const present = becomes === undefined ? was : becomes;
    return present?.v === undefined ? undefined : (JSON.parse(present.v) as Json);
  }

  async function readBoth(first: Key, last: Key): Promise<void> {
    if (known.has(nameOf(first)) && known.has(nameOf(last))) return;
    const found = await table.query({ pk: first.pk, from: first.sk, to: last.sk, limit: 2 });
    for (const key of [first, last])
      if (!known.has(nameOf(key)))
        known.set(nameOf(key), { key, was: found.find(({ sk }) => sk === key.sk), becomes: undefined, isBound: false });
  }

  return {
    read,
    readBoth,
    assume: (key, was) => {
      if (!known.has(nameOf(key))) known.set(nameOf(key), { key, was, becomes: undefined, isBound: false });
    },
    rely: (key) => {
      knownOf(key).isBound = true;
    },
    put: (key, value) => {
      knownOf(key).becomes = { ...key, v: JSON.stringify(value), rev: randomUUID() };
    },
    putOnce: (key, value, bytes) => {
      knownOf(key).becomes = { ...key, v: JSON.stringify(value), ...(bytes === undefined ? {} : { bytes }) };
    },
    putBytes: (key, bytes) => {
      knownOf(key).becomes = { ...key, bytes };
    },
    remove: (key) => {
      knownOf(key).becomes = null;
    },
    changes: () => [...known.values()].filter(({ becomes, isBound }) => isBound || becomes !== undefined).map(kept),
  };
}

/** What is removed and was never there needs no removing. */
function kept(held: Known): Change {
  const isNothing = held.becomes === null && held.was === undefined && held.isBound;
  return isNothing ? { ...held, becomes: undefined } : { ...held };
}
