// A referral's record in the book: its state and its dates, never its words. Every step reads and writes it through here.

import { daysAfter, entriesOf, rowsOf, type Chain, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import type { Json, ObjectRecord, StoredRow } from './ports.ts';
import { isVouched } from './vouch.ts';

/**
 * open → finished | retracted | expired; each of these → destroying → destroyed. `destroying` means decided and entered,
 * the secret not surely gone yet.
 */
export type ReferralState = 'open' | 'finished' | 'retracted' | 'expired' | 'destroying' | 'destroyed';

export interface Hold {
  readonly id: string;
  readonly from: string;
  /** Absent: until it is ended by an order of its own. A date only asks for review; the hold stands until ended. */
  readonly until?: string;
}

/** All times RFC 3339 UTC. */
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
  readonly warnedAt?: string;
  readonly closedAt?: string;
  /** A finished referral is not destroyed before this. */
  readonly keepUntil?: string;
  /** How far the sealed bytes' locks surely reach. */
  readonly lockedUntil: string;
  readonly holds: readonly Hold[];
  readonly destruction?: { readonly id: string; readonly requestedBy: string; readonly requestedAt: string };
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
  if (await core.keys.isDestroyed(owner)) {
    throw new DeskError('absent/destroyed', 'It was destroyed: only its chain and its certificate remain.');
  }
  return { owner, secret: await core.keys.readSecret(owner) };
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

// ── declared attachments ──────────────────────────────────────────────────────────────────────────────────────────────

/** An attachment the referral declares: the id the desk gave it, and a commitment to the SHA-256 declared, where one was. */
export interface DeclaredAttachment {
  readonly id: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

const DECLARED_PER_ROW = 1000;

/** Many declarations make several rows, so that no row outgrows what a ledger takes. */
export function declaredRows(referral: string, declared: readonly DeclaredAttachment[]): RowDraft[] {
  const rows: RowDraft[] = [];
  for (let at = 0; at < declared.length; at += DECLARED_PER_ROW) {
    const items = declared.slice(at, at + DECLARED_PER_ROW);
    const sort = String(at).padStart(10, '0');
    rows.push({
      kind: 'declared',
      id: `${referral}/${at}`,
      value: { items: items as unknown as Json },
      lists: [{ list: `declared/${referral}`, sort }],
    });
  }
  return rows;
}

/** The declared attachments in the order of the document. */
export async function declaredOf(core: Core, referral: string): Promise<DeclaredAttachment[]> {
  const all: DeclaredAttachment[] = [];
  for await (const row of rowsOf(core, `declared/${referral}`)) {
    all.push(...((row as StoredRow).value['items'] as unknown as DeclaredAttachment[]));
  }
  return all;
}

/** The label of the commitment to a declared digest. It stands in the declared row, keyed like any other commitment of entry 0. */
export function declaredLabel(attachment: string): string {
  return `declared/${attachment}`;
}

/** The object among an entry's that was sealed in place `n`. */
export function nthObject(stored: { readonly objects: readonly ObjectRecord[] }, n: number): ObjectRecord {
  const object = stored.objects[n];
  if (object === undefined) throw new DeskError('absent/object', 'The entry has no such sealed object.');
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
