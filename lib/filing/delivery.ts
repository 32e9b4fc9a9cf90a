// One step of one filing: what is entered says which call is next; it is entered, made, and entered again with its answer.
import type { Chain, Core } from '../core.ts';
import { DeskError, isCode, type Code } from '../errors.ts';
import type { Recipient, RecipientAnswer } from '../ports.ts';
import { chainOf, readReferral } from '../referral.ts';
import { judge } from './answers.ts';
import { requestOf, STATUS } from './calls.ts';
import { enterAnswer, enterBegun, enterEnd, enterUnanswered } from './entries.ts';
import { isOver, journalOf, noted, type Journal } from './journal.ts';
import { materialOf, type FilingMaterial } from './material.ts';
import { meaningOf } from './meaning.ts';
import { lastOfMaterial, recipientOf } from './order.ts';
import { nextOf, type Call } from './plan.ts';
import { readFiling, type FilingRecord } from './record.ts';

/** What is read of a filing once and then kept while it is under way. */
export interface Known {
  readonly material: FilingMaterial;
  readonly journal: Journal;
  /** The last entry the journal has taken in; undefined for none. */
  readonly seq: number | undefined;
}

/** By filing. */
export type KnownFilings = Map<string, Known>;

/** A filing under way, and all that its next step needs. */
interface Going {
  readonly core: Core;
  readonly chain: Chain;
  readonly record: FilingRecord;
  readonly recipient: Recipient;
  readonly known: Known;
  readonly keep: (known: Known) => void;
}

/**
 * Takes one step, if there is one to be taken now.
 * @returns false when there is not: it has ended, its referral is being destroyed, or somebody else went on with it meanwhile
 * @throws DeskError recipient/*, absent/recipient: to be tried again after a rest; and what reading damaged objects throws
 */
export async function takeStep(core: Core, filings: KnownFilings, id: string): Promise<boolean> {
  const record = await readFiling(core, id);
  if (record.state !== 'ordered' || (await isEnding(core, record))) return false;
  try {
    const going = await begin(core, filings, record);
    return await goOn(going);
  } catch (error) {
    if (isCode(error, 'state/exists')) return false;
    const isGone = isCode(error, 'keys/absent') || isCode(error, 'absent/destroyed');
    if (isGone && (await isEnding(core, record))) return false; // destroyed meanwhile
    throw error;
  }
}

/** What is being destroyed, or was, is filed no more. */
async function isEnding(core: Core, { referral }: FilingRecord): Promise<boolean> {
  return (await readReferral(core, referral)).state !== 'finished';
}

async function begin(core: Core, filings: KnownFilings, record: FilingRecord): Promise<Going> {
  const recipient = recipientOf(core, record.to, record.server);
  const chain = await chainOf(core, record.referral);
  const before = filings.get(record.id);
  const seq = record.step?.seq;
  const material = before?.material ?? (await materialOf(core, chain, lastOfMaterial(record)));
  const journal = before?.seq === seq && before !== undefined ? before.journal : await journalOf(core, chain, record);
  const known = { material, journal, seq };
  const keep = (now: Known): void => void filings.set(record.id, now);
  keep(known);
  return { core, chain, record, recipient, known, keep };
}

async function goOn(going: Going): Promise<boolean> {
  const { core, chain, record, known } = going;
  const described = known.material.files.map(({ details }) => details !== undefined);
  const next = nextOf(record, described, isOver(core, known.journal));
  if ('call' in next && isTooLate(core, record, next.call)) throw new DeskError('recipient/lost', 'Its time is over.');
  if ('call' in next) await makeCall(going, next.call);
  else if ('enter' in next) await enterUnanswered(core, chain, record, { name: 'submit', n: 0 }, 'unclear');
  else await endFiling(core, record, 'refused', record.failure?.code ?? 'recipient/refused');
  return true;
}

/** So many reports are begun for one order at most: what fails as often fails again. */
const MOST_REPORTS = 20;

