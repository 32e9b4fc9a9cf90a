// A notice of clearance in the book: to whom, about which packets, whether it was acknowledged. What was found about whom is sealed
// beside the entry of the finding.
import type { Clearance, NoticeShown } from '../schemas/index.ts';
import { daysAfter, rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import type { Json } from './ports.ts';
import type { ReferralRecord } from './referral.ts';
import { isVouched } from './vouch.ts';

/** All times RFC 3339 UTC. */
export interface NoticeRecord {
  readonly id: string;
  readonly referral: string;
  /** The finding it tells of, and the entry that made both. */
  readonly finding: Clearance;
  readonly about: 'referral' | 'part';
  readonly at: string;
  readonly seq: number;
  /** An agency, by its id; or a recipient of a filing, to be told by hand. */
  readonly agency?: string;
  readonly recipient?: string;
  readonly packets: readonly string[];
  /** The entry of the finding that was withdrawn by `seq`, where it tells of that. */
  readonly withdraws?: number;
  /** When somebody is to be told that it is not acknowledged. */
  readonly remindAt: string;
  readonly acknowledged?: {
    readonly at: string;
    readonly seq: number;
    readonly by: string;
    readonly isByHand: boolean;
  };
}

/** Where notices stand that are not acknowledged. */
export const OPEN_NOTICES = 'open-notices';

export function noticeList(referral: string): string {
  return `notices/${referral}`;
}

export function agencyNotices(agency: string): string {
  return `agency-notices/${agency}`;
}

export function noticeRow(record: NoticeRecord): RowDraft {
  const { id, referral, agency, at, remindAt, acknowledged } = record;
  return {
    kind: 'notice',
    id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: noticeList(referral), sort: at },
      ...(agency === undefined ? [] : [{ list: agencyNotices(agency), sort: at }]),
      { list: 'notices', sort: at },
      ...(acknowledged === undefined ? [{ list: OPEN_NOTICES, sort: remindAt }] : []),
    ],
  };
}

export async function findNotice(core: Core, id: string): Promise<NoticeRecord | undefined> {
  const row = await core.ledger.row({ kind: 'notice', id });
  return row === undefined ? undefined : (row.value as unknown as NoticeRecord);
}

/**
 * Reads a record on which something will be decided: the entry that wrote it must vouch for it.
 * @throws DeskError absent/notice, ledger/failed (the row was altered past the desk)
 */
export async function readNotice(core: Core, id: string): Promise<NoticeRecord> {
  const row = await core.ledger.row({ kind: 'notice', id });
  if (row === undefined) throw new DeskError('absent/notice', 'There is no such notice, or it is not for your agency.');
  if (!(await isVouched(core, row)) && !(await core.keys.isDestroyed(row.chain)))
    throw new DeskError('ledger/failed', 'The record of a notice was altered past the desk: run watch, then restore.');
  return row.value as unknown as NoticeRecord;
}

/** All notices about a referral, oldest first. */
export async function noticesOf(core: Core, referral: string): Promise<NoticeRecord[]> {
  const records: NoticeRecord[] = [];
  for await (const { value } of rowsOf(core, noticeList(referral))) records.push(value as unknown as NoticeRecord);
  return records;
}

/** Notices for a recipient who is given a referral after findings about it were entered; of each finding one. */
export async function lateNotices(
  core: Core,
  { id: referral, clearances = [] }: ReferralRecord,
  recipient: string,
  now: Date,
): Promise<NoticeRecord[]> {
  const before = (await noticesOf(core, referral)).filter((notice) => notice.recipient === recipient);
  const told = new Set(before.map(({ seq }) => seq));
  const remindAt = daysAfter(now, core.settings.noticeDays).toISOString();
  return clearances
    .filter(({ seq, withdrawn }) => withdrawn === undefined && !told.has(seq))
    .map(({ finding, about, at, seq }) => {
      return { id: core.newId(), referral, finding, about, at, seq, recipient, packets: [], remindAt };
    });
}

export function shownNotice(record: NoticeRecord): NoticeShown {
  const { id, referral, finding, about, at, seq, agency, recipient, packets, withdraws, acknowledged } = record;
  return {
    noticeId: id,
    referralId: referral,
    clearance: { finding, about, at, seq },
    ...(agency === undefined ? {} : { agency }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(withdraws === undefined ? {} : { withdraws }),
    packets: [...packets],
    at,
    ...(acknowledged === undefined ? {} : { acknowledged: { at: acknowledged.at, isByHand: acknowledged.isByHand } }),
  };
}
