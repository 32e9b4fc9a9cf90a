// A slot in the book: room for one attachment's bytes that come past the desk, sealed by their sender with the slot's own key. Its id is the
// sealed object's and the vault file's too. Never its words: those lie sealed beside the entry that completed it.
import { rowsOf, type Core, type RowDraft } from '../core.ts';
import { DeskError } from '../errors.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { draw, headerSize, openMessage, sealAtOnce, sealedSize, type MessageKey } from '../formats/message/index.ts';
import type { Json, ObjectRecord, Upload } from '../ports.ts';
import { isVouched } from '../vouch.ts';

/**
 * open → unproved (complete, and not looked at yet) → proved | refused (other bytes than declared); or ended: given up, expired, or needed
 * no more.
 */
export type UploadState = 'open' | 'unproved' | 'proved' | 'refused' | 'ended';

/** All times RFC 3339 UTC. */
export interface UploadRecord {
  readonly id: string;
  readonly referral: string;
  readonly attachment: string;
  readonly state: UploadState;
  readonly openedAt: string;
  /** From then on nothing more is taken. */
  readonly expiresAt: string;
  /** Until when what arrives is locked. */
  readonly lockedUntil: string;
  /** Of the plaintext. */
  readonly sizeBytes: number;
  /** Of every part but the last. */
  readonly partBytes: number;
  /** The store's own name for the upload. */
  readonly store: string;
  /** As in an object's record; gone with the last use of it here. */
  readonly wrappedKey?: string;
  /** What its sender said of the file when he opened it, sealed with the slot's own key, base64; gone with that. */
  readonly words?: string;
  /** The entry that completed it. */
  readonly completed?: { readonly seq: number; readonly at: string };
  /** The entry after which nothing more comes of it, and of what was refused: what was wrong. */
  readonly ended?: { readonly seq: number; readonly at: string; readonly why?: Refusal };
}

/** Sealed otherwise than the slot asks for; of another size than declared; of other bytes than declared. */
export type Refusal = 'unreadable' | 'size' | 'digest';

/** Slots that take parts, by the time they expire. */
export const OPEN_UPLOADS = 'open-uploads';
/** What is complete and must be looked at. */
export const UNPROVED_UPLOADS = 'unproved-uploads';

export function uploadList(referral: string): string {
  return `uploads/${referral}`;
}

export function uploadRow(record: UploadRecord): RowDraft {
  const { id, referral, state, openedAt, expiresAt, completed } = record;
  return {
    kind: 'upload',
    id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: uploadList(referral), sort: openedAt },
      ...(state === 'open' ? [{ list: OPEN_UPLOADS, sort: expiresAt }] : []),
      ...(state === 'unproved' ? [{ list: UNPROVED_UPLOADS, sort: completed?.at ?? openedAt }] : []),
    ],
  };
}

/** The record once nothing more comes of it. Key and words go with it, but of what was refused: somebody may have to look. */
export function endedUpload(
  { wrappedKey, words, ...record }: UploadRecord,
  state: 'proved' | 'refused' | 'ended',
  ended: NonNullable<UploadRecord['ended']>,
): UploadRecord {
  const key = wrappedKey === undefined ? {} : { wrappedKey };
  const kept = state === 'refused' ? { ...key, ...(words === undefined ? {} : { words }) } : {};
  return { ...record, ...kept, state, ended };
}

/** Reads a slot on which something will be decided. @throws DeskError absent/upload, ledger/failed (altered past the desk) */
export async function readUpload(core: Core, id: string): Promise<UploadRecord> {
  const row = await core.ledger.row({ kind: 'upload', id });
  if (row === undefined) throw absentUpload();
  if (!(await isVouched(core, row)) && !(await core.keys.isDestroyed(row.chain))) {
    throw new DeskError('ledger/failed', 'The record of a slot was altered past the desk: run watch, then restore.');
  }
  return row.value as unknown as UploadRecord;
}

export function absentUpload(): DeskError {
  return new DeskError('absent/upload', 'There is no such slot, or it is not yours.');
}

