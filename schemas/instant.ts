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
  const parts = FORM.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const day = new Date(0).setUTCFullYear(Number(parts['year']), Number(parts['month']) - 1, Number(parts['day']));
  return {
    ms: beyondCalendar(day, text) + clockMs(parts) - zoneMs(parts['zone']),
    hasZone: parts['zone'] !== undefined,
    isDate: parts['hour'] === undefined,
  };
}

/** Milliseconds since 1970-01-01 UTC, or undefined when there is no such time or nobody knows it. */
export function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readInstant(text)?.ms;
}

const FORM =
  /^(?<year>-?\d{4,})-(?<month>\d\d)-(?<day>\d\d)(?:T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d(?:\.\d+)?))?(?<zone>Z|[+-]\d\d:\d\d)?$/;

/** Years that JavaScript's calendar cannot hold lie before or after everything else. */
function beyondCalendar(ms: number, text: string): number {
  if (!Number.isNaN(ms)) return ms;
  return text.startsWith('-') ? -Infinity : Infinity;
}

function clockMs(parts: Record<string, string | undefined>): number {
  const [hour, minute, second] = [parts['hour'], parts['minute'], parts['second']].map((part) => Number(part ?? 0));
  return ((hour ?? 0) * 60 + (minute ?? 0)) * 60_000 + (second ?? 0) * 1000;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
