// A packet's record in the book: for whom, since when, how it stands. Never its words: those lie sealed beside its entries.
import type { z } from 'zod';
import type { ANSWERS, HANDLING_CODES, packetStatus, REASONS, RegimeName } from '../../schemas/index.ts';
import type { Core, RowDraft } from '../core.ts';
import { DeskError } from '../errors.ts';
import type { Json, Page } from '../ports.ts';
import { readReferral } from '../referral.ts';
import { isVouched } from '../vouch.ts';
import type { Encryption } from './terms.ts';

type HandlingCode = (typeof HANDLING_CODES)[number];
export type AnswerKind = (typeof ANSWERS)[number];
export type Reason = (typeof REASONS)[number];

/** One answer of an agency. `seq` is its entry. */
export interface Answered {
  readonly answer: AnswerKind;
  readonly reason?: Reason | undefined;
  readonly at: string;
  readonly seq: number;
  /** SHA-256 of the agency's signature, hex, where there is one: no signature counts twice. */
  readonly signatureSha256?: string;
}

/** A link by which the packet can be taken once. The book knows the SHA-256 of its secret half only. */
export interface Link {
  readonly sha256: string;
  readonly madeBy: string;
  readonly expiresAt: string;
  readonly usedAt?: string;
  /** Of whoever takes the packet by it in stretches, the SHA-256 of the word he says with each. */
  readonly taking?: string;
  /** When it was ended: unused, or while it was taken in stretches. */
  readonly endedAt?: string;
}

/** How long stretches may follow the first one. */
const TAKING_MS = 12 * 3_600_000;

/** Whether something can still come of a link: nobody used it, or whoever takes the packet by it in stretches may not be done. What ends links ends these. */
export function isOpenLink({ usedAt, taking, endedAt }: Link, now: Date): boolean {
  if (endedAt !== undefined) return false;
  return usedAt === undefined || (taking !== undefined && now.getTime() < Date.parse(usedAt) + TAKING_MS);
}

/** When it was made, and how many bytes are taken. */
export interface Frozen {
  readonly seq: number;
  readonly at: string;
  readonly sizeBytes: number;
  /** Where it is kept in parts (`in-parts.ts`): so many bytes of its sealed object say which. */
  readonly listBytes?: number;
  /** Of one in parts, the entry of its digests; null while nobody has read it to its end. Without it they stand with its freezing. */
  readonly digestSeq?: number | null;
}

/** ordered → frozen, or dropped when its referral is destroyed before that. All times RFC 3339 UTC. */
export interface PacketRecord {
  readonly id: string;
  readonly referral: string;
  readonly agency: string;
  readonly state: 'ordered' | 'frozen' | 'dropped';
  /** As its terms say. */
  readonly encryption: Encryption;
  /** The handling codes of the referral, where it has any. */
  readonly handling?: readonly HandlingCode[];
  readonly orderedBy: string;
  readonly orderedAt: string;
  /** The entry that ordered it. */
  readonly seq: number;
  readonly frozen?: Frozen;
  /** For which regime it was ordered. */
  readonly regime?: RegimeName;
  /** Given up before it was made, because its referral was cleared. */
  readonly isCleared?: true;
  readonly answers: readonly Answered[];
  readonly links: readonly Link[];
}

/** A packet as it is told of: its record without what only the desk needs. */
export type PacketShown = Omit<z.infer<typeof packetStatus>, 'releases' | 'sha256' | 'plain' | 'making' | 'clearances'>;

/** Where packets stand that are ordered and not made yet. */
export const ORDERED_LIST = 'ordered-packets';

/** Where packets stand that are kept in parts. */
export const IN_PARTS_LIST = 'packets-in-parts';

/** Where those of them stand that nobody has read to their end. */
export const UNREAD_LIST = 'unread-packets';

export function packetList(referral: string): string {
  return `packets/${referral}`;
}

export function agencyList(agency: string): string {
  return `agency-packets/${agency}`;
}

