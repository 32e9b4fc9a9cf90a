// A sender asks for room for one large file, seals it himself and puts it straight into the vault, part by part. Until the desk has looked at
// it (inspect.ts) it counts as not received. The key he is lent opens that one object and nothing else.
import type { AnnouncePartsRequest, CompleteUploadRequest, OpenUploadRequest } from '../../schemas/index.ts';
import { announcePartsRequest, completeUploadRequest, openUploadRequest } from '../../schemas/uploads.ts';
import { demandOn, type Caller } from '../access.ts';
import { asDeclared, throughItsDoor } from '../attach.ts';
import { append, daysAfter, entryAt, type Chain, type Core, type Taken } from '../core.ts';
import { commitment, commitmentKey, type Entry } from '../custody.ts';
import { DeskError, isCode, type Finding } from '../errors.ts';
import { inForm } from '../form.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import type { KeptPart, UploadPart } from '../ports.ts';
import { chainOf, declaredOf, demandOpen, findAttachment, findReferral, readReferral } from '../referral.ts';
import { newObject, sealSmall } from '../seal.ts';
import { deskAddress } from './address.ts';
import {
  absentUpload,
  demandTaking,
  endedUpload,
  hasEnded,
  MOST_UPLOAD_BYTES,
  partAt,
  partBytesFor,
  partCount,
  readUpload,
  sealedBytesOf,
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
  const { attachmentId, sizeBytes } = inForm(openUploadRequest, request);
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
  });
  const { entry } = await append(core, chain, async (_seq, at) => {
    demandOpen(await readReferral(core, referralId));
    return { act: 'open-upload', actorId: caller.actorId, put: [uploadRow(opened(at))] };
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
  const promised = (await declaredOf(core, referral)).find(({ id }) => id === attachment);
  if (promised?.sizeBytes === undefined || promised.sizeBytes === sizeBytes) return;
  throw new DeskError('attachment/not-as-declared', 'The referral declares another size for this attachment.');
}

function sealedAlready(): DeskError {
  return new DeskError('state/exists', 'This attachment is sealed already: see the status.');
}

/** A slot of this referral, for its sender. @throws DeskError absent/referral, absent/upload */
async function slotOf(core: Core, caller: Caller, referralId: string, uploadId: string): Promise<UploadRecord> {
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
  const kept = new Map((await keptParts(core, record)).map((part) => [part.number, part]));
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

async function keptParts(core: Core, record: UploadRecord): Promise<KeptPart[]> {
  return core.vault.uploads.parts(uploadOf(record)).catch((error: unknown) => {
    throw isCode(error, 'vault/absent') ? hasEnded(error) : error;
  });
}

// ── complete ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface UploadCompleted {
  readonly uploadId: string;
  readonly attachmentId: string;
  readonly entry: Entry;
}

/**
 * Makes the file of the parts that are there, and enters what its plaintext is declared to be. Again with the same declaration is the same.
 * @throws DeskError absent/referral, absent/upload, state/*, attachment/size-mismatch, attachment/not-as-declared
 */
export async function completeUpload(
  core: Core,
  caller: Caller,
  referralId: string,
  uploadId: string,
  request: CompleteUploadRequest,
): Promise<UploadCompleted> {
  const record = await slotOf(core, caller, referralId, uploadId);
  const { sha256, sizeBytes, ...said } = inForm(completeUploadRequest, request);
  const chain = await chainOf(core, referralId);
  const { attachment: attachmentId } = record;
  if (record.completed !== undefined) return completedBefore(core, chain, record, sha256);
  demandTaking(record, core.now());
  demandOpen(await readReferral(core, referralId));
  if (sizeBytes !== record.sizeBytes)
    throw new DeskError('attachment/size-mismatch', 'The slot was opened for a file of another size: open another.');
  await asDeclared(core, chain, attachmentId, { sha256, sizeBytes });
  await makeFile(core, record);
  const words = { version: 1, upload: uploadId, attachment: attachmentId, sha256, sizeBytes, ...said };
  const sealed = await sealSmall(core, chain, canonicalBytes(words), 'direct'); // for whoever opens the file, and opens nothing else
  const taken = await append(core, chain, async (seq, at) => {
    const now = await readUpload(core, uploadId);
    if (now.completed !== undefined) throw new DeskError('state/exists', 'It was completed meanwhile.');
    demandTaking(now, new Date(0));
    demandOpen(await readReferral(core, referralId));
    if ((await findAttachment(core, referralId, attachmentId)) !== undefined) throw sealedAlready();
    const completed = { seq, at: at.toISOString() };
    return {
      act: 'complete-upload',
      actorId: caller.actorId,
      objects: [sealed],
      commitments: [{ label: 'declared', type: 'sha256', value: sha256 }],
      put: [uploadRow({ ...now, state: 'unproved', completed })],
    };
  }).catch(async (error: unknown) => {
    const now = await readUpload(core, uploadId);
    if (!isCode(error, 'state/exists') || now.completed === undefined) throw error;
    return completedBefore(core, chain, now, sha256);
  });
  return { uploadId, attachmentId, entry: taken.entry };
}

/** @throws DeskError state/upload-complete where something else was declared */
async function completedBefore(
  core: Core,
  chain: Chain,
  { id, attachment, completed }: UploadRecord,
  sha256: string,
): Promise<UploadCompleted> {
  const { entry } = await entryAt(core, chain.owner, completed?.seq ?? 0);
  const key = commitmentKey(chain.secret, chain.owner, entry.seq, 'declared');
  if (commitment(key, 'declared', 'sha256', sha256) !== entry.commitments['declared'])
    throw new DeskError('state/upload-complete', 'This slot was completed with another SHA-256.');
  return { uploadId: id, attachmentId: attachment, entry };
}

/** Bytes first: a file that is there already is the work of a call that was cut short, since nothing else has its name. */
async function makeFile(core: Core, record: UploadRecord): Promise<void> {
  const { vault } = core;
  if ((await vault.stat(record.id)) === undefined) {
    const parts = demandWhole(record, await keptParts(core, record));
    await vault.uploads
      .complete(uploadOf(record), parts, new Date(record.lockedUntil))
      .catch(async (error: unknown) => {
        if ((await vault.stat(record.id)) === undefined) throw isCode(error, 'vault/absent') ? hasEnded(error) : error;
      });
  }
  const made = await vault.stat(record.id);
  if (made?.sizeBytes !== sealedBytesOf(record))
    throw new DeskError('vault/damaged', 'What was put together is not as large as its parts.');
}

const MOST_FINDINGS = 100;

/** @throws DeskError state/parts-missing */
function demandWhole(record: UploadRecord, kept: readonly KeptPart[]): readonly KeptPart[] {
  const sizes = new Map(kept.map(({ number, sizeBytes }) => [number, sizeBytes]));
  const findings: Finding[] = [];
  for (let number = 1; number <= partCount(record) && findings.length < MOST_FINDINGS; number++) {
    if (sizes.get(number) === partAt(record, number)?.sizeBytes) continue;
    findings.push({ code: 'part-missing', path: '', message: `Part ${number} is not there.` });
  }
  if (findings.length === 0) return kept;
  throw new DeskError('state/parts-missing', 'Parts of this slot are not there yet.', { findings });
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
