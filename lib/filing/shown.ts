// What is told of a filing: to everyone who may know of it how it stands, and to whose referral it is the recipient's number and answer,
// which lie sealed.
import type { z } from 'zod';
import type { filingList, referralStatus } from '../../schemas/index.ts';
import { demandOn, type Caller } from '../access.ts';
import type { Chain, Core } from '../core.ts';
import { isCode } from '../errors.ts';
import type { Failures } from '../packet/failures.ts';
import { chainOf, findReferral } from '../referral.ts';
import type { KnownFilings } from './delivery.ts';
import { answersOf, type Answered } from './journal.ts';
import { callsOf } from './plan.ts';
import { filingsOf, firstOrder, type FilingRecord } from './record.ts';

/** How a filing stands; none of the recipient's words. */
export type FilingShown = z.infer<typeof referralStatus>['filings'][number];

/** A filing with what is sealed of it. */
export type FilingStatus = z.infer<typeof filingList>['items'][number];

export function shownFiling(record: FilingRecord, failures: Pick<Failures, 'of'>): FilingShown {
  const { id, to, server, state, deadline, attempt, orphans, step, failure, ended, differing } = record;
  const failing = state === 'ordered' ? failures.of(id) : undefined;
  const isReceiptLost = state === 'delivered' && step?.name === 'retract';
  return {
    filingId: id,
    to,
    server,
    state,
    orderedAt: firstOrder(record).at,
    deadline,
    reports: attempt,
    orphans,
    ...(step === undefined ? {} : { step: { name: step.name, n: step.n, standing: step.standing } }),
    ...(failure === undefined ? {} : { failure }),
    ...(failing === undefined ? {} : { failing }),
    ...(ended === undefined ? {} : { endedAt: ended.at }),
    ...(isReceiptLost ? { isReceiptLost } : {}),
    ...(differing === undefined ? {} : { differing }),
  };
}

/**
 * The filings of a referral, oldest first. The recipient's number and answers are opened for its reporter and for a supervisor; an
 * auditor, who reads no contents, is not shown them, and of a destroyed referral they are gone.
 * @throws DeskError access/denied, absent/referral
 */
export async function listFilings(
  core: Core,
  { failures, known }: { readonly failures: Pick<Failures, 'of'>; readonly known: KnownFilings },
  caller: Caller,
  referralId: string,
): Promise<{ readonly items: readonly FilingStatus[] }> {
  demandOn(caller, 'filing:state', await findReferral(core, referralId));
  const chain = caller.role === 'auditor' ? undefined : await chainIfAny(core, referralId);
  const items: FilingStatus[] = [];
  for (const record of await filingsOf(core, referralId)) {
    const shown = { ...shownFiling(record, failures), orderedBy: firstOrder(record).by, ...callsIn(record, known) };
    items.push(chain === undefined ? shown : { ...shown, ...(await sealedOf(core, chain, record)) });
  }
  return { items };
}

async function chainIfAny(core: Core, referralId: string): Promise<Chain | undefined> {
  try {
    return await chainOf(core, referralId);
  } catch (error) {
    if (isCode(error, 'absent/destroyed')) return undefined;
    throw error;
  }
}

/** How far it is, as long as the courier has it in hand. */
function callsIn({ id, state }: FilingRecord, known: KnownFilings): Pick<FilingStatus, 'calls'> {
  const { material, journal } = known.get(id) ?? {};
  if (state !== 'ordered' || material === undefined || journal === undefined) return {};
  const all = callsOf(material.files.map(({ details }) => details !== undefined));
  return { calls: { done: Math.min(journal.done, all), all } };
}

/** The number of the newest report, the answer that ended it, and the one by which it was refused. */
async function sealedOf(core: Core, chain: Chain, record: FilingRecord): Promise<Partial<FilingStatus>> {
  const found: Pick<Partial<FilingStatus>, 'reportId' | 'receipt' | 'refusal'> = {};
  if (record.attempt === 0 || record.state === 'ordered') return found; // it may have hundreds of answers
  for await (const answered of answersOf(core, chain, record)) {
    if (answered.standing === 'done' && answered.reportId !== undefined) found.reportId = answered.reportId;
    if (isReceipt(record, answered)) found.receipt = wordsOf(answered);
    if (answered.standing === 'refused' && answered.at === record.failure?.at) found.refusal ??= wordsOf(answered);
  }
  return found;
}

function isReceipt({ state, step }: FilingRecord, answered: Answered): boolean {
  const isEnding = answered.step === 'finish' || answered.step === 'retract';
  return state === 'delivered' && answered.seq === step?.seq && isEnding;
}

function wordsOf({ seq, at, status, answer, requestId }: Answered): NonNullable<FilingStatus['receipt']> {
  return { seq, at, status, answer, ...(requestId === undefined ? {} : { requestId }) };
}
