// How long laws together ask for a referral to be kept: at least until the latest of what they ask, at most until the earliest; where the
// two contradict each other, which laws those are. The desk keeps what one of them asks for, and a person decides.
import { deadlineOf, type Counting } from './deadline.ts';
import type { Law, Period } from './regime.ts';

/** What periods begin with. */
export interface Begun {
  readonly since: Date;
  /** Undefined as long as the referral is open: what counts from then is not known yet. */
  readonly finishedAt: Date | undefined;
  readonly counting?: Counting | undefined;
}

/** A law with the moments its clocks begin with. */
export interface Applied extends Begun {
  readonly law: Law;
}

export interface Kept {
  /** The latest floor. */
  readonly keepUntil?: { readonly at: Date; readonly law: string };
  /** The earliest moment by which it must be gone. */
  readonly deleteBy?: { readonly at: Date; readonly law: string };
  /** One asks for it to be kept longer than the other allows. */
  readonly conflicts: readonly { readonly keeps: string; readonly deletes: string }[];
}

/** What all of them ask for together. */
export function retentionOf(applied: readonly Applied[]): Kept {
  const floors = applied.flatMap((each) => dated(each, keepUntilOf(each.law, each)));
  const ceilings = applied.flatMap((each) => dated(each, deleteByOf(each.law, each)));
  const keepUntil = floors.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0];
  const deleteBy = ceilings.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0];
  const conflicts = floors.flatMap((floor) =>
    ceilings.filter(({ at }) => at < floor.at).map(({ law }) => ({ keeps: floor.law, deletes: law })),
  );
  return {
    ...(keepUntil === undefined ? {} : { keepUntil }),
    ...(deleteBy === undefined ? {} : { deleteBy }),
    conflicts,
  };
}

function dated({ law }: Applied, at: Date | undefined): { at: Date; law: string }[] {
  return at === undefined ? [] : [{ at, law: law.id }];
}

/** Not to be destroyed before this, by one law. */
export function keepUntilOf({ retention }: Law, begun: Begun): Date | undefined {
  const from = beginning(retention?.from, begun);
  const { least, rule } = retention ?? {};
  if (least === undefined || from === undefined) return undefined;
  if (rule === undefined || least.unit !== 'days') return addPeriod(from, least, 'later');
  return deadlineOf({ unit: 'days', n: least.n, rule }, from, begun.counting);
}

/** To be gone by this, by one law. */
export function deleteByOf({ retention }: Law, begun: Begun): Date | undefined {
  const from = beginning(retention?.from, begun);
  return retention?.most === undefined || from === undefined ? undefined : addPeriod(from, retention.most, 'earlier');
}

function beginning(from: 'finish' | 'since' | undefined, { since, finishedAt }: Begun): Date | undefined {
  return from === 'finish' ? finishedAt : from && since;
}

const MONTHS = { years: 12, months: 1 } as const;

/**
 * The same time of day (UTC) so many days, months or years on. Where the month has no such day (29 February, 31 April), the day
 * before or the day after, as asked: what must be kept is kept a day longer, what must be gone is gone a day sooner.
 */
export function addPeriod(from: Date, { unit, n }: Period, towards: 'later' | 'earlier'): Date {
  const moved = new Date(from);
  if (unit === 'days') {
    moved.setUTCDate(from.getUTCDate() + n);
    return moved;
  }
  moved.setUTCDate(1);
  moved.setUTCMonth(from.getUTCMonth() + n * MONTHS[unit]);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  const day = from.getUTCDate();
  moved.setUTCDate(day <= last ? day : towards === 'later' ? last + 1 : last);
  return moved;
}
