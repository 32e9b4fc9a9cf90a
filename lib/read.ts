// An attachment opened for a reader. Always true: the reading is entered first, with its purpose sealed.
import { demandOn, type Caller } from './access.ts';
import { append, entryAt, type Core } from './core.ts';
import type { Digests } from './digests.ts';
import { DeskError } from './errors.ts';
import { demandPurpose } from './form.ts';
import { demandLending, lendObject, type Lent } from './lend.ts';
import type { StoredEntry } from './ports.ts';
import { chainOf, findAttachment, findReferral, nthObject, type AttachmentRecord } from './referral.ts';
import { demandCarried, openSealed, sealJson } from './seal.ts';
import { wordsOf } from './words.ts';

/** An attachment opened for a reader. */
export interface AttachmentRead {
  readonly facts: AttachmentFacts;
  /** The bytes as received, each frame authenticated before it comes; to be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What is sealed beside an attachment's bytes. */
export interface AttachmentFacts extends Digests {
  readonly attachment: string;
  readonly name?: string;
  readonly contentType?: string;
  /** Whether the sender declared the digest before the bytes came. */
  readonly declared: 'sha256' | 'none';
}

/**
 * Opens an attachment for a reader: the reading is entered first, with its purpose sealed, then the bytes come.
 * @param mostBytes more than these are refused before anything is entered
 * @throws DeskError absent/referral, absent/attachment, absent/destroyed, input/missing-header (no purpose), desk/answer-too-large
 */
export async function readAttachment(
  core: Core,
  caller: Caller,
  referralId: string,
  attachmentId: string,
  purpose: string,
  mostBytes = Infinity,
): Promise<AttachmentRead> {
  const stored = await enterReading(core, caller, referralId, attachmentId, purpose, ({ sizeBytes }) => {
    demandCarried(sizeBytes, mostBytes);
  });
  return { facts: await factsIn(core, stored), bytes: openSealed(core, nthObject(stored, 0)) };
}

/**
 * The same, lent: the reader opens it in a process of her own.
 * @throws DeskError absent/referral, absent/attachment, absent/destroyed, input/missing-header (no purpose), desk/not-allowed
 */
export async function lendAttachment(
  core: Core,
  caller: Caller,
  referralId: string,
  attachmentId: string,
  purpose: string,
): Promise<{ readonly facts: AttachmentFacts; readonly lent: Lent }> {
  const stored = await enterReading(core, caller, referralId, attachmentId, purpose, () => {
    demandLending(core);
  });
  return { facts: await factsIn(core, stored), lent: await lendObject(core, nthObject(stored, 0)) };
}

/** @returns the entry that made the attachment */
async function enterReading(
  core: Core,
  caller: Caller,
  referralId: string,
  attachmentId: string,
  purpose: string,
  demandMore: (record: AttachmentRecord) => void,
): Promise<StoredEntry> {
  demandOn(caller, 'attachment:read', await findReferral(core, referralId));
  demandPurpose(purpose);
  const record = await findAttachment(core, referralId, attachmentId);
  if (record === undefined)
    throw new DeskError('absent/attachment', 'There is no such attachment, or it has not arrived.');
  demandMore(record);
  const chain = await chainOf(core, referralId);
  const { stored } = await entryAt(core, referralId, record.seq);
  const words = await sealJson(core, chain, { version: 1, purpose, attachment: attachmentId });
  await append(core, chain, () =>
    Promise.resolve({
      act: 'read',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'purpose', type: 'text', value: purpose }],
    }),
  );
  return stored;
}

async function factsIn(core: Core, stored: StoredEntry): Promise<AttachmentFacts> {
  return wordsOf<AttachmentFacts>(core, stored, 1);
}
