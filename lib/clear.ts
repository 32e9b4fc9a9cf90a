// A finding that clears: the material is not illegal, or a person has nothing to do with it. It is entered, told to everyone who was
// handed a packet or a filing, and stands in every packet from then on. Where a supervisor enters it, it ends what may be ended.
import type { ClearanceShown, ClearRequest, NoticeShown } from '../schemas/index.ts';
import { clearRequest } from '../schemas/lawful.ts';
import { demandOn, demandOnPacket, type Caller } from './access.ts';
import { append, daysAfter, entryAt, rowsOf, type Chain, type Core, type RowDraft, type Taken } from './core.ts';
import { commitment, commitmentKey } from './custody.ts';
import { DeskError, isCode } from './errors.ts';
import { demandNameless, demandThere, type ClearWords } from './finding.ts';
import { filingRow, filingsOf, mayBeThere, type FilingRecord } from './filing/record.ts';
import { inForm } from './form.ts';
import { noticeRow, noticesOf, shownNotice, type NoticeRecord } from './notice.ts';
import { committedOf } from './packet/clearances.ts';
import { openDocument } from './packet/document.ts';
import { wordsOfOrder } from './packet/order.ts';
import { isOpenLink, findPacket, packetList, packetRow, readPacket, type PacketRecord } from './packet/record.ts';
import { isPart } from './packet/terms.ts';
import { chainOf, findReferral, keptUntil, readReferral, referralRow, type ReferralRecord } from './referral.ts';
import { lawOf } from './regime/index.ts';
import { latestFloor, readRegimes } from './regime/record.ts';
import { releasesOf } from './release.ts';
import { sealJson } from './seal.ts';

/** What a finding set off. */
export interface Cleared extends Taken {
  readonly clearance: ClearanceShown;
  readonly notices: readonly NoticeShown[];
  readonly ended: Ended;
}

interface Ended {
  readonly links: number;
  readonly orders: number;
  readonly filings: number;
}

const MOST_CLEARANCES = 100;

/**
 * Enters a finding of the desk's own. It ends unused links and what is ordered and not made or not begun; where it is about the whole
 * referral and a law was named that it falls under and that asks for it to be kept, it is kept no longer than the laws named ask.
 * @throws DeskError absent/referral, absent/destroyed, input/invalid (the form, or a pointer that leads nowhere), state/not-finished,
 *   state/not-open, state/too-many
 */
export async function clear(core: Core, caller: Caller, referralId: string, asked: ClearRequest): Promise<Cleared> {
  demandOn(caller, 'referral:clear', await findReferral(core, referralId));
  return enter(core, caller, referralId, inForm(clearRequest, asked));
}

/**
 * Enters what an agency found that took this packet. It is told to all and ends nothing: another country's law may see it otherwise.
 * @throws DeskError absent/packet, absent/destroyed, input/invalid, state/not-taken (nobody took the packet), state/handling (it
 *   shows a part), state/too-many
 */
export async function clearPacket(core: Core, caller: Caller, packetId: string, asked: ClearRequest): Promise<Cleared> {
  demandOnPacket(caller, 'packet:clear', await findPacket(core, packetId));
  const request = inForm(clearRequest, asked);
  const packet = await readPacket(core, packetId);
  await demandWhole(core, packet);
  if ((await releasesOf(core, packet)).length === 0)
    throw new DeskError('state/not-taken', 'The agency has not taken this packet: it can have found nothing.');
  return enter(core, caller, packet.referral, { ...request, agency: packet.agency });
}

/**
 * Refusing words that name a victim tells who is refused that they do: nobody is asked about names whom no packet showed them.
 * @throws DeskError state/handling
 */
async function demandWhole(core: Core, packet: PacketRecord): Promise<void> {
  const { terms } = await wordsOfOrder(core, packet);
  if (!isPart(terms)) return;
  throw new DeskError('state/handling', 'This packet shows a part: who has not seen the whole clears nothing of it.');
}

async function enter(core: Core, caller: Caller, referralId: string, said: ClearWords): Promise<Cleared> {
  const chain = await chainOf(core, referralId);
  demandCleared(await readReferral(core, referralId));
  const { referral } = await openDocument(core, referralId);
  demandThere(said.about, referral);
  demandNameless(said, referral);
  const before = await firstOf(core, chain, said);
  if (before !== undefined) return before;
  try {
    return await enterNew(core, caller, chain, said);
  } catch (error) {
    const first = isCode(error, 'state/exists') ? await firstOf(core, chain, said) : undefined;
    if (first === undefined) throw error; // else entered twice at once, the other was first
    return first;
  }
}

/** The same finding in the same words, where it stands: entered again it is the first one, and makes no second notice. */
async function firstOf(core: Core, chain: Chain, said: ClearWords): Promise<Cleared | undefined> {
  const { clearances = [] } = await readReferral(core, chain.owner);
  for (const clearance of clearances) {
    if (clearance.withdrawn !== undefined || clearance.finding !== said.finding) continue;
    const { entry, stored } = await entryAt(core, chain.owner, clearance.seq);
    const key = commitmentKey(chain.secret, chain.owner, clearance.seq, 'clearance');
    if (commitment(key, 'clearance', 'text', committedOf(said)) !== entry.commitments['clearance']) continue;
    const notices = (await noticesOf(core, chain.owner)).filter(({ seq }) => seq === clearance.seq);
    return { entry, text: stored.text, clearance, notices: notices.map(shownNotice), ended: NOTHING_ENDED.ended };
  }
  return undefined;
}

