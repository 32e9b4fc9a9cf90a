// Deadlines: a clock of a law and the moment it begins with make the moment it ends. Pure, and in the time zone of the State that counts.
import type { Clock } from './regime.ts';

/** What a deadline is counted in. */
export interface Counting {
  /** The time zone (IANA) of the State that counts; UTC without it. */
  readonly zone?: string | undefined;
  /** Its days off beside Saturdays and Sundays, YYYY-MM-DD. */
  readonly holidays?: readonly string[] | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The moment from which on it is too late; undefined where the law gives no number. */
export function deadlineOf(
  clock: Clock,
  since: Date,
  { zone = 'UTC', holidays = [] }: Counting = {},
): Date | undefined {
  switch (clock.unit) {
    case 'prompt':
      return undefined;
    case 'hours':
      return new Date(nextFullHour(since, zone) + clock.n * HOUR_MS);
    case 'days':
      return endOfDay(workingDay(dayAfter(dayIn(since, zone), clock.n), new Set(holidays)), zone);
  }
}

/** The hour that runs is not counted, even where it has only just begun. */
function nextFullHour(since: Date, zone: string): number {
  const ahead = aheadOfUtc(since.getTime(), zone);
  return (Math.floor((since.getTime() + ahead) / HOUR_MS) + 1) * HOUR_MS - ahead;
}

function workingDay(day: string, holidays: ReadonlySet<string>): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const isOff = weekday === 0 || weekday === 6 || holidays.has(day);
  return isOff ? workingDay(dayAfter(day, 1), holidays) : day;
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The day it is in a zone at a moment, YYYY-MM-DD. */
export function dayIn(moment: Date, zone: string): string {
  return new Date(moment.getTime() + aheadOfUtc(moment.getTime(), zone)).toISOString().slice(0, 10);
}

/** Midnight at the end of a day in a zone. */
function endOfDay(day: string, zone: string): Date {
  const wall = Date.parse(`${dayAfter(day, 1)}T00:00:00Z`);
  const near = wall - aheadOfUtc(wall, zone);
  return new Date(wall - aheadOfUtc(near, zone)); // clocks may be changed in between
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. */
function aheadOfUtc(ms: number, zone: string): number {
  const second = Math.floor(ms / 1000) * 1000;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(second));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, seconds = 0] = ORDER.map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  );
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

const ORDER = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** Whether this program knows a time zone of that name. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
