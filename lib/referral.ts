// A referral's record in the book: its state and its dates, never its words. Every step reads and writes it through here.

import type { ClearanceShown } from '../schemas/index.ts';
import { daysAfter, entriesOf, rowsOf, type Chain, type Core, type RowDraft } from './core.ts';
import { DeskError, isCode } from './errors.ts';
import { parseEntry, type Entry } from './custody.ts';
import type { Json, ObjectRecord, StoredEntry } from './ports.ts';
import { isVouched } from './vouch.ts';

/**
 * open → finished | retracted | expired; each of these → destroying → destroyed. `destroying` means decided and entered,
 * the secret not surely gone yet.
 */
export type ReferralState = 'open' | 'finished' | 'retracted' | 'expired' | 'destroying' | 'destroyed';

/** A hold that stands. Times are RFC 3339. */
export interface Hold {
  readonly id: string;
  /** UTC. */
  readonly from: string;
  /** Absent: until it is ended by an order of its own. A date only asks for review; the hold stands until ended. */
  readonly until?: string;
}

/** A consent of the reporter's own: to an agency or a recipient, entered in `seq`. */
export interface Consent {
  readonly to: string;
  readonly at: string;
  readonly seq: number;
  readonly endedAt?: string;
}

/** All times RFC 3339 UTC, with milliseconds. */
export interface ReferralRecord {
  readonly id: string;
  readonly state: ReferralState;
  /** The organisation it came from. */
  readonly reporter: string;
  /** One of CyberTipline's eight incident types. */
  readonly incidentType: string;
  readonly openedAt: string;
  /** When it will be destroyed unless finished. */
  readonly expiresAt: string;
  /** When its end was announced. */
  readonly warnedAt?: string;
  /** Of what came through the CyberTipline door: its report id, 16 decimal digits below 2^53. */
  readonly report?: { readonly id: string };
  /** When it was finished, retracted or expired. */
  readonly closedAt?: string;
  /** A finished referral is not destroyed before this (US: 18 USC 2258A(h), one year). */
  readonly keepUntil?: string;
  /** How that date came about: which entry set it to what. */
  readonly kept?: readonly { readonly seq: number; readonly until: string }[];
  /** Findings that clear it or a part of it, in their order. */
  readonly clearances?: readonly ClearanceShown[];
  /** Whom its reporter lets it go on to (handling code H2), in their order. */
  readonly consents?: readonly Consent[];
  /** How far the sealed bytes' locks surely reach. */
  readonly lockedUntil: string;
  readonly holds: readonly Hold[];
  /** Destruction that was asked for, and by whom. */
  readonly destruction?: { readonly id: string; readonly requestedBy: string; readonly requestedAt: string };
  /** When its secret was destroyed. */
  readonly destroyedAt?: string;
}

/** The row of a record: the lists it stands in follow from its state. */
export function referralRow(core: Core, record: ReferralRecord): RowDraft {
  const { id, state, reporter, openedAt } = record;
  const due = dueAt(core, record);
  return {
    kind: 'referral',
    id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: 'referrals', sort: openedAt },
      { list: `state/${state}`, sort: openedAt },
      { list: `reporter/${reporter}`, sort: openedAt },
      { list: `reporter/${reporter}/${state}`, sort: openedAt },
      ...(due === undefined ? [] : [{ list: 'due', sort: due }]),
    ],
  };
}

/** When the clock must look at it next; undefined when never again. */
function dueAt({ settings }: Core, record: ReferralRecord): string | undefined {
  switch (record.state) {
    case 'open': {
      if (record.report !== undefined) return record.expiresAt; // NCMEC's clock knows no warning
      const warnAt = daysAfter(new Date(record.expiresAt), -settings.warnDays).toISOString();
      return record.warnedAt === undefined && warnAt > record.openedAt ? warnAt : record.expiresAt;
    }
    case 'retracted':
    case 'expired':
      return record.holds.length > 0
        ? lockCheck(settings.lockMarginDays, record)
        : (record.closedAt ?? record.openedAt);
    case 'finished':
      return lockCheck(settings.lockMarginDays, record);
    case 'destroying':
      return record.openedAt;
    case 'destroyed':
      return undefined;
  }
}

/** The record with another end of its retention, which that entry sets. */
export function keptUntil(record: ReferralRecord, seq: number, until: string): ReferralRecord {
  if (until === record.keepUntil) return record;
  return { ...record, keepUntil: until, kept: [...(record.kept ?? []), { seq, until }] };
}

function lockCheck(marginDays: number, record: ReferralRecord): string {
  return daysAfter(new Date(record.lockedUntil), -marginDays).toISOString();
}

