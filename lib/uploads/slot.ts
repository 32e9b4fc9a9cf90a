// A sender asks for room for one large file, seals it himself and puts it straight into the vault, part by part. Until the desk has looked at
// it (inspect.ts) it counts as not received. The key he is lent opens that one object and nothing else.
import type { AnnouncePartsRequest, OpenUploadRequest } from '../../schemas/index.ts';
import { announcePartsRequest, openUploadRequest } from '../../schemas/uploads.ts';
import { demandOn, type Caller } from '../access.ts';
import { throughItsDoor } from '../attach.ts';
import { append, daysAfter, type Chain, type Core, type Taken } from '../core.ts';
import type { Entry } from '../custody.ts';
import { findDeclared } from '../declared.ts';
import { DeskError, isCode } from '../errors.ts';
import { inForm } from '../form.ts';
import type { KeptPart, UploadPart } from '../ports.ts';
import { chainOf, demandOpen, findAttachment, findReferral, readReferral } from '../referral.ts';
import { newObject } from '../seal.ts';
import { deskAddress } from './address.ts';
import {
  absentUpload,
  demandTaking,
  endedUpload,
  hasEnded,
  MOST_UPLOAD_BYTES,
  partAt,
  partBytesFor,
  readUpload,
  sealedBytesOf,
  sealWords,
  uploadOf,
  uploadRow,
  type UploadRecord,
} from './record.ts';

/** A slot, as it is lent to whoever opened it. */
export interface Slot {
  readonly uploadId: string;
  readonly attachmentId: string;
  /** How the ciphertext is cut: all parts but the last have this many bytes. */
  readonly partBytes: number;
  /** Of the ciphertext. */
  readonly sealedBytes: number;
  readonly expiresAt: string;
  /** The slot's own wrapping key, 32 bytes in base64, shown this once: a raw AES-256 key, namespace `referral-desk`, named by the upload's id. */
  readonly key: string;
  /** What the message must be bound to. */
  readonly context: { readonly owner: string; readonly object: string };
  readonly entry: Entry;
}

/** @throws DeskError absent/referral, state/*, attachment/not-as-declared, input/invalid, input/too-large */
export async function openUpload(
  core: Core,
  caller: Caller,
  referralId: string,
  request: OpenUploadRequest,
): Promise<Slot> {
  const chain = await chainFor(core, caller, referralId);
  const { attachmentId, sizeBytes, ...words } = inForm(openUploadRequest, request);
  await demandRoom(core, referralId, attachmentId, sizeBytes);
  const { record: object, message } = await newObject(core, chain, 'direct');
  const now = core.now();
  const lockedUntil = daysAfter(now, core.settings.directLockDays);
  const { id, wrappedKey } = object;
  const sealedBytes = sealedBytesOf({ id, referral: referralId, sizeBytes });
  const { store } = await core.vault.uploads.begin(id, lockedUntil);
  const opened = (at: Date): UploadRecord => ({
    id,
    referral: referralId,
    attachment: attachmentId,
    state: 'open',
    openedAt: at.toISOString(),
    expiresAt: daysAfter(now, core.settings.uploadDays).toISOString(),
    lockedUntil: lockedUntil.toISOString(),
    sizeBytes,
    partBytes: partBytesFor(sealedBytes),
    store,
    wrappedKey,
    ...sealWords(message, words),
  });
  const { entry } = await append(core, chain, async (_seq, at) => {
    demandOpen(await readReferral(core, referralId));
    return {
      act: 'open-upload',
      actorId: caller.actorId,
      put: [uploadRow(opened(at))],
      absent: [{ kind: 'upload', id }],
    };
  }).catch(async (error: unknown) => {
    await core.vault.uploads.abort({ name: id, store });
    throw error;
  });
  const { partBytes, expiresAt } = opened(now);
  const { key, context } = message;
  const lent = { key: Buffer.from(key).toString('base64'), context };
  return { uploadId: id, attachmentId, partBytes, sealedBytes, expiresAt, ...lent, entry };
}

async function chainFor(core: Core, caller: Caller, referralId: string): Promise<Chain> {
  const record = await findReferral(core, referralId);
  demandOn(caller, 'referral:attach', record);
  if (record?.report !== undefined) throw throughItsDoor();
  const chain = await chainOf(core, referralId);
  demandOpen(await readReferral(core, referralId));
  return chain;
}

/** @throws DeskError state/exists, attachment/not-as-declared, input/too-large */
async function demandRoom(core: Core, referral: string, attachment: string, sizeBytes: number): Promise<void> {
  if (sealedBytesOf({ id: referral, referral, sizeBytes }) > MOST_UPLOAD_BYTES)
    throw new DeskError('input/too-large', 'No store takes a file of more than 5 TiB.');
  if ((await findAttachment(core, referral, attachment)) !== undefined) throw sealedAlready();
  const promised = await findDeclared(core, referral, attachment);
  if (promised?.sizeBytes === undefined || promised.sizeBytes === sizeBytes) return;
  throw new DeskError('attachment/not-as-declared', 'The referral declares another size for this attachment.');
}

