// Sending a whole referral: hash, open, match, send what is not there yet, finish. Run again after any interruption it goes on where
// it stopped, because every name it gives is made from what is named.
import { createHash } from 'node:crypto';
import { DeskError, isCode, type Finding } from '../errors.ts';
import type { Receipt } from '../receipt.ts';
import type { Opened } from '../receive.ts';
import type { ReferralStatus } from '../status.ts';
import { attachmentIdOf, documentKeyOf } from './attachment-id.ts';
import type { DeskClient } from './desk-client.ts';
import { eachOf } from './each.ts';
import { DIRECT_BYTES, sendDirectly } from './direct.ts';
import { hashFiles, sendUnchanged, type HashedFile, type SubmitFile, type SubmitProgress } from './file.ts';
import { inTurn } from '../batch.ts';
import { waitForProof } from './prove.ts';
import { forgetSlot, type SlotKeeper } from './slot.ts';
import { matchFiles, readDeclared, type DeclaredFile } from './match.ts';

/** A referral and its files, as they are sent. */
export interface Submission {
  /** The referral's JSON, byte for byte. */
  readonly referral: Uint8Array;
  readonly files: readonly SubmitFile[];
  readonly onProgress?: ((progress: SubmitProgress) => void) | undefined;
  /** How many files at once; 4 without it. */
  readonly parallel?: number | undefined;
  /** `sha256:` and the digest of the referral without one, so that the same referral sent again is the same. */
  readonly idempotencyKey?: string | undefined;
  /** False leaves it open for more. */
  readonly finish?: boolean | undefined;
  /** Files of more bytes than this go past the desk, sealed here, part by part, one file at a time; 4,000,000 without it, Infinity for none. */
  readonly directBytes?: number | undefined;
  /** Where what is needed to go on with such a file after a kill is kept; without it that file begins anew. */
  readonly slots?: SlotKeeper | undefined;
  /** How long to wait for the desk to look at such files, in milliseconds, while nothing moves on; 15 minutes without it. */
  readonly proveWithinMs?: number | undefined;
}

/** What became of a file. */
export interface SubmittedFile {
  readonly path: string;
  readonly attachmentId: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Its place among the referral's attachments; null when the referral does not declare it. */
  readonly declared: number | null;
  /** `left-out`: the referral was finished before, without this file. `unproved`: it is there, and the desk has not looked at it in time. */
  readonly state: 'sent' | 'there-already' | 'left-out' | 'unproved';
}

/** What became of a submission. */
export interface Submitted {
  readonly referralId: string;
  readonly isFinished: boolean;
  /** What the desk signed last: at finish, or when the referral was opened. */
  readonly receipt: Receipt;
  readonly files: readonly SubmittedFile[];
  /** Declared attachments that no file meets and the desk does not have; while there are any, nothing is finished. */
  readonly missing: readonly DeclaredFile[];
  /** What an investigator will miss. */
  readonly gaps: Opened['missing'];
  readonly warnings: readonly Finding[];
}

/**
 * Sends a referral and its files, and finishes it once nothing declared is missing. Every file is read twice: hashed, then sent. Cut off
 * anywhere, the same call goes on where it stopped.
 * @throws DeskError what the desk refused; desk/unreachable; attachment/not-as-declared when a file is not what the referral declares under its path, or
 *   changed while it was sent (findings name which). Errors of reading a file pass through unchanged.
 */
export async function submitReferral(client: DeskClient, submission: Submission): Promise<Submitted> {
  const { referral, parallel = 4, onProgress = () => undefined } = submission;
  const declared = readDeclared(referral);
  const files = await hashFiles(submission.files, parallel, onProgress);
  const match = matchFiles(declared, files);
  const opened = await client.open(referral, submission.idempotencyKey ?? `sha256:${sha256Hex(referral)}`);
  const planned = plan(opened, match);
  const documentKey = documentKeyOf(opened.receipt);
  const { sent, status } = await sendRest(client, opened.referralId, planned, { ...submission, documentKey });
  const unproved = await proveRest(client, status, planned, sent, submission);
  const sealed = idsIn(status, 'sealed', 'unproved');
  const isOpen = status.state !== 'finished';
  const missing = findMissing(declared, opened, new Set([...sealed, ...planned.map(({ id }) => id)]));
  const receipt = await close(client, opened, {
    isOpen,
    isWanted: submission.finish !== false && missing.length === 0 && unproved.size === 0,
  });
  return {
    referralId: opened.referralId,
    isFinished: receipt.isFinished,
    receipt: receipt.receipt,
    files: planned.map((each) => outcomeOf(each, sent, sealed, unproved)),
    missing,
    gaps: opened.missing,
    warnings: opened.warnings,
  };
}

interface Planned {
  readonly id: string;
  readonly file: HashedFile;
  readonly declared: number | null;
}

function plan(opened: Opened, { met, undeclared }: ReturnType<typeof matchFiles>): Planned[] {
  const ids = new Map(opened.attachments.map(({ id, declared }) => [declared, id]));
  const key = documentKeyOf(opened.receipt);
  const named = new Map<string, Planned>();
  for (const { file, place } of met) {
    const id = ids.get(place);
    if (id === undefined) throw new DeskError('internal', 'The desk gave no id to a declared attachment.');
    named.set(id, { id, file, declared: place });
  }
  for (const file of undeclared) {
    const id = attachmentIdOf(key, file.sha256, file.path);
    named.set(id, { id, file, declared: null }); // the very same file handed in twice is sent once
  }
  return [...named.values()];
}

function idsIn(
  status: ReferralStatus,
  ...states: readonly ReferralStatus['attachments'][number]['state'][]
): Set<string> {
  return new Set(status.attachments.filter(({ state }) => states.includes(state)).map(({ id }) => id));
}

