// Step 6, filing, its order: which finished referral is to be filed with whom. It is filed once however often it is ordered; what was
// refused or could not be delivered is taken up again where it stands.
import type { FilingRequest } from '../../schemas/index.ts';
import { filingRequest } from '../../schemas/api.ts';
import { UUID } from '../../schemas/uuid.ts';
import { demandOn, type Caller } from '../access.ts';
import { append, entryAt, type Chain, type Core } from '../core.ts';
import type { Entry } from '../custody.ts';
import { DeskError, isCode } from '../errors.ts';
import { inForm } from '../form.ts';
import { lateNotices, noticeRow } from '../notice.ts';
import { codesOf, demandFileable, type FilingTerms } from '../packet/handling.ts';
import type { Json, Recipient } from '../ports.ts';
import { chainOf, findReferral, readReferral } from '../referral.ts';
import { sealJson } from '../seal.ts';
import { leftOutOf, type LeftOut } from './left-out.ts';
import { materialOf } from './material.ts';
import { demandFit } from './preflight.ts';
import { filingRow, filingsOf, findFiling, firstOrder, readFiling, type FilingRecord } from './record.ts';

/** What ordering a filing answers. */
export interface FilingOrdered {
  /** That of the first order, where it was ordered before. */
  readonly filingId: string;
  /** The order's. */
  readonly entry: Entry;
  /** False when nothing was entered: it had been ordered before, and is under way or delivered. */
  readonly isNew: boolean;
  /** What the referral says that the recipient has no place for. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Orders a finished referral to be filed with a recipient. A filing has no place for findings that clear: of those that were entered
 * before, the recipient is to be told by hand, for which there are notices.
 * @param filingId the caller's own name for this order, a fresh UUID: the same order given again is the same filing
 * @throws DeskError absent/referral, absent/recipient, state/not-finished, state/not-open, state/handling (what its codes
 *   forbid), input/invalid, input/rule (what the recipient would refuse), state/key-reused, absent/destroyed
 */
export async function orderFiling(
  core: Core,
  caller: Caller,
  referralId: string,
  asked: FilingRequest,
  filingId: string = core.newId(),
): Promise<FilingOrdered> {
  demandOn(caller, 'filing:order', await findReferral(core, referralId));
  const request = inForm(filingRequest, asked);
  const { to, server } = request;
  if (!UUID.test(filingId)) throw new DeskError('input/invalid', 'An order is named by a UUID in lower case.');
  demandFinished((await readReferral(core, referralId)).state);
  const recipient = recipientOf(core, to, server);
  const chain = await chainOf(core, referralId);
  await demandUnused(core, referralId, recipient, filingId);
  const head = await core.ledger.head(referralId);
  const material = await materialOf(core, chain, head?.seq ?? 0);
  const leftOut = leftOutOf(material.referral, recipient.schema);
  const before = await orderedBefore(core, referralId, recipient, filingId);
  if (before !== undefined) return { ...before, leftOut };
  const codes = codesOf(material.referral);
  const termsNow = (): Promise<FilingTerms> => demandFileable(core, referralId, codes, request);
  await termsNow();
  await demandFit(core, material, recipient);
  try {
    return { ...(await enter(core, caller, chain, recipient, filingId, termsNow)), leftOut };
  } catch (error) {
    if (!isCode(error, 'state/exists')) throw error;
    const first = await orderedBefore(core, referralId, recipient, filingId); // given twice at once, the other was first
    if (first === undefined) throw error;
    return { ...first, leftOut };
  }
}

/**
 * @param server where another of the same name will not do
 * @throws DeskError absent/recipient
 */
export function recipientOf(core: Pick<Core, 'recipients'>, name: string, server?: string): Recipient {
  const recipient = core.recipients?.find((each) => each.name === name);
  const isAsked = server === undefined || server === recipient?.server;
  if (recipient !== undefined && isAsked) return recipient;
  const message =
    'The desk does not know this recipient, or another server of its name: give it its URL and credentials.';
  throw new DeskError('absent/recipient', message);
}

function demandFinished(state: string): void {
  if (state === 'finished') return;
  const message = 'Only what its reporter has finished is filed: evidence may still be missing.';
  throw new DeskError(state === 'open' ? 'state/not-finished' : 'state/not-open', message);
}

/** @throws DeskError state/key-reused */
async function demandUnused(core: Core, referralId: string, to: Recipient, filingId: string): Promise<void> {
  const record = await findFiling(core, filingId);
  if (record === undefined || (record.referral === referralId && isWith(to, record))) return;
  throw new DeskError('state/key-reused', 'This id names another order: choose a fresh one.');
}

type Ordered = Omit<FilingOrdered, 'leftOut'>;

/** What answers this order without another entry: the very same one, or one that is under way or delivered. */
async function orderedBefore(core: Core, referralId: string, to: Recipient, id: string): Promise<Ordered | undefined> {
  const record = (await filingsOf(core, referralId)).find((each) => isWith(to, each));
  if (record === undefined) return undefined;
  const { state, orders } = await readFiling(core, record.id);
  const isToBeTakenUp = state === 'refused' || state === 'undelivered' || state === 'dropped';
  const same = orders.find((each) => each.id === id) ?? (isToBeTakenUp ? undefined : orders.at(-1));
  if (same === undefined) return undefined;
  return { filingId: record.id, entry: (await entryAt(core, referralId, same.seq)).entry, isNew: false };
}

const HOUR_MS = 3_600_000;

/** The same name may stand for NCMEC's test system one day and for production the next: they are two. */
function isWith({ name, server }: Recipient, record: FilingRecord): boolean {
  return record.to === name && record.server === server;
}

/** @param termsNow asked again each time another act came first: consent may have been ended */
async function enter(
  core: Core,
  caller: Caller,
  chain: Chain,
  to: Recipient,
  id: string,
  termsNow: () => Promise<FilingTerms>,
): Promise<Ordered> {
  const { owner: referral } = chain;
  const { name, server } = to;
  const [known] = (await filingsOf(core, referral)).filter((each) => isWith(to, each));
  const filing = known?.id ?? id;
  const terms = await termsNow();
  const words = await sealJson(core, chain, { version: 1, filing, to: name, server, ...saidOf(terms) });
  const { entry } = await append(core, chain, async (seq, at) => {
    const cleared = await readReferral(core, referral);
    demandFinished(cleared.state);
    if ((await orderedBefore(core, referral, to, id)) !== undefined || (await isOther(core, referral, to, known)))
      throw new DeskError('state/exists', 'It was ordered meanwhile.');
    if ((await termsNow()).consent !== terms.consent)
      throw new DeskError('state/contended', 'Consent was given or ended meanwhile: order it again.');
    const before = known === undefined ? undefined : await readFiling(core, known.id);
    const order = { id, by: caller.actorId, at: at.toISOString(), seq };
    const deadline = new Date(at.getTime() + core.settings.fileWithinHours * HOUR_MS).toISOString();
    return {
      act: 'order-filing',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'order', type: 'text', value: [filing, name, server, ...Object.values(saidOf(terms))] }],
      put: [
        filingRow(before === undefined ? firstRecord(referral, to, order, deadline) : again(before, order, deadline)),
        ...(await lateNotices(core, cleared, name, at)).map(noticeRow),
      ],
      absent: before === undefined ? [{ kind: 'filing', id: filing }] : [],
    };
  });
  return { filingId: filing, entry, isNew: true };
}

