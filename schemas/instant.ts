// Reads a date or time of XML Schema as a moment, for comparing. The text itself stays as it was given.
// Always true: a time without a zone is read as if it were UTC and says that it had none.

/** A date or time of XML Schema (xs:date, xs:dateTime) as a moment. */
export interface Instant {
  /** Milliseconds since 1970-01-01 UTC; of a date, its beginning. Infinite for years beyond JavaScript's calendar. */
  readonly ms: number;
  /** False: read as if it were UTC. */
  readonly hasZone: boolean;
  readonly isDate: boolean;
}

/** Reads a date or time; undefined for `unknown` and for whatever is none. */
export function readInstant(text: string): Instant | undefined {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, year, month, date, hour, minute, second, zone] = parts;
  const day = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  return {
    ms: beyondCalendar(day, text) + clockMs(hour, minute, second) - zoneMs(zone),
    hasZone: zone !== undefined,
    isDate: hour === undefined,
  };
}

/** Milliseconds since 1970-01-01 UTC, or undefined when there is no such time or nobody knows it. */
export function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readInstant(text)?.ms;
}

/** Year, month, day, hour, minute, second, zone; by number, since named groups make an object for each text. */
const FORM = /^(-?\d{4,})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?$/;

/** Years that JavaScript's calendar cannot hold lie before or after everything else. */
function beyondCalendar(ms: number, text: string): number {
  if (!Number.isNaN(ms)) return ms;
  return text.startsWith('-') ? -Infinity : Infinity;
}

function clockMs(hour = '0', minute = '0', second = '0'): number {
  return (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