function findMissing(declared: readonly DeclaredFile[], opened: Opened, there: ReadonlySet<string>): DeclaredFile[] {
  const met = new Set(opened.attachments.flatMap(({ id, declared: place }) => (there.has(id) ? [place] : [])));
  return declared.filter(({ place }) => !met.has(place));
}

/** Waits for the desk to look at what went past it, now or in an earlier run. @returns the ids of what it has not looked at in time */
async function proveRest(
  client: DeskClient,
  status: ReferralStatus,
  planned: readonly Planned[],
  sent: ReadonlySet<string>,
  { proveWithinMs = 900_000, directBytes = DIRECT_BYTES, onProgress = () => undefined }: Submission,
): Promise<ReadonlySet<string>> {
  const before = idsIn(status, 'unproved');
  const waiting = planned.filter(({ id, file }) => before.has(id) || (sent.has(id) && file.sizeBytes > directBytes));
  if (waiting.length === 0 || status.state !== 'open') return new Set();
  const totalBytes = waiting.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  return waitForProof(client, status.referralId, new Set(waiting.map(({ id }) => id)), {
    withinMs: proveWithinMs,
    onProved: (doneFiles) => {
      const doneBytes = Math.floor((totalBytes * doneFiles) / waiting.length);
      onProgress({ phase: 'proving', path: '', doneBytes, totalBytes, doneFiles, totalFiles: waiting.length });
    },
  });
}

/** What was kept for files that are there: their last run was killed before it could. */
async function forgetAll(
  referralId: string,
  planned: readonly Planned[],
  { documentKey, slots: keeper }: Sender,
): Promise<void> {
  if (keeper === undefined) return;
  for (const { id: attachmentId, file } of planned)
    await forgetSlot({ referralId, attachmentId, file, documentKey, keeper });
}

type Sender = Submission & { readonly documentKey: Buffer };

/**
 * Sends what is not there yet. If somebody else finishes the referral meanwhile, the rest stays where it is.
 * @returns the ids of what was sent, and the status before that; of a finished referral, as it was finished
 */
async function sendRest(
  client: DeskClient,
  referralId: string,
  planned: readonly Planned[],
  submission: Sender,
): Promise<{ sent: ReadonlySet<string>; status: ReferralStatus }> {
  const sent = new Set<string>();
  const before = await client.status(referralId);
  if (before.state === 'finished') return { sent, status: before };
  const there = idsIn(before, 'sealed', 'unproved');
  const rest = planned.filter(({ id }) => !there.has(id));
  await forgetAll(
    referralId,
    planned.filter(({ id }) => there.has(id)),
    submission,
  );
  try {
    await sendAll(client, referralId, rest, submission, (id) => sent.add(id));
    return { sent, status: before };
  } catch (error) {
    if (!isCode(error, 'state/already-finished')) throw error;
    const status = await client.status(referralId);
    if (status.state !== 'finished') throw error;
    return { sent, status };
  }
}

async function sendAll(
  client: DeskClient,
  referralId: string,
  planned: readonly Planned[],
  { parallel = 4, onProgress = () => undefined, directBytes = DIRECT_BYTES, documentKey, slots: keeper }: Sender,
  onSent: (id: string) => void,
): Promise<void> {
  const turns = inTurn();
  const totalBytes = planned.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  let [doneBytes, doneFiles] = [0, 0];
  const tell = (path: string): void => {
    onProgress({ phase: 'sending', path, doneBytes, totalBytes, doneFiles, totalFiles: planned.length });
  };
  await eachOf(planned, parallel, async ({ id, file }) => {
    let gone = 0;
    const count = (sizeBytes: number): void => {
      doneBytes += sizeBytes - gone; // a file sent anew begins at 0 again
      gone = sizeBytes;
    };
    const onBytes = (sizeBytes: number): void => {
      count(sizeBytes);
      tell(file.path);
    };
    const sending = { referralId, attachmentId: id, file, documentKey, keeper };
    if (file.sizeBytes > directBytes) await turns('direct', () => sendDirectly(client, sending, onBytes));
    else await sendUnchanged(client, referralId, id, file, onBytes);
    onSent(id);
    count(file.sizeBytes);
    doneFiles += 1;
    tell(file.path);
  });
}

/** Finishes it, or asks for the receipt of what is finished: also when it was this very call that finished it and was cut off. */
async function close(
  client: DeskClient,
  opened: Opened,
  { isOpen, isWanted }: { isOpen: boolean; isWanted: boolean },
): Promise<{ isFinished: boolean; receipt: Receipt }> {
  if (!isOpen) return { isFinished: true, receipt: await client.receipt(opened.referralId) };
  if (!isWanted) return { isFinished: false, receipt: opened.receipt };
  try {
    return { isFinished: true, receipt: await client.finish(opened.referralId) };
  } catch (error) {
    const mayBeFinished = isCode(error, 'state/already-finished') || isCode(error, 'desk/unreachable');
    if (!mayBeFinished || (await client.status(opened.referralId)).state !== 'finished') throw error;
    return { isFinished: true, receipt: await client.receipt(opened.referralId) };
  }
}

function outcomeOf(
  { id, file, declared }: Planned,
  sent: ReadonlySet<string>,
  sealed: ReadonlySet<string>,
  unproved: ReadonlySet<string>,
): SubmittedFile {
  const { path, sha256, sizeBytes } = file;
  const arrived = sent.has(id) ? 'sent' : sealed.has(id) ? 'there-already' : 'left-out';
  const state = unproved.has(id) ? 'unproved' : arrived;
  return { path, attachmentId: id, sha256, sizeBytes, declared, state };
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