/** Nothing where there is nothing to say: most referrals have no such codes. */
function saidOf(terms: FilingTerms): { terms?: Record<string, Json> } {
  return Object.keys(terms).length === 0 ? {} : { terms: { ...terms } };
}

/** Whether the first filing of this referral with this recipient is another than the one that was found before. */
async function isOther(core: Core, referral: string, to: Recipient, known: FilingRecord | undefined): Promise<boolean> {
  return (await filingsOf(core, referral)).find((each) => isWith(to, each))?.id !== known?.id;
}

type Order = FilingRecord['orders'][number];

function firstRecord(referral: string, { name, server }: Recipient, order: Order, deadline: string): FilingRecord {
  const filing = { id: order.id, referral, to: name, server };
  return { ...filing, state: 'ordered', orders: [order], deadline, attempt: 0, orphans: 0 };
}

/** Where it stands is kept: what is in doubt is asked about first. */
function again(before: FilingRecord, order: Order, deadline: string): FilingRecord {
  const { id, referral, to, server, orders, attempt, step, orphans, finishBegun } = before;
  const begun = finishBegun === undefined ? {} : { finishBegun };
  const kept = { id, referral, to, server, attempt, orphans, ...begun, ...(step === undefined ? {} : { step }) };
  return { ...kept, state: 'ordered', orders: [...orders, order], deadline };
}

/** The entry up to which its material is read. */
export function lastOfMaterial(record: FilingRecord): number {
  return firstOrder(record).seq;
}
