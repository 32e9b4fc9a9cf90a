// The withdrawal of a finding that clears: an entry of its own that names the finding it ends. It is told to everyone who was told of the
// finding or has a packet that may carry it, tracked until acknowledged, and stands beside the finding in every packet from then on.
// Always true: the finding stays entered; what it ended stays ended, and what it let go sooner is kept again as long as before.
import type { ClearanceShown, NoticeShown, WithdrawRequest } from '../schemas/index.ts';
import { withdrawRequest } from '../schemas/lawful.ts';
import { demandOn, demandOnPacket, type Caller } from './access.ts';
import { noticesFor } from './clear.ts';
import { append, daysAfter, entryAt, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import { demandNameless, type ClearWords } from './finding.ts';
import { inForm } from './form.ts';
import { noticeRow, noticesOf, shownNotice, type NoticeRecord } from './notice.ts';
import { withdrawalOf } from './packet/clearances.ts';
import { openDocument } from './packet/document.ts';
import { findPacket, readPacket } from './packet/record.ts';
import { chainOf, findReferral, keptUntil, readReferral, referralRow, type ReferralRecord } from './referral.ts';
import { sealJson } from './seal.ts';
import { wordsOf } from './words.ts';

/** What a withdrawal set off. */
export interface Withdrawn extends Taken {
  /** The finding, as it stands now. */
  readonly clearance: ClearanceShown;
  readonly notices: readonly NoticeShown[];
}

/**
 * Withdraws a finding of the desk's own. Where it had made the referral be kept for less, it is kept as long as before.
 * @throws DeskError absent/referral, absent/destroyed, input/invalid (the form, or no such finding of the desk's), state/not-open,
 *   state/exists (withdrawn before)
 */
export async function withdraw(
  core: Core,
  caller: Caller,
  referralId: string,
  asked: WithdrawRequest,
): Promise<Withdrawn> {
  demandOn(caller, 'referral:clear', await findReferral(core, referralId));
  return enter(core, caller, referralId, { ...inForm(withdrawRequest, asked) });
}

/**
 * Withdraws what the agency of this packet had found. @throws DeskError absent/packet, absent/destroyed, input/invalid (the form, or no
 *   such finding of this agency's), state/not-open, state/exists
 */
export async function withdrawPacket(
  core: Core,
  caller: Caller,
  packetId: string,
  asked: WithdrawRequest,
): Promise<Withdrawn> {
  demandOnPacket(caller, 'packet:clear', await findPacket(core, packetId));
  const request = inForm(withdrawRequest, asked);
  const { referral, agency } = await readPacket(core, packetId);
  return enter(core, caller, referral, request, agency);
}

/** @param agency whose finding it must be; the desk's own without one */
async function enter(
  core: Core,
  caller: Caller,
  referralId: string,
  said: WithdrawRequest,
  agency?: string,
): Promise<Withdrawn> {
  const chain = await chainOf(core, referralId);
  demandStanding(await readReferral(core, referralId), said.clearance);
  await demandOwn(core, referralId, said.clearance, agency);
  const { referral } = await openDocument(core, referralId);
  demandNameless(said, referral);
  const words = await sealJson(core, chain, { version: 1, ...said });
  let told: Omit<Withdrawn, keyof Taken> | undefined;
  const taken = await append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    const clearance = { ...demandStanding(record, said.clearance), withdrawn: { at: at.toISOString(), seq } };
    const notices = await noticesOfEnd(core, record, clearance);
    const clearances = (record.clearances ?? []).map((each) => (each.seq === clearance.seq ? clearance : each));
    told = { clearance, notices: notices.map(shownNotice) };
    return {
      act: 'withdraw-clearance',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'withdrawal', type: 'text', value: withdrawalOf(said) }],
      put: [referralRow(core, restored({ ...record, clearances }, clearance.seq, seq)), ...notices.map(noticeRow)],
    };
  });
  if (told === undefined) throw new DeskError('internal', 'A withdrawal was entered and not told of.');
  return { ...taken, ...told };
}

/** @throws DeskError state/not-open, input/invalid, state/exists */
function demandStanding({ state, clearances = [] }: ReferralRecord, seq: number): ClearanceShown {
  if (state !== 'finished') throw new DeskError('state/not-open', 'The referral is being destroyed, or was.');
  const found = clearances.find((each) => each.seq === seq);
  if (found === undefined) throw noSuchFinding();
  if (found.withdrawn !== undefined) throw new DeskError('state/exists', 'The finding was withdrawn before.');
  return found;
}

/** Nobody withdraws what somebody else found. @throws DeskError input/invalid */
async function demandOwn(core: Core, referralId: string, seq: number, agency: string | undefined): Promise<void> {
  const { stored } = await entryAt(core, referralId, seq);
  const said = await wordsOf<ClearWords>(core, stored);
  if (said.agency !== agency) throw noSuchFinding();
}

function noSuchFinding(): DeskError {
  return new DeskError('input/invalid', 'There is no such finding of yours.', {
    findings: [
      { code: 'absent', path: '/clearance', message: 'Give the number of its entry, as the answer to it said.' },
    ],
  });
}

type Ended = ClearanceShown & { readonly withdrawn: { readonly at: string; readonly seq: number } };

/** Everyone who has a packet that may carry the finding, or a filing; and everyone who was told of it. */
async function noticesOfEnd(
  core: Core,
  record: ReferralRecord,
  { finding, about, seq, withdrawn }: Ended,
): Promise<NoticeRecord[]> {
  const now = { finding, about, at: withdrawn.at, seq: withdrawn.seq };
  const holders = await noticesFor(core, record, now, false);
  const isTold = (one: NoticeRecord): boolean =>
    holders.some(({ agency, recipient }) => agency === one.agency && recipient === one.recipient);
  const before = (await noticesOf(core, record.id)).filter((each) => each.seq === seq && !isTold(each));
  const remindAt = daysAfter(new Date(now.at), core.settings.noticeDays).toISOString();
  const others = before.map(({ agency, recipient, packets }): NoticeRecord => {
    const whom = { ...(agency === undefined ? {} : { agency }), ...(recipient === undefined ? {} : { recipient }) };
    return { id: core.newId(), referral: record.id, ...now, ...whom, packets, remindAt };
  });
  return [...holders, ...others].map((each) => ({ ...each, withdraws: seq }));
}

/** Where the finding shortened how long it is kept, that is undone; whatever made it longer since then stays. */
function restored(record: ReferralRecord, clearance: number, seq: number): ReferralRecord {
  const { kept = [], keepUntil = '' } = record;
  const before = kept[kept.findIndex((each) => each.seq === clearance) - 1];
  return before === undefined || before.until <= keepUntil ? record : keptUntil(record, seq, before.until);
}
