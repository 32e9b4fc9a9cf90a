// How a referral ends its open time: finished by its reporter, or taken back. (Expiry is the clock's: clock.ts.)
import { retractRequest } from '../schemas/api.ts';
import { demandOn, type Caller } from './access.ts';
import { atFinish } from './assign.ts';
import { append, daysAfter, entryAt, type Chain, type Core, type Taken } from './core.ts';
import { documentLabel } from './custody.ts';
import { declaredOf } from './declared.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { openingsOfAttachment } from './attach.ts';
import {
  contentsRoot,
  detailsName,
  giveReceipt,
  openingOf,
  type Listed,
  type Opening,
  type Receipt,
} from './receipt.ts';
import { openingsOfOpen } from './receive.ts';
import { attachmentsOf, chainOf, findReferral, readReferral, referralRow, type AttachmentRecord } from './referral.ts';
import { demandAcceptable } from './report/find.ts';
import { demandWholeReport } from './report/rules.ts';
import { sealJson } from './seal.ts';
import { abortOpen, endingRows } from './uploads/end.ts';
import { unprovedOf, type UploadRecord } from './uploads/record.ts';

/**
 * Finishes a referral: from now on nothing is added to it, and it is preserved. The finish entry commits to the list of all it
 * consists of, so that its receipt vouches for every file and for the referral itself.
 * @throws DeskError absent/referral, state/already-finished, state/not-open, state/incomplete (findings name the declared
 *   attachments that have not arrived, and all that was sent directly and not looked at yet), input/rule (a batched CyberTipline report that breaks a rule for batches)
 */
export async function finish(core: Core, caller: Caller, referralId: string): Promise<Receipt> {
  demandOn(caller, 'referral:finish', await findReferral(core, referralId));
  demandAcceptable(core, await readReferral(core, referralId));
  const chain = await chainOf(core, referralId);
  const { entry } = await entryAt(core, referralId, 0);
  const referral = ['original', documentLabel(entry)].map((name) => ({
    name,
    seq: 0,
    commitment: entry.commitments[name] ?? '',
  }));
  const taken = await append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    demandAcceptable(core, record);
    if (record.report !== undefined) await demandWholeReport(core, referralId);
    const unproved = await unprovedOf(core, referralId); // first: what is proved meanwhile is found below
    const attachments = await attachmentsOf(core, referralId);
    await demandComplete(core, referralId, attachments, unproved);
    const closedAt = at.toISOString();
    const own = daysAfter(at, core.settings.retentionDays).toISOString();
    const { rows, keepUntil } = await atFinish(core, referralId, closedAt, own);
    const closed = { ...record, state: 'finished' as const, closedAt, keepUntil, kept: [{ seq, until: keepUntil }] };
    return {
      act: 'finish',
      actorId: caller.actorId,
      commitments: [
        { label: 'contents', type: 'root', value: contentsRoot([...referral, ...attachments.flatMap(listed)]) },
      ],
      put: [referralRow(core, closed), ...rows],
    };
  });
  return receiptFor(core, chain, taken);
}

function listed({ attachment, seq, commitment, details }: AttachmentRecord): Listed[] {
  const file = { name: attachment, seq, commitment };
  return details === undefined ? [file] : [file, { name: detailsName(attachment), ...details }];
}

async function demandComplete(
  core: Core,
  referralId: string,
  attachments: readonly AttachmentRecord[],
  slots: readonly UploadRecord[],
): Promise<void> {
  const arrived = new Set(attachments.map(({ attachment }) => attachment));
  const unproved = new Set(slots.map(({ attachment }) => attachment));
  const declared = await declaredOf(core, referralId);
  const places = new Map(declared.map(({ id }, n) => [id, n]));
  const missing = declared.map(({ id }) => id).filter((id) => !arrived.has(id) && !unproved.has(id));
  if (missing.length + unproved.size === 0) return;
  const pathOf = (id: string): string => (places.has(id) ? `/attachments/${places.get(id)}` : '');
  throw new DeskError(
    'state/incomplete',
    'Attachments that the referral declares have not arrived, or were not looked at yet: see to them, then finish.',
    {
      findings: [
        ...missing.map((id) => ({ code: 'attachment-missing', path: pathOf(id), message: NOT_RECEIVED })),
        ...[...unproved].map((id) => ({
          code: 'attachment-unproved',
          path: pathOf(id),
          message: `${NOT_PROVED} ${id}`,
        })),
      ],
    },
  );
}

const NOT_RECEIVED = 'Declared here and not received.';
const NOT_PROVED = 'Sent directly; the desk has not looked at it yet. Finish in a moment. Attachment';

/**
 * Takes an unfinished referral back; the clock then destroys it.
 * @param reason sealed beside the entry, where one is given
 * @throws DeskError absent/referral, state/already-finished, state/not-open
 */
export async function retract(core: Core, caller: Caller, referralId: string, reason?: string): Promise<Taken> {
  demandOn(caller, 'referral:retract', await findReferral(core, referralId));
  inForm(retractRequest, { reason });
  demandAcceptable(core, await readReferral(core, referralId));
  const chain = await chainOf(core, referralId);
  const words = reason === undefined ? [] : [await sealJson(core, chain, { version: 1, reason })];
  await abortOpen(core, referralId);
  return append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    demandAcceptable(core, record);
    const closed = { ...record, state: 'retracted' as const, closedAt: at.toISOString() };
    const commitments = reason === undefined ? [] : [{ label: 'reason', type: 'text' as const, value: reason }];
    const put = [referralRow(core, closed), ...(await endingRows(core, referralId, seq, at))];
    return { act: 'retract', actorId: caller.actorId, objects: words, commitments, put };
  });
}

/** A receipt for the chain as it stands now. @throws DeskError absent/referral, absent/destroyed */
export async function receiptNow(core: Core, caller: Caller, referralId: string): Promise<Receipt> {
  demandOn(caller, 'referral:receipt', await findReferral(core, referralId));
  const chain = await chainOf(core, referralId);
  const head = await core.ledger.head(referralId);
  return receiptFor(core, chain, await entryAt(core, referralId, head?.seq ?? 0));
}

async function receiptFor(core: Core, chain: Chain, taken: Taken): Promise<Receipt> {
  const opened = await entryAt(core, chain.owner, 0);
  const attachments = await attachmentsOf(core, chain.owner);
  const openings: Opening[] = [
    ...openingsOfOpen(chain, opened.entry),
    ...attachments.flatMap((record) => openingsOfAttachment(chain, record)),
  ];
  if ('contents' in taken.entry.commitments) openings.push(openingOf(chain, taken.entry, 'contents', 'root'));
  return giveReceipt(core, taken, openings);
}
