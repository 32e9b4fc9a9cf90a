// A rule that a referral falls under, in the book: when it was named, by when what, and whether that was done. The dates are kept as they
// were reckoned, so that a later table changes nothing that was said.
import type { RegimeName, RegimeShown } from '../../schemas/index.ts';
import { rowsOf, type Core, type RowDraft } from '../core.ts';
import { DeskError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { isVouched } from '../vouch.ts';

/** All times RFC 3339 UTC. */
export interface RegimeRecord {
  readonly referral: string;
  /** As the tables name it. */
  readonly law: string;
  readonly regime: RegimeName;
  /** What its clock begins with. */
  readonly since: string;
  /** When and by which entry it was named. */
  readonly at: string;
  readonly seq: number;
  /** Gaps by name: what it asks for and the referral lacks. */
  readonly missing: readonly string[];
  readonly deadline?: string;
  /** Known from `finish` on where the law counts from there. */
  readonly keepUntil?: string;
  readonly deleteBy?: string;
  readonly met?: Met;
  /** What somebody was told of, and when: that it is due, that it is late, that it is kept too long. */
  readonly told: { readonly due?: string; readonly late?: string; readonly over?: string };
  /** Its referral is being destroyed: nobody is reminded any more. */
  readonly isOver?: true;
}

/** How what a rule asks for was done: the entry, and what it was. */
export interface Met {
  readonly at: string;
  readonly seq: number;
  readonly how: 'packet' | 'filing' | 'hand';
}

/** Where rules stand of which somebody is to be reminded, by when. */
export const REMIND_LIST = 'regimes-due';

export function regimeList(referral: string): string {
  return `regimes/${referral}`;
}

export function regimeRow(record: RegimeRecord): RowDraft {
  const { referral, law } = record;
  const next = nextReminder(record);
  return {
    kind: 'regime',
    id: `${referral}/${law}`,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: regimeList(referral), sort: law },
      ...(next === undefined ? [] : [{ list: REMIND_LIST, sort: next }]),
    ],
  };
}

/** All rules of a referral, by their names. */
export async function regimesOf(core: Core, referral: string): Promise<RegimeRecord[]> {
  const records: RegimeRecord[] = [];
  for await (const { value } of rowsOf(core, regimeList(referral))) records.push(value as unknown as RegimeRecord);
  return records;
}

/**
 * The same where something is decided on them: the entry that wrote each must vouch for it.
 * @throws DeskError ledger/failed (a row was altered past the desk)
 */
export async function readRegimes(core: Core, referral: string): Promise<RegimeRecord[]> {
  const records: RegimeRecord[] = [];
  for await (const row of rowsOf(core, regimeList(referral))) {
    if (!(await isVouched(core, row)))
      throw new DeskError('ledger/failed', 'The record of a rule was altered past the desk: run watch, then restore.');
    records.push(row.value as unknown as RegimeRecord);
  }
  return records;
}

// ── reminders ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Reminder = 'due' | 'late' | 'over';

/** Somebody is reminded when a quarter of the time is left. */
const LEFT = 0.25;

function dueAt(since: string, deadline: string): string {
  const [from, to] = [Date.parse(since), Date.parse(deadline)];
  return new Date(Math.max(from, to - (to - from) * LEFT)).toISOString();
}

/** When somebody is to be reminded next; undefined when never again. */
export function nextReminder({ since, deadline, deleteBy, met, told, isOver }: RegimeRecord): string | undefined {
  if (isOver) return undefined;
  const isOpen = deadline !== undefined && met === undefined && told.late === undefined;
  const moments = [
    ...(isOpen ? [told.due === undefined ? dueAt(since, deadline) : deadline] : []),
    ...(deleteBy === undefined || told.over !== undefined ? [] : [deleteBy]),
  ];
  return moments.sort()[0];
}

/** What to say at a moment, if anything; of what is late already nobody is told that it is due. */
export function reminderAt(record: RegimeRecord, now: string): Reminder | undefined {
  const next = nextReminder(record);
  if (next === undefined || next > now) return undefined;
  const { deadline, met, told, since } = record;
  if (deadline !== undefined && met === undefined && told.late === undefined) {
    if (deadline <= now) return 'late';
    if (told.due === undefined && dueAt(since, deadline) <= now) return 'due';
  }
  return 'over';
}

// ── what is told ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function shownRegime(record: RegimeRecord, now: string): RegimeShown {
  const { law, regime, since, at, missing, deadline, met, keepUntil, deleteBy } = record;
  const isLate = deadline !== undefined && deadline <= (met?.at ?? now);
  return {
    law,
    regime,
    since,
    namedAt: at,
    missing: [...missing],
    standing: isLate ? 'late' : met === undefined ? 'waiting' : 'done',
    ...(deadline === undefined ? {} : { deadline }),
    ...(met === undefined ? {} : { met: { at: met.at, how: met.how } }),
    ...(keepUntil === undefined ? {} : { keepUntil }),
    ...(deleteBy === undefined ? {} : { deleteBy }),
  };
}

/** Which rules ask for it to be kept longer than others allow. */
export function conflictsOf(records: readonly RegimeRecord[]): { keeps: string; deletes: string }[] {
  return records.flatMap(({ law: keeps, keepUntil }) =>
    records
      .filter(({ deleteBy }) => keepUntil !== undefined && deleteBy !== undefined && deleteBy < keepUntil)
      .map(({ law: deletes }) => ({ keeps, deletes })),
  );
}

/** The latest moment until which any of them asks for it to be kept. */
export function latestFloor(records: readonly RegimeRecord[]): string | undefined {
  return records
    .flatMap(({ keepUntil }) => keepUntil ?? [])
    .sort()
    .at(-1);
}
