// Any part of the referral as labels and values, by walking it: for people and places, and for what no section knows.
// Always true: every field that was not taken before is listed, and is taken now; values stand as they were sent.
import { pointTo } from '../../schemas/index.ts';
import { isField, isPlain, type Plain } from './seen.ts';
import type { Story } from './story.ts';
import type { Cell } from './table.ts';
import { country, label, yesNo } from './words.ts';

export type Row = readonly [string, Cell];

/** @param pointer where `holder` stands in the referral */
export function listing(story: Story, holder: object, pointer: string, under = ''): Row[] {
  const entries = Object.entries(holder) as [string, unknown][];
  return entries.flatMap(([key, value]) => rowsOf(story, holder, key, value, pointTo(pointer, key), under));
}

function rowsOf(story: Story, holder: object, key: string, value: unknown, pointer: string, under: string): Row[] {
  const name = join(under, key);
  if (isField(value)) return fieldRow(story, holder, key, value, name);
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) return groupRows(story, value, pointer, name, key);
  const list: unknown[] = value;
  return list.flatMap((each, at) => {
    const numbered = list.length > 1 ? `${name} ${at + 1}` : name;
    return typeof each === 'object' && each !== null ? groupRows(story, each, pointTo(pointer, at), numbered, key) : [];
  });
}

function fieldRow(story: Story, holder: object, key: string, value: Plain | readonly Plain[], name: string): Row[] {
  if (story.seen.isTaken(holder, key)) return [];
  story.seen.take(holder, key as never);
  return [[name, isPlain(value) ? shown(value) : value.map((each) => ({ text: shown(each) }))]];
}

/** A group of plain values stands on one line. */
function groupRows(story: Story, value: object, pointer: string, name: string, key: string): Row[] {
  const isPerson = /person$/i.test(key);
  if (!isPerson && Object.values(value).every((each) => isPlain(each))) return flatRow(story, value, pointer, name);
  return listing(story, value, pointer, isPerson && key !== 'contactPerson' ? '' : name);
}

function flatRow(story: Story, value: object, pointer: string, name: string): Row[] {
  const entries = Object.entries(value) as [string, Plain][];
  const left = entries.filter(([key]) => !story.seen.isTaken(value, key));
  if (left.length === 0) return [];
  for (const [key] of left) story.seen.take(value, key as never);
  const parts = left.map(([key, each]) => (key === 'value' ? shown(each) : `${within(key)}: ${shown(each)}`));
  return [[name, [...parts, ...readings(story, pointer)].join(' · ')]];
}

/** What the desk makes of a phone number. */
function readings({ case: { phones } }: Story, pointer: string): string[] {
  const reading = phones[pointer];
  if (reading === undefined) return [];
  return [`read as ${reading.e164}`, ...(reading.country === undefined ? [] : [country(reading.country)])];
}

export function shown(value: Plain): string {
  return typeof value === 'boolean' ? yesNo(value) : String(value);
}

function join(under: string, key: string): string {
  return under === '' ? label(key) : `${under}: ${within(key)}`;
}

/** A label in the middle of a line; abbreviations keep their capitals. */
function within(key: string): string {
  const name = label(key);
  return /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}
