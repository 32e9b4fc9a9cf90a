// Step 2 seen from a referral: an attachment arrives, is sealed, and enters the chain. The same attachment sent again is the
// same; other bytes under its id are refused.
import { UUID } from '../schemas/uuid.ts';
import { demandOn, type Caller } from './access.ts';
import { append, entryAt, type Chain, type Core, type Draft, type RowDraft } from './core.ts';
import { commitment, commitmentKey, type Entry } from './custody.ts';
import { declaredLabel, findDeclared } from './declared.ts';
import { DeskError, isCode } from './errors.ts';
import type { Opening } from './receipt.ts';
import {
  attachmentRow,
  chainOf,
  demandOpen,
  findAttachment,
  findReferral,
  readReferral,
  type AttachmentRecord,
} from './referral.ts';
import { sealFile, type Declared, type Digests, type SealedFile } from './seal.ts';

/** What the sender says of a file beside its bytes. Kept sealed, as text, and never used as a path. */
export interface AttachmentWords {
  readonly name?: string | undefined;
  readonly contentType?: string | undefined;
}

/** What sealing an attachment answers. */
export interface Attached {
  readonly attachmentId: string;
  readonly entry: Entry;
  /** Opens the entry's commitment to the SHA-256. */
  readonly opening: Opening;
  /** False when these bytes had been sealed before. */
  readonly isNew: boolean;
}

/**
 * Seals one attachment.
 * @param attachmentId the id the desk gave a declared attachment, or a fresh UUID of the caller's
 * @throws DeskError absent/referral, state/*, attachment/*, input/invalid (not a UUID), vault/full; then nothing was kept
 */
