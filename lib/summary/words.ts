// Numbers, times and codes in the words of a catalogue. Text that a sender wrote never passes through here.
// Always true: nothing is lost; a time that cannot be read is left as it is, and one without a zone says so.
import { readInstant } from '../../schemas/instant.ts';
import type { Catalogue } from './language/index.ts';

/** The words for a code; a code that nobody listed as it is. */
export function word(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

export function bytes(words: Catalogue, value: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const rank = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length);
  const exact = words.common.bytes(value);
  return rank === 0 ? exact : `${exact} (${words.decimal(value / 1024 ** rank)} ${units[rank - 1] ?? ''})`;
}

/**
 * An RFC 3339 time with the day in the language's own form, all its digits kept but `.000`: `22 nov. 2026 10:00:00 UTC`; without a
 * zone it says so. Anything else is left as it is.
 */
export function time(words: Catalogue, at: string): string {
  return shown(words, at, (day, clock, zone) => `${words.day(day)} ${clock} ${zone}`);
}

/** @param zone `UTC`, `+02:00`, or that there is none */
type Form = (day: string, clock: string, zone: string) => string;

function shown({ time: { noZone }, common }: Catalogue, at: string, form: Form): string {
  const parts = /^([+-]?\d{4,}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/.exec(at);
  if (parts === null) return at === 'unknown' ? common.unknown : at;
  const [, day = '', clock = '', fraction = '', zone = noZone] = parts;
  const kept = fraction === '' || /^\.0+$/.test(fraction) ? '' : fraction;
  return form(day, clock + kept, zone === 'Z' || zone === 'z' ? 'UTC' : zone);
}

/** The same moment in UTC; one without a zone, or outside the calendar, as it stands. */
export function inUtc(words: Catalogue, at: string): string {
  const read = readInstant(at);
  const isPlaced = read?.hasZone === true && Math.abs(read.ms) <= 8.64e15;
  return time(words, isPlaced ? new Date(read.ms).toISOString() : at);
}

/** For narrow columns, the same in every language: `2026-11-22 10:00:00Z`. */
export function tight(words: Catalogue, at: string): string {
  return shown(words, at, tightly);
}

function tightly(day: string, clock: string, zone: string): string {
  if (zone === 'UTC') return `${day} ${clock}Z`;
  return zone.startsWith('+') || zone.startsWith('-') ? `${day} ${clock}${zone}` : `${day} ${clock} ${zone}`;
}

/** `a to b`; what is not stated is called so. */
export function span(words: Catalogue, from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? words.common.notStated : words.time.until(time(words, to));
  return to === undefined ? words.time.from(time(words, from)) : words.time.span(time(words, from), time(words, to));
}

export function yesNo({ common: { yes, no } }: Catalogue, value: boolean): string {
  return value ? yes : no;
}

/** `Germany (DE)`; a code that nobody listed as it is. */
export function country(words: Catalogue, code: string): string {
  if (code === '') return words.common.blank;
  const name = words.countryName(code);
  return name === undefined ? word({ unknown: words.common.unknown }, code) : `${name} (${code})`;
}

/** The last 8 digits, which are by chance in every UUID: enough to tell two cases apart on a desk, opened in the same minute too. */
export function short(id: string): string {
  return id.length > 13 ? id.slice(-8) : id;
}
