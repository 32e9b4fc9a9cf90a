// The end of a slot that is not given up: its parts become one file in the vault, and what its plaintext is declared to be is entered. It is
// `unproved` from then on, until the desk has looked (inspect.ts).
import type { CompleteUploadRequest } from '../../schemas/index.ts';
import { completeUploadRequest } from '../../schemas/uploads.ts';
import type { Caller } from '../access.ts';
import { asDeclared } from '../attach.ts';
import { append, entryAt, type Chain, type Core } from '../core.ts';
import { commitment, commitmentKey, type Entry } from '../custody.ts';
import { DeskError, isCode, type Finding } from '../errors.ts';
import { inForm } from '../form.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import type { KeptPart } from '../ports.ts';
import { chainOf, demandOpen, findAttachment, readReferral } from '../referral.ts';
import { sealSmall } from '../seal.ts';
import {
  demandTaking,
  hasEnded,
  partAt,
  partCount,
  readUpload,
  sealedBytesOf,
  uploadOf,
  uploadRow,
  type UploadRecord,
} from './record.ts';
import { keptParts, sealedAlready, slotOf } from './slot.ts';

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
  const { sha256, sizeBytes, parts, ...said } = inForm(completeUploadRequest, request);
  const chain = await chainOf(core, referralId);
  const { attachment: attachmentId } = record;
  if (record.completed !== undefined) return completedBefore(core, chain, record, sha256);
  demandTaking(record, core.now());
  demandOpen(await readReferral(core, referralId));
  if (sizeBytes !== record.sizeBytes)
    throw new DeskError('attachment/size-mismatch', 'The slot was opened for a file of another size: open another.');
  await asDeclared(core, chain, attachmentId, { sha256, sizeBytes });
  await makeFile(core, record, saidParts(record, parts));
  const words = { version: 1, upload: uploadId, attachment: attachmentId, sha256, sizeBytes, ...said };
  // for whoever opens the file, and opens nothing else; of a file that is refused it stays known what it was declared to be
  const sealed = [await sealSmall(core, chain, canonicalBytes(words), 'direct')];
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
      objects: sealed,
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
async function makeFile(core: Core, record: UploadRecord, said: readonly KeptPart[] | undefined): Promise<void> {
  const made = await putTogether(core, record, said).catch(async (error: unknown) => {
    const there = await core.vault.stat(record.id);
    if (there !== undefined) return there.sizeBytes;
    throw isCode(error, 'vault/absent') ? hasEnded(error) : error;
  });
  if (made !== sealedBytesOf(record))
    throw new DeskError('vault/damaged', 'What was put together is not as large as its parts.');
}

/** Of the parts that their sender says the store took, where he names them all and the store agrees; else of those that are there. */
async function putTogether(core: Core, record: UploadRecord, said: readonly KeptPart[] | undefined): Promise<number> {
  const complete = (parts: readonly KeptPart[]): Promise<number> =>
    core.vault.uploads.complete(uploadOf(record), parts, new Date(record.lockedUntil));
  const fromThoseThere = async (): Promise<number> => complete(demandWhole(record, await keptParts(core, record)));
  if (said === undefined) return fromThoseThere();
  return complete(said).catch((error: unknown) => {
    if (isCode(error, 'vault/absent') || isCode(error, 'vault/failed')) return fromThoseThere(); // whatever the store found wrong with what was said
    throw error;
  });
}

/** Undefined where a part of the slot is not among them. Their sizes are those that their addresses were signed for. */
function saidParts(record: UploadRecord, said: CompleteUploadRequest['parts']): KeptPart[] | undefined {
  const parts = [...(said ?? [])].sort((a, b) => a.number - b.number);
  if (parts.length !== partCount(record) || !parts.every(({ number }, n) => number === n + 1)) return undefined;
  return parts.map((part) => ({ ...part, sizeBytes: partAt(record, part.number)?.sizeBytes ?? 0 }));
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
