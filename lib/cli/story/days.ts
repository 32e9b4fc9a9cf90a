// The story's calendar: twenty days of watching, ended two days before it is told.
// Always true: nothing in the story happens after the moment it is told.

export const WATCHED_DAYS = 20;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface Days {
  /** A moment so many days after the watching began. */
  at(days: number): string;
  /** All of it. */
  readonly span: { readonly from: string; readonly to: string };
  /** When the story is told. */
  readonly now: string;
}

export function daysBefore(now: Date): Days {
  const start = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - (WATCHED_DAYS + 2) * DAY_MS;
  const at = (days: number): string => new Date(start + Math.round(days * DAY_MS)).toISOString();
  return { at, span: { from: at(0), to: at(WATCHED_DAYS) }, now: now.toISOString() };
}