/** After the deadline what stands with the recipient is brought to its end, but no further report is begun. */
function isTooLate(
  { now }: Pick<Core, 'now'>,
  { attempt, orders, deadline, step }: FilingRecord,
  { name }: Call,
): boolean {
  const isFurther = name === 'submit' && attempt > 0 && step?.standing !== 'untaken';
  return isFurther && (now().toISOString() >= deadline || attempt >= MOST_REPORTS * orders.length);
}

async function makeCall({ core, chain, record, recipient, known, keep }: Going, call: Call): Promise<void> {
  if (isRested(record)) await demandThere(recipient);
  const { material, journal } = known;
  const begun = isAskedAgain(record, call) ? record : await enterBegun(core, chain, record, call);
  const answer = await send({ core, chain, record: begun, recipient, known, keep }, call);
  const { md5 } = material.files[call.n - 1] ?? {};
  const expected = { md5, reportId: journal.reportId, fileIds: journal.fileIds };
  const meaning = meaningOf(call, begun, await judge(call.name, answer), expected);
  const { standing, read, change, trouble } = meaning;
  const after = await enterAnswer(core, chain, begun, { ...call, standing }, answer, read, change);
  const answered = { attempt: begun.attempt, step: call.name, ...read, at: core.now().toISOString() };
  keep({ material, seq: after.step?.seq, journal: standing === 'done' ? noted(journal, answered) : journal });
  if (trouble !== undefined) throw trouble;
  if (after.state === 'delivered') await tellDelivered(core, after);
}

/** The last call did not get through: whether anybody is there is asked first, since each beginning is an entry. */
function isRested({ step }: FilingRecord): boolean {
  return step?.standing === 'untaken' || (step?.name === 'submit' && step.standing === 'unclear');
}

/** The same question, still without an answer: that it is asked is entered already. */
function isAskedAgain({ step }: FilingRecord, { name }: Call): boolean {
  return name === 'retract' && step?.name === 'retract' && step.standing === 'begun';
}

/** Until the recipient answers at all, nothing is begun: each beginning is an entry. @throws DeskError recipient/unreached */
async function demandThere(recipient: Recipient): Promise<void> {
  const { status } = await recipient.send(STATUS);
  if (status === 429 || status >= 500) throw new DeskError('recipient/unreached', 'The recipient is not there yet.');
}

/** @throws DeskError what sending throws, once it is entered as far as anybody can tell what became of it */
async function send({ core, chain, record, recipient, known }: Going, call: Call): Promise<RecipientAnswer> {
  const request = requestOf(core, known.material, known.journal, recipient, call);
  try {
    return await recipient.send(request);
  } catch (error) {
    const isUntaken = isCode(error, 'recipient/unreached');
    if (isUntaken || call.name === 'submit')
      await enterUnanswered(core, chain, record, call, isUntaken ? 'untaken' : 'unclear');
    throw error;
  }
}

// ── the end of one ────────────────────────────────────────────────────────────────────────────────────────────────────

const ENDS = {
  refused: 'A recipient refused a report, which stands in the status of its referral: mend it, and file again.',
  undelivered: 'A report was not surely delivered in time, and is tried no more: see the status, and file again.',
} as const;

/** Somebody is told first: an end that nobody heard of is none. @throws what telling throws */
export async function endFiling(
  core: Core,
  record: FilingRecord,
  state: 'refused' | 'undelivered',
  code: Code,
): Promise<void> {
  await core.alarm({ code: `filing/${state}`, where: `filing ${record.id}`, message: ENDS[state] });
  await enterEnd(core, await chainOf(core, record.referral), record, state, code);
}

/** What is not as it should be with a report that was filed; the status of its referral shows it for good. */
async function tellDelivered(core: Core, { id, differing, step }: FilingRecord): Promise<void> {
  const tell = (code: string, message: string): Promise<void> => core.alarm({ code, where: `filing ${id}`, message });
  if (differing !== undefined)
    await tell('filing/files-differ', 'The recipient names other files than were sent: ask it, with the receipt.');
  if (step?.name === 'retract')
    await tell('filing/receipt-lost', 'A report was filed, but its receipt never came: ask the recipient for it.');
}