export function packetRow(record: PacketRecord): RowDraft {
  const { id, referral, agency, state, orderedAt, frozen } = record;
  return {
    kind: 'packet',
    id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: packetList(referral), sort: orderedAt },
      { list: agencyList(agency), sort: orderedAt },
      { list: 'packets', sort: orderedAt },
      ...(state === 'ordered' ? [{ list: ORDERED_LIST, sort: orderedAt }] : []),
      ...(frozen?.listBytes === undefined ? [] : [{ list: IN_PARTS_LIST, sort: orderedAt }]),
      ...(frozen?.digestSeq === null ? [{ list: UNREAD_LIST, sort: orderedAt }] : []),
    ],
  };
}

export async function findPacket(core: Core, id: string): Promise<PacketRecord | undefined> {
  const row = await core.ledger.row({ kind: 'packet', id });
  return row === undefined ? undefined : (row.value as unknown as PacketRecord);
}

/**
 * Reads a record on which something will be decided: the entry that wrote it must vouch for it.
 * @throws DeskError absent/packet, ledger/failed (the row was altered past the desk)
 */
export async function readPacket(core: Core, id: string): Promise<PacketRecord> {
  const row = await core.ledger.row({ kind: 'packet', id });
  if (row === undefined) throw new DeskError('absent/packet', 'There is no such packet, or it is not yours to see.');
  if (!(await isVouched(core, row)) && !(await core.keys.isDestroyed(row.chain))) {
    throw new DeskError('ledger/failed', 'The record of a packet was altered past the desk: run watch, then restore.');
  }
  return row.value as unknown as PacketRecord;
}

/** @throws DeskError state/not-frozen, state/not-open (given up), absent/destroyed */
export function demandFrozen({ state, frozen, isCleared }: PacketRecord): Frozen {
  if (frozen !== undefined) return frozen;
  if (isCleared)
    throw new DeskError('state/not-open', 'Its referral was cleared before the packet was made: order it again.');
  if (state === 'dropped')
    throw new DeskError('absent/destroyed', 'Its referral was destroyed before the packet was made.');
  throw new DeskError('state/not-frozen', 'The packet is ordered and still being made: ask again in a moment.');
}

/** What is being destroyed, or was, is packed no more, and no entry is made about its packets. */
export async function isEnding(core: Core, { referral }: Pick<PacketRecord, 'referral'>): Promise<boolean> {
  return (await readReferral(core, referral)).state !== 'finished';
}

/** Whether it is kept in parts on a desk that hands out no bytes by itself: it was moved there, and is made whole before anybody takes it. */
export function isToBeWhole({ vault }: Pick<Core, 'vault'>, { frozen }: Pick<PacketRecord, 'frozen'>): boolean {
  return vault.lend !== undefined && frozen?.listBytes !== undefined;
}

/** A page of one of the lists above, oldest first. */
export async function packetsIn(
  core: Core,
  list: string,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<Page<PacketRecord>> {
  const { items, next } = await core.ledger.list(list, page);
  const records = items.map(({ value }) => value as unknown as PacketRecord);
  return { items: records, ...(next === undefined ? {} : { next }) };
}

export function shownPacket(record: PacketRecord): PacketShown {
  const { id, referral, agency, state, regime, encryption, handling, orderedBy, orderedAt, frozen, links } = record;
  return {
    packetId: id,
    referralId: referral,
    agency,
    state,
    ...(regime === undefined ? {} : { regime }),
    encryption,
    ...(handling === undefined ? {} : { handling: [...handling] }),
    orderedBy,
    orderedAt,
    ...(frozen === undefined ? {} : { frozenAt: frozen.at, sizeBytes: frozen.sizeBytes }),
    answers: shownAnswers(record),
    links: links.map(({ expiresAt, usedAt, endedAt }) => ({
      expiresAt,
      ...(usedAt === undefined ? {} : { usedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
    })),
  };
}

export function shownAnswers({ answers }: PacketRecord): PacketShown['answers'] {
  return answers.map(({ answer, reason, at }) => ({ answer, ...(reason === undefined ? {} : { reason }), at }));
}
