// An entry of a chain: its chained part, its hash, and the records of its objects that stand beside it.
import { demand, fromHex, sha256 } from './bytes.ts';
import { canonical, Fields, isObject, parse, parseCanonical, type Json } from './json.ts';

export interface Entry {
  readonly desk: string;
  readonly chain: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly time: string;
  readonly actorId: string;
  readonly act: string;
  readonly objects: readonly { readonly id: string; readonly sealed: string }[];
  readonly commitments: ReadonlyMap<string, string>;
}

export interface ObjectRecord {
  readonly id: string;
  readonly owner: string;
  readonly kind: string;
  readonly place: { readonly name: string; readonly offset: number; readonly sizeBytes: number };
  readonly wrappedKey: Buffer;
}

const ENTRY = ['version', 'desk', 'chain', 'seq', 'prev', 'time', 'actorId', 'act', 'objects', 'commitments'];
const KINDS = new Set(['evidence', 'direct', 'words', 'packet']);

/** Reads a chained part that stands as JSON inside something else, as in a receipt. */
export function readEntry(value: Json): Entry {
  const fields = new Fields(value, 'entry', ENTRY).version();
  fields.time('time');
  const prev = fields.any('prev');
  return {
    desk: fields.id('desk'),
    chain: fields.text('chain'),
    seq: fields.count('seq'),
    prev: prev === null ? null : fields.hex('prev').toString('hex'),
    time: fields.text('time'),
    actorId: fields.text('actorId'),
    act: fields.text('act'),
    objects: fields.list('objects').map(readSealed),
    commitments: readCommitments(fields.any('commitments')),
  };
}

/** Reads a chained part as it is kept, which is canonical to the byte. */
export function readEntryText(text: string): Entry {
  return readEntry(parseCanonical(text));
}

export function entryHash(text: string): string {
  return sha256(text).toString('hex');
}

export function hashOfEntryJson(value: Json): string {
  return entryHash(canonical(value));
}

/** Holds that one entry follows another of its chain, or begins the chain. */
export function demandNext(entry: Entry, before: { readonly entry: Entry; readonly hash: string } | undefined): void {
  demand(entry.seq === (before === undefined ? 0 : before.entry.seq + 1), 'seq has a gap before this entry');
  demand(entry.prev === (before?.hash ?? null), 'prev is not the hash of the entry before');
  demand(before === undefined || before.entry.chain === entry.chain, 'the entry is of another chain');
}

function readSealed(value: Json): { id: string; sealed: string } {
  const fields = new Fields(value, 'object of an entry', ['id', 'sealed']);
  return { id: fields.id('id'), sealed: fields.hex('sealed').toString('hex') };
}

function readCommitments(value: Json): ReadonlyMap<string, string> {
  demand(isObject(value), 'entry: commitments is not an object');
  return new Map(Object.entries(value).map(([label, hex]) => [label, commitmentText(hex)]));
}

function commitmentText(value: Json): string {
  demand(typeof value === 'string', 'entry: a commitment is not text');
  return fromHex(value, 32).toString('hex');
}

export function readRecords(text: string): readonly ObjectRecord[] {
  const value = parse(text);
  demand(Array.isArray(value), 'the records are not a list');
  return (value as readonly Json[]).map(readRecord);
}

function readRecord(value: Json): ObjectRecord {
  const fields = new Fields(value, 'record', ['id', 'owner', 'kind', 'place', 'wrappedKey']);
  const place = new Fields(fields.any('place'), 'place', ['name', 'offset', 'sizeBytes']);
  const kind = fields.text('kind');
  demand(KINDS.has(kind), `record: kind ${kind} is not known`);
  return {
    id: fields.id('id'),
    owner: fields.text('owner'),
    kind,
    place: { name: place.text('name'), offset: place.count('offset'), sizeBytes: place.count('sizeBytes') },
    wrappedKey: fields.base64('wrappedKey'),
  };
}