export async function findReferral(core: Core, id: string): Promise<ReferralRecord | undefined> {
  const row = await core.ledger.row({ kind: 'referral', id });
  return row === undefined ? undefined : (row.value as unknown as ReferralRecord);
}

/**
 * Reads a record on which something will be decided: the entry that wrote it must vouch for it.
 * @throws DeskError absent/referral, ledger/failed (the row was altered past the desk)
 */
export async function readReferral(core: Core, id: string): Promise<ReferralRecord> {
  const row = await core.ledger.row({ kind: 'referral', id });
  if (row === undefined) throw absentReferral();
  if (!(await isVouched(core, row)) && !(await core.keys.isDestroyed(row.chain))) {
    throw new DeskError(
      'ledger/failed',
      'The record of a referral was altered past the desk: run watch, then restore.',
    );
  }
  return row.value as unknown as ReferralRecord;
}

export function absentReferral(): DeskError {
  return new DeskError('absent/referral', 'There is no such referral, or it is not yours to see.');
}

/** @throws DeskError state/already-finished, state/not-open */
export function demandOpen(record: ReferralRecord): void {
  if (record.state === 'finished') {
    throw new DeskError(
      'state/already-finished',
      'The referral is finished: nothing can be added to it or taken back.',
    );
  }
  if (record.state !== 'open')
    throw new DeskError('state/not-open', `The referral is ${record.state}: open a new one.`);
}

/** The chain of a referral, with the secret it needs. @throws DeskError absent/destroyed */
export async function chainOf(core: Core, owner: string): Promise<Chain> {
  const secret = await core.keys.readSecret(owner).catch(async (error: unknown) => {
    if (!isCode(error, 'keys/absent') || !(await core.keys.isDestroyed(owner))) throw error;
    throw new DeskError('absent/destroyed', 'It was destroyed: only its chain and its certificate remain.');
  });
  return { owner, secret };
}

// ── attachments ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** An attachment that has been sealed. */
export interface AttachmentRecord {
  readonly referral: string;
  readonly attachment: string;
  /** Its entry's place in the chain. */
  readonly seq: number;
  /** That entry's commitment to its SHA-256, hex. */
  readonly commitment: string;
  readonly sizeBytes: number;
  readonly sealedAt: string;
  /** Of what was described through the CyberTipline door: that entry's place, and its commitment `details`, hex. */
  readonly details?: { readonly seq: number; readonly commitment: string };
}

export function attachmentRow(record: AttachmentRecord): RowDraft {
  return {
    kind: 'attachment',
    id: `${record.referral}/${record.attachment}`,
    value: record as unknown as Record<string, Json>,
    lists: [{ list: attachmentList(record.referral), sort: String(record.seq).padStart(10, '0') }],
  };
}

function attachmentList(referral: string): string {
  return `attachments/${referral}`;
}

export async function findAttachment(
  core: Core,
  referral: string,
  attachment: string,
): Promise<AttachmentRecord | undefined> {
  const row = await core.ledger.row({ kind: 'attachment', id: `${referral}/${attachment}` });
  return row === undefined ? undefined : (row.value as unknown as AttachmentRecord);
}

/** All sealed attachments in the order they were sealed. */
export async function attachmentsOf(core: Core, referral: string): Promise<AttachmentRecord[]> {
  const records: AttachmentRecord[] = [];
  for await (const row of rowsOf(core, attachmentList(referral)))
    records.push(row.value as unknown as AttachmentRecord);
  return records;
}

// ── objects ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The object that an entry made in place `n`. What stands beside the entry must be what its chained part names: else words sealed for
 * one act could be read as another's.
 * @param entry its chained part, where that was parsed already
 * @throws DeskError absent/object, ledger/failed (the book was altered past the desk)
 */
export function nthObject(stored: StoredEntry, n: number, entry: Entry = parseEntry(stored.text)): ObjectRecord {
  const [object, named] = [stored.objects[n], entry.objects[n]];
  if (object === undefined || named === undefined)
    throw new DeskError('absent/object', 'The entry has no such sealed object.');
  if (object.id !== named.id)
    throw new DeskError('ledger/failed', 'An entry was altered past the desk: run watch, then restore.');
  return object;
}

/** The vault files that hold anything sealed for a chain's owner, each once. */
export async function* vaultNamesOf(core: Core, owner: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const { objects } of entriesOf(core, owner)) {
    for (const { place } of objects) {
      if (seen.has(place.name)) continue;
      seen.add(place.name);
      yield place.name;
    }
  }
}