/** All slots of a referral, in the order in which they were opened. */
export async function uploadsOf(core: Core, referral: string): Promise<UploadRecord[]> {
  const records: UploadRecord[] = [];
  for await (const { value } of rowsOf(core, uploadList(referral))) records.push(value as unknown as UploadRecord);
  return records;
}

/** Of these slots, those whose bytes are complete and not looked at yet. */
export async function unprovedOf(core: Core, referral: string): Promise<UploadRecord[]> {
  return (await uploadsOf(core, referral)).filter(({ state }) => state === 'unproved');
}

/** @throws DeskError state/upload-complete, state/upload-ended (given up, or expired) */
export function demandTaking({ state, expiresAt }: UploadRecord, now: Date): void {
  if (state === 'unproved' || state === 'proved' || state === 'refused')
    throw new DeskError('state/upload-complete', 'This slot is complete: nothing more can be sent to it.');
  if (state === 'ended' || now >= new Date(expiresAt)) throw hasEnded();
}

export function hasEnded(cause?: unknown): DeskError {
  return new DeskError('state/upload-ended', 'This slot has expired or was given up: open another.', { cause });
}

export function uploadOf({ id, store }: UploadRecord): Upload {
  return { name: id, store };
}

// ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a sender says of a file beside its bytes. */
export interface SlotWords {
  readonly name?: string | undefined;
  readonly contentType?: string | undefined;
}

/** Sealed with the key of the slot, which intake has this once: whoever opens the file opens them, and nobody else. */
export function sealWords(key: MessageKey, words: SlotWords): Pick<UploadRecord, 'words'> {
  if (Object.values(words).every((said) => said === undefined)) return {};
  return { words: sealAtOnce(key, canonicalBytes({ version: 1, ...words }), draw()).toString('base64') };
}

/** @throws DeskError sealed/damaged (altered, or sealed for another slot) */
export async function openWords(key: MessageKey, { words }: UploadRecord): Promise<SlotWords> {
  if (words === undefined) return {};
  const pieces: Buffer[] = [];
  for await (const piece of openMessage(key, [Buffer.from(words, 'base64')])) pieces.push(piece);
  const { name, contentType } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as SlotWords;
  return { name, contentType };
}

// ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const MIB = 1024 * 1024;
const LEAST_PART_BYTES = 16 * MIB;
const MOST_PARTS = 10_000;
/** 5 TiB: what every S3 takes as one file. */
export const MOST_UPLOAD_BYTES = 5 * 1024 * 1024 * MIB;

/** What a file of this size becomes when it is sealed for a slot. */
export function sealedBytesOf({
  id,
  referral,
  sizeBytes,
}: Pick<UploadRecord, 'id' | 'referral' | 'sizeBytes'>): number {
  return sealedSize(sizeBytes, headerSize({ owner: referral, object: id }));
}

/** 16 MiB, or as many whole MiB as 10,000 parts need. */
export function partBytesFor(sealedBytes: number): number {
  return Math.max(LEAST_PART_BYTES, Math.ceil(sealedBytes / MOST_PARTS / MIB) * MIB);
}

/** Where part `number` lies; undefined where there is none of that number. */
export function partAt(record: UploadRecord, number: number): { offset: number; sizeBytes: number } | undefined {
  const [sealedBytes, offset] = [sealedBytesOf(record), (number - 1) * record.partBytes];
  if (!Number.isInteger(number) || number < 1 || offset >= sealedBytes) return undefined;
  return { offset, sizeBytes: Math.min(record.partBytes, sealedBytes - offset) };
}

export function partCount(record: UploadRecord): number {
  return Math.ceil(sealedBytesOf(record) / record.partBytes);
}

/** What arrived, as an object that can be opened. @throws DeskError ledger/failed (its key is gone) */
export function objectOf(record: UploadRecord): ObjectRecord {
  const { id, referral, wrappedKey } = record;
  if (wrappedKey === undefined) throw new DeskError('ledger/failed', 'A slot lacks the key it was opened with.');
  return {
    id,
    owner: referral,
    kind: 'direct',
    wrappedKey,
    place: { name: id, offset: 0, sizeBytes: sealedBytesOf(record) },
  };
}