export function sealedAlready(): DeskError {
  return new DeskError('state/exists', 'This attachment is sealed already: see the status.');
}

/** A slot of this referral, for its sender. @throws DeskError absent/referral, absent/upload */
export async function slotOf(core: Core, caller: Caller, referralId: string, uploadId: string): Promise<UploadRecord> {
  demandOn(caller, 'referral:attach', await findReferral(core, referralId));
  const record = await readUpload(core, uploadId);
  if (record.referral !== referralId) throw absentUpload();
  return record;
}

// ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What to do with one part: put it to `url` (from the desk's own address where it begins with a slash) with these headers; or nothing. */
export type Announced =
  | { readonly number: number; readonly isThere: true }
  | {
      readonly number: number;
      readonly isThere: false;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly expiresAt: string;
    };

const ADDRESS_MS = 15 * 60_000;

/** @throws DeskError absent/referral, absent/upload, state/upload-complete, state/upload-ended, state/part-differs, input/invalid */
export async function announceParts(
  core: Core,
  caller: Caller,
  referralId: string,
  uploadId: string,
  request: AnnouncePartsRequest,
): Promise<{ readonly parts: readonly Announced[] }> {
  const record = await slotOf(core, caller, referralId, uploadId);
  const parts = inForm(announcePartsRequest, request).parts.map((part, n) => placed(record, part, n));
  demandTaking(record, core.now());
  demandOpen(await readReferral(core, referralId));
  const { secret } = await chainOf(core, referralId);
  const kept = new Map((await keptBefore(core, record, parts)).map((part) => [part.number, part]));
  const until = new Date(Math.min(core.now().getTime() + ADDRESS_MS, Date.parse(record.expiresAt)));
  const announced = parts.map(async (part): Promise<Announced> => {
    const there = kept.get(part.number);
    if (there !== undefined) return { number: part.number, isThere: demandSame(there, part) };
    const own = await core.vault.uploads.address(uploadOf(record), part, until);
    const address = own ?? deskAddress(secret, record, part, until);
    return { number: part.number, isThere: false, ...address, expiresAt: until.toISOString() };
  });
  return { parts: await Promise.all(announced) };
}

function placed(record: UploadRecord, part: AnnouncePartsRequest['parts'][number], n: number): UploadPart {
  const place = partAt(record, part.number);
  if (place?.sizeBytes === part.sizeBytes) return { ...part, offset: place.offset };
  const message = 'Cut the ciphertext as the slot says: every part but the last has partBytes bytes.';
  const findings = [{ code: 'part', path: `/parts/${n}`, message }];
  throw new DeskError('input/invalid', 'A part is not one of this slot.', { findings });
}

/** @throws DeskError state/part-differs */
function demandSame(there: KeptPart, { sizeBytes, sha256, md5 }: UploadPart): true {
  const isSame = there.sha256 === undefined ? there.md5 === md5 : there.sha256 === sha256;
  if (isSame && there.sizeBytes === sizeBytes) return true;
  throw new DeskError('state/part-differs', 'Another part is there under this number: a slot takes each number once.');
}

/** Those that may be there already: none where none of these was announced before. */
async function keptBefore(core: Core, record: UploadRecord, parts: readonly UploadPart[]): Promise<KeptPart[]> {
  const numbers = parts.map(({ number }) => number);
  const isFirst = await core.vault.uploads.isFirst?.(uploadOf(record), numbers, new Date(record.expiresAt));
  return isFirst === true ? [] : keptParts(core, record);
}

export async function keptParts(core: Core, record: UploadRecord): Promise<KeptPart[]> {
  return core.vault.uploads.parts(uploadOf(record)).catch((error: unknown) => {
    throw isCode(error, 'vault/absent') ? hasEnded(error) : error;
  });
}

// ── given up ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Gives a slot up before it is complete. @throws DeskError absent/referral, absent/upload, state/upload-complete, state/upload-ended */
export async function endUpload(core: Core, caller: Caller, referralId: string, uploadId: string): Promise<Taken> {
  const record = await slotOf(core, caller, referralId, uploadId);
  demandTaking(record, new Date(0));
  return giveUpSlot(core, record, caller.actorId);
}

/** The store first: what was entered as ended leaves nothing there. */
export async function giveUpSlot(
  core: Core,
  { id, referral, ...record }: UploadRecord,
  actorId: string,
): Promise<Taken> {
  await core.vault.uploads.abort({ name: id, store: record.store });
  return append(core, await chainOf(core, referral), async (seq, at) => {
    const now = await readUpload(core, id);
    demandTaking(now, new Date(0));
    return { act: 'end-upload', actorId, put: [uploadRow(endedUpload(now, 'ended', { seq, at: at.toISOString() }))] };
  });
}
