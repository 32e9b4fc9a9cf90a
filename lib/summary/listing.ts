// Any part of the referral as labels and values, by walking it: for people and places, and for what no section knows.
// Always true: every field that was not taken before is listed, and is taken now. What a sender wrote never shares a line with what
// the desk says of it, unless the desk's mark and label stand before it.
import { pointTo } from '../../schemas/pointer.ts';
import type { Catalogue } from './language/index.ts';
import { kindOf } from './kinds.ts';
import { label, plainCode, within } from './labels.ts';
import { isField, isPlain, type Plain, type Seen } from './seen.ts';
import type { Story } from './story.ts';
import type { Cell, Part } from './table.ts';
import { country, time, yesNo } from './words.ts';

export type Row = readonly [string, Cell];

/** @param pointer where `holder` stands in the referral */
export function listing(story: Story, holder: object, pointer: string, under = ''): Row[] {
  return entriesOf(holder).flatMap(([key, value]) =>
    isDone(story.seen, story.seen.takenOf(holder), key, value)
      ? []
      : rowsOf(story, placeOf(story.words, holder, key, pointer, under), value),
  );
}

/** Whether all that is below this field stands elsewhere: of most there is nothing to say, not even what it is called. */
function isDone(seen: Seen, taken: ReadonlySet<string>, key: string, value: unknown): boolean {
  if (isField(value)) return taken.has(key);
  return typeof value !== 'object' || value === null || isGroupDone(seen, value);
}

/** Of a list or a group. */
function isGroupDone(seen: Seen, value: object): boolean {
  if (Array.isArray(value))
    return value.every((each: unknown) => typeof each !== 'object' || each === null || isGroupDone(seen, each));
  const taken = seen.takenOf(value);
  for (const key in value) if (!isDone(seen, taken, key, (value as Record<string, unknown>)[key])) return false;
  return true;
}

/** One field of `holder`, with all that is below it. */
export function fieldRows(story: Story, holder: object, key: string, pointer: string): Row[] {
  const found = entriesOf(holder).find(([name]) => name === key);
  return found === undefined ? [] : rowsOf(story, placeOf(story.words, holder, key, pointer, ''), found[1]);
}

function entriesOf(holder: object): [string, unknown][] {
  return Object.entries(holder);
}

interface Place {
  readonly holder: object;
  readonly key: string;
  readonly pointer: string;
  /** What the row is called. */
  readonly name: string;
}

function placeOf(words: Catalogue, holder: object, key: string, pointer: string, under: string): Place {
  return { holder, key, pointer: pointTo(pointer, key), name: join(words, under, key) };
}

function rowsOf(story: Story, here: Place, value: unknown): Row[] {
  if (isField(value)) return plainRow(story, here, value);
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? listRows(story, here, value) : groupRows(story, here, value);
}

function plainRow(
  { seen, words }: Story,
  { holder, key, pointer, name }: Place,
  value: Plain | readonly Plain[],
): Row[] {
  if (seen.takenOf(holder).has(key)) return [];
  seen.note(holder, key);
  if (isPlain(value)) return [[name, shown(words, value, pointer)]];
  return [[name, severally(value.map((each) => shown(words, each, pointer)))]];
}

/** Several values, each with the mark before it, so that a line break in one does not make two. */
export function severally(values: readonly string[]): Part[] {
  return values.map((text) => (values.length > 1 ? { text, label: '' } : { text }));
}

function listRows(story: Story, here: Place, list: readonly unknown[]): Row[] {
  return list.flatMap((each, at) => {
    if (typeof each !== 'object' || each === null || isGroupDone(story.seen, each)) return [];
    const name = list.length > 1 ? story.words.common.numbered(here.name, at + 1) : here.name;
    return groupRows(story, { ...here, name, pointer: pointTo(here.pointer, at) }, each);
  });
}

/** A group of plain values is one row. */
function groupRows(story: Story, { key, pointer, name }: Place, value: object): Row[] {
  const isPerson = /person$/i.test(key);
  if (!isPerson && Object.values(value).every((each) => isPlain(each))) return flatRow(story, value, pointer, name);
  return listing(story, value, pointer, isPerson && key !== 'contactPerson' ? '' : name);
}

function flatRow(story: Story, value: object, pointer: string, name: string): Row[] {
  const parts = entriesOf(value).flatMap(([key, each]): Part[] => {
    if (!isPlain(each) || story.seen.takenOf(value).has(key)) return [];
    story.seen.note(value, key);
    const text = shown(story.words, each, pointTo(pointer, key));
    return [key === 'value' ? { text } : { text, label: label(story.words, key) }];
  });
  return parts.length === 0 ? [] : [[name, [...parts, ...readings(story, pointer)]]];
}

/** What the desk makes of a phone number. */
function readings({ words, case: { phones } }: Story, pointer: string): Part[] {
  const reading = phones[pointer];
  if (reading === undefined) return [];
  const { e164, country: code } = reading;
  const text = code === undefined ? e164 : words.people.numberOf(e164, country(words, code));
  return [{ text, label: words.people.readAs }];
}

/** A value in plain words, by the kind of field that stands at the pointer; a sender's text as it is. */
function shown(words: Catalogue, value: Plain, pointer: string): string {
  if (typeof value === 'boolean') return yesNo(words, value);
  if (typeof value === 'number') return String(value);
  const names = pointer.split('/').filter((each) => each !== '' && !/^\d+$/.test(each));
  switch (kindOf(names.join('.'))) {
    case 'time':
      return time(words, value);
    case 'code':
      return plainCode(words, names.at(-1) ?? '', value);
    case 'other':
      return value;
  }
}

function join(words: Catalogue, under: string, key: string): string {
  return under === '' ? label(words, key) : `${under}: ${within(words, key)}`;
}
