// Plain words for numbers and times. Text that a sender wrote never passes through here.
// Always true: nothing is lost; a time that cannot be read is left as it is, and one without a zone says so.
import { readInstant } from '../../schemas/index.ts';

export const CLOCKS: Readonly<Record<string, string>> = {
  platformServer: "the platform's server",
  device: 'a device',
  observer: 'the observer',
  fileMetadata: 'data in the file',
  thirdParty: 'a third party',
  unknown: 'unknown',
};

export function word(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

/** `1234567` → `1,234,567`. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 file`, `2 files`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const rank = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length);
  const exact = count(value, 'byte');
  return rank === 0 ? exact : `${exact} (${(value / 1024 ** rank).toFixed(1)} ${units[rank - 1] ?? ''})`;
}

/**
 * An RFC 3339 time, all its digits kept but `.000`: `2026-11-22 10:00:00 UTC`; without a zone it says so. Anything else is left as
 * it is.
 */
export function time(at: string): string {
  const parts = /^([+-]?\d{4,}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/.exec(at);
  if (parts === null) return at;
  const [, day = '', clock = '', fraction = '', zone] = parts;
  const shown = /^\.0+$/.test(fraction) ? '' : fraction;
  return `${day} ${clock}${shown} ${zoneWords(zone)}`;
}

function zoneWords(zone: string | undefined): string {
  if (zone === undefined) return '(no zone stated)';
  return /z/i.test(zone) ? 'UTC' : zone;
}

/** The same moment in UTC; one without a zone, or outside the calendar, as it stands. */
export function inUtc(at: string): string {
  const read = readInstant(at);
  const isPlaced = read?.hasZone === true && Math.abs(read.ms) <= 8.64e15;
  return time(isPlaced ? new Date(read.ms).toISOString() : at);
}

/** For narrow columns: `2026-11-22 10:00:00Z`. */
export function tight(at: string): string {
  return time(at)
    .replace(/ UTC$/, 'Z')
    .replace(/ (?=[+-]\d\d:\d\d$)/, '');
}

/** `a to b`; what is not stated is called so. */
export function span(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? 'not stated' : `until ${time(to)}, begin not stated`;
  return to === undefined ? `from ${time(from)}, end not stated` : `${time(from)} to ${time(to)}`;
}

export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** The first 8 digits: enough to tell two cases apart on a desk. */
export function short(id: string): string {
  return id.length > 13 ? id.slice(0, 8) : id;
}