export async function attach(
  core: Core,
  caller: Caller,
  referralId: string,
  attachmentId: string,
  declared: Declared,
  words: AttachmentWords,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Attached> {
  const record = await findReferral(core, referralId);
  demandOn(caller, 'referral:attach', record);
  if (!UUID.test(attachmentId)) {
    throw new DeskError('input/invalid', 'An attachment is named by a UUID in lower case, nothing else.');
  }
  if (record?.report !== undefined) throw throughItsDoor();
  const chain = await chainOf(core, referralId);
  const known = await attachedBefore(core, chain, attachmentId, declared);
  if (known !== undefined) return known;
  demandOpen(await readReferral(core, referralId));
  const expected = await asDeclared(core, chain, attachmentId, declared);
  const sealed = await sealAttachment(core, chain, attachmentId, expected, words, bytes);
  return enter(core, caller, chain, attachmentId, declared, sealed);
}

/** Files of a report have ids of its own kind, and move its end. */
export function throughItsDoor(): DeskError {
  return new DeskError('state/not-open', 'It came as a CyberTipline report: send its files through that door.');
}

/** Seals the bytes, with what is known of them beside. @param declared undefined where the sender's protocol has no word for it */
export function sealAttachment(
  core: Core,
  chain: Chain,
  attachmentId: string,
  declared: Declared | undefined,
  words: AttachmentWords,
  bytes: AsyncIterable<Uint8Array>,
): Promise<SealedFile> {
  return sealFile(core, chain, bytes, declared, (digests) => ({
    version: 1,
    attachment: attachmentId,
    declared: declared === undefined ? 'none' : 'sha256',
    ...digests,
    ...words,
  }));
}

/** Whether this very attachment is in the book. @throws DeskError state/attachment-differs */
export async function attachedBefore(
  core: Core,
  chain: Chain,
  attachmentId: string,
  declared: Declared,
): Promise<Attached | undefined> {
  const record = await findAttachment(core, chain.owner, attachmentId);
  if (record === undefined) return undefined;
  const key = commitmentKey(chain.secret, chain.owner, record.seq, 'sha256');
  const isSameSize = declared.sizeBytes === undefined || declared.sizeBytes === record.sizeBytes;
  if (!isSameSize || commitment(key, 'sha256', 'sha256', declared.sha256) !== record.commitment) {
    throw new DeskError('state/attachment-differs', 'Other bytes were sealed under this id: use a new one.');
  }
  const { entry } = await entryAt(core, chain.owner, record.seq);
  return { attachmentId, entry, opening: openingOfAttachment(chain, record), isNew: false };
}

/** What the bytes must be: as this call says, and as the referral declares. @throws DeskError attachment/not-as-declared */
export async function asDeclared(
  core: Core,
  chain: Chain,
  attachmentId: string,
  declared: Declared,
): Promise<Declared> {
  const promised = await findDeclared(core, chain.owner, attachmentId);
  if (promised === undefined) return declared;
  const label = declaredLabel(attachmentId);
  const key = commitmentKey(chain.secret, chain.owner, 0, label);
  const isSame = promised.sha256 === undefined || promised.sha256 === commitment(key, label, 'sha256', declared.sha256);
  const sizeBytes = declared.sizeBytes ?? promised.sizeBytes;
  if (!isSame || (promised.sizeBytes !== undefined && sizeBytes !== promised.sizeBytes)) {
    throw new DeskError('attachment/not-as-declared', 'The referral declares other bytes for this attachment.');
  }
  return { ...declared, sizeBytes };
}

async function enter(
  core: Core,
  caller: Caller,
  chain: Chain,
  attachmentId: string,
  declared: Declared,
  sealed: SealedFile,
): Promise<Attached> {
  try {
    const taken = await append(core, chain, async (seq, at) => {
      demandOpen(await readReferral(core, chain.owner));
      return attachDraft(caller, chain, attachmentId, sealed, seq, at);
    });
    const { entry } = taken;
    const record = recordOf(chain, attachmentId, sealed.digests, entry.seq, entry.time);
    return { attachmentId, entry, opening: openingOfAttachment(chain, record), isNew: true };
  } catch (error) {
    if (!isCode(error, 'state/exists')) throw error;
    const known = await attachedBefore(core, chain, attachmentId, declared); // sent twice at once, the other was first
    if (known === undefined) throw error;
    return known;
  }
}

/** What taking an attachment in does, once its bytes are sealed. */
export function attachDraft(
  caller: Pick<Caller, 'actorId'>,
  chain: Chain,
  attachmentId: string,
  { file, words, digests }: SealedFile,
  seq: number,
  at: Date,
): Draft & { readonly put: readonly RowDraft[] } {
  return {
    act: 'attach',
    actorId: caller.actorId,
    objects: [file, words],
    commitments: [{ label: 'sha256', type: 'sha256', value: digests.sha256 }],
    put: [attachmentRow(recordOf(chain, attachmentId, digests, seq, at.toISOString()))],
    absent: [{ kind: 'attachment', id: `${chain.owner}/${attachmentId}` }],
  };
}

function recordOf(
  chain: Chain,
  attachment: string,
  { sha256, sizeBytes }: Digests,
  seq: number,
  sealedAt: string,
): AttachmentRecord {
  const key = commitmentKey(chain.secret, chain.owner, seq, 'sha256');
  return {
    referral: chain.owner,
    attachment,
    seq,
    commitment: commitment(key, 'sha256', 'sha256', sha256),
    sizeBytes,
    sealedAt,
  };
}

/** Opens the commitment to an attachment's SHA-256 in its own entry. */
export function openingOfAttachment(chain: Chain, record: AttachmentRecord): Opening {
  const key = commitmentKey(chain.secret, chain.owner, record.seq, 'sha256').toString('base64');
  const { seq, commitment, attachment } = record;
  return { seq, label: 'sha256', type: 'sha256', key, commitment, attachment };
}

/** The same, and where it was described the opening of `details` in the entry of that. */
export function openingsOfAttachment(chain: Chain, record: AttachmentRecord): Opening[] {
  const { attachment, details } = record;
  const file = openingOfAttachment(chain, record);
  if (details === undefined) return [file];
  const { seq, commitment } = details;
  const key = commitmentKey(chain.secret, chain.owner, seq, 'details').toString('base64');
  return [file, { seq, label: 'details', type: 'text', key, commitment, attachment }];
}