async function enterNew(core: Core, caller: Caller, chain: Chain, said: ClearWords): Promise<Cleared> {
  const words = await sealJson(core, chain, { version: 1, ...said });
  const { finding } = said;
  const { owner: referralId } = chain;
  const about = said.about === 'referral' ? 'referral' : 'part';
  let cleared: Omit<Cleared, keyof Taken> | undefined;
  const taken = await append(core, chain, async (seq, at) => {
    const before = await readReferral(core, referralId);
    demandCleared(before);
    if ((await firstOf(core, chain, said)) !== undefined)
      throw new DeskError('state/exists', 'It was entered meanwhile.');
    const clearance = { finding, about, at: at.toISOString(), seq } as const;
    const isEnd = said.agency === undefined;
    const notices = await noticesFor(core, before, clearance, isEnd);
    const end = isEnd ? await endings(core, referralId, at) : NOTHING_ENDED;
    const record = { ...before, clearances: [...(before.clearances ?? []), clearance] };
    const kept = isEnd && about === 'referral' ? await shortened(core, record, seq) : record;
    cleared = { clearance, notices: notices.map(shownNotice), ended: end.ended };
    return {
      act: 'clear',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'clearance', type: 'text', value: committedOf(said) }],
      put: [referralRow(core, kept), ...end.rows, ...notices.map(noticeRow)],
    };
  });
  if (cleared === undefined) throw new DeskError('internal', 'A finding was entered and not told of.');
  return { ...taken, ...cleared };
}

/** @throws DeskError state/not-finished, state/not-open, state/too-many */
function demandCleared({ state, clearances = [] }: ReferralRecord): void {
  if (state !== 'finished')
    throw new DeskError(
      state === 'open' ? 'state/not-finished' : 'state/not-open',
      'Only what its reporter has finished is cleared: what is open is taken back.',
    );
  if (clearances.length >= MOST_CLEARANCES) throw new DeskError('state/too-many', 'Too many findings on one referral.');
}

// ── whom it is told to ────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Everyone who has a packet, or may be taking it right now; and everyone with whom it was filed, surely or perhaps. What is ordered goes
 * out as it was ordered, without the finding, unless that ends it.
 */
export async function noticesFor(
  core: Core,
  { id }: ReferralRecord,
  clearance: ClearanceShown,
  isEnd: boolean,
): Promise<NoticeRecord[]> {
  const { finding, about, at, seq } = clearance;
  const remindAt = daysAfter(new Date(at), core.settings.noticeDays).toISOString();
  const made = (whom: Pick<NoticeRecord, 'agency' | 'recipient' | 'packets'>): NoticeRecord => {
    return { id: core.newId(), referral: id, finding, about, at, seq, ...whom, remindAt };
  };
  const packets = Map.groupBy(
    (await packetsOf(core, id)).filter(({ state }) => state === 'frozen' || (state === 'ordered' && !isEnd)),
    ({ agency }) => agency,
  );
  const isTold = (filing: FilingRecord): boolean => mayBeThere(filing) || (filing.state === 'ordered' && !isEnd);
  const filed = new Set((await filingsOf(core, id)).filter(isTold).map(({ to }) => to));
  return [
    ...[...packets].map(([agency, all]) => made({ agency, packets: all.map((packet) => packet.id) })),
    ...[...filed].map((recipient) => made({ recipient, packets: [] })),
  ];
}

async function packetsOf(core: Core, referral: string): Promise<PacketRecord[]> {
  const packets: PacketRecord[] = [];
  for await (const { id } of rowsOf(core, packetList(referral))) packets.push(await readPacket(core, id));
  return packets;
}

// ── what it ends ──────────────────────────────────────────────────────────────────────────────────────────────────────

const NOTHING_ENDED = { rows: [], ended: { links: 0, orders: 0, filings: 0 } };

/** Links nobody used or by which somebody is taking the packet in stretches, packets not made yet, filings not begun: ordered again, they carry the finding. */
async function endings(core: Core, referral: string, at: Date): Promise<{ rows: RowDraft[]; ended: Ended }> {
  const endedAt = at.toISOString();
  const ended = { links: 0, orders: 0, filings: 0 };
  const rows: RowDraft[] = [];
  for (const record of await packetsOf(core, referral)) {
    const open = record.links.filter((link) => isOpenLink(link, at)).length;
    const isOrder = record.state === 'ordered';
    if (open === 0 && !isOrder) continue;
    const links = record.links.map((link) => (isOpenLink(link, at) ? { ...link, endedAt } : link));
    rows.push(packetRow({ ...record, links, ...(isOrder ? { state: 'dropped', isCleared: true } : {}) }));
    ended.links += open;
    ended.orders += isOrder ? 1 : 0;
  }
  for (const record of await filingsOf(core, referral)) {
    if (record.state !== 'ordered' || record.step !== undefined) continue;
    rows.push(filingRow({ ...record, state: 'dropped' }));
    ended.filings++;
  }
  return { rows, ended };
}

/**
 * The desk's own period falls away; what a law asks for stays. Where no law was named that the referral itself falls under and that asks
 * for any, an order to preserve being none, nobody knows that none does; and what was filed falls under the law of the filing.
 */
async function shortened(core: Core, record: ReferralRecord, seq: number): Promise<ReferralRecord> {
  const named = await readRegimes(core, record.id);
  const laws = named.flatMap(({ law, keepUntil }) => (keepUntil === undefined ? [] : (lawOf(law) ?? [])));
  const isFiled = (await filingsOf(core, record.id)).some(mayBeThere);
  const isKnown = laws.some(({ applies, byFiling = false }) => (isFiled ? byFiling : applies === 'referral'));
  const floor = latestFloor(named);
  if (!isKnown || floor === undefined || floor >= (record.keepUntil ?? '')) return record;
  return keptUntil(record, seq, floor);
}
