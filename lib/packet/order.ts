// Step 4, packet, its order: for which agency, to what purpose, on what legal basis. The order is an entry, and the chain inside the
// packet ends with it; the packet itself is made from it afterwards (freeze.ts).
import type { PacketRequest, ProfileName, RegimeName } from '../../schemas/index.ts';
import { packetRequest } from '../../schemas/api.ts';
import { UUID } from '../../schemas/uuid.ts';
import { demandOn, type Caller } from '../access.ts';
import { readAgency, type AgencyRecord } from '../agencies.ts';
import { append, entryAt, type Core } from '../core.ts';
import type { Entry } from '../custody.ts';
import { DeskError, isCode } from '../errors.ts';
import { inForm } from '../form.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { MOST_ENTRIES } from '../formats/zip/form.ts';
import type { Json } from '../ports.ts';
import { chainOf, findReferral, readReferral, type AttachmentRecord } from '../referral.ts';
import { lawOf } from '../regime/index.ts';
import { readRegimes } from '../regime/record.ts';
import { sealJson } from '../seal.ts';
import { wordsOf } from '../words.ts';
import { openDocument } from './document.ts';
import { codesOf, consentTo, demandUsable, type HandlingCode } from './handling.ts';
import { demandNamesNobody } from './names-nobody.ts';
import { chooseKey } from './keys.ts';
import { findPacket, packetRow, type PacketRecord } from './record.ts';
import { resolveSelection } from './select-order.ts';
import { encryptionTo, termsOf, type PacketTerms, type Selection } from './terms.ts';

/** What is sealed beside the entry of an order. */
export interface OrderWords {
  readonly packet: string;
  readonly agency: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly terms: PacketTerms;
  /** The agency's key as it was then, where the terms say that it is encrypted. */
  readonly key?: string;
}

export interface PacketOrdered {
  readonly packetId: string;
  readonly entry: Entry;
  /** False when this order had been given before. */
  readonly isNew: boolean;
}

/**
 * Orders a packet of a finished referral for an agency, which may take it once it is made.
 * @param packetId the caller's own name for this order, a fresh UUID: the same order given again is the same packet
 * @throws DeskError absent/referral, state/not-finished, state/handling (what the referral's codes forbid), input/invalid (the form, or
 *   an agency that is not known), absent/regime (not named),
 *   state/key-reused (the id is another order's), state/too-many (exhibits), absent/destroyed
 */
export async function orderPacket(
  core: Core,
  caller: Caller,
  referralId: string,
  asked: PacketRequest,
  packetId: string = core.newId(),
): Promise<PacketOrdered> {
  demandOn(caller, 'packet:order', await findReferral(core, referralId));
  const request = inForm(packetRequest, asked);
  const { agency, purpose, legalBasis } = request;
  if (!UUID.test(packetId)) throw new DeskError('input/invalid', 'An order is named by a UUID in lower case.');
  const receiver = await readAgency(core, agency);
  const lawful = request.regime && (await profileFor(core, referralId, request.regime));
  const selection = await selectionOf(core, referralId, request);
  const isAsked = (words: OrderWords): boolean => isSameOrder(words, request, receiver, { selection, lawful });
  const known = await orderedBefore(core, referralId, packetId, isAsked);
  if (known !== undefined) return known;
  const key = await chooseKey(core.now(), request.encryption, receiver.packetKeys);
  demandFinished((await readReferral(core, referralId)).state);
  const { referral } = await openDocument(core, referralId);
  const codes = codesOf(referral);
  const consent = await consentTo(core, referralId, codes, agency);
  const terms = termsOf(request, receiver, encryptionTo(key), { selection, lawful, consent });
  const to = key === undefined ? {} : { key: key.key };
  const order: OrderWords = { packet: packetId, agency, purpose, legalBasis, terms, ...to };
  await demandPackable(core, referralId);
  await demandNamesNobody(core, referralId, referral, order);
  const isUsable = (): Promise<void> => demandUsable(core, referralId, codes, receiver, terms);
  await isUsable();
  try {
    return await enter(core, caller, referralId, { order, codes, isUsable });
  } catch (error) {
    if (!isCode(error, 'state/exists')) throw error;
    const first = await orderedBefore(core, referralId, packetId, isAsked); // given twice at once, the other was first
    if (first === undefined) throw error;
    return first;
  }
}

async function selectionOf(
  core: Core,
  referralId: string,
  { selection }: PacketRequest,
): Promise<Selection | undefined> {
  if (selection === undefined) return undefined;
  await chainOf(core, referralId);
  return resolveSelection(core, referralId, (await openDocument(core, referralId)).referral, selection);
}

interface Entering {
  readonly order: OrderWords;
  readonly codes: readonly HandlingCode[];
  /** Asked again each time another act came first: it may have been an order for another agency. */
  readonly isUsable: () => Promise<void>;
}

async function enter(
  core: Core,
  caller: Caller,
  referralId: string,
  { order, codes, isUsable }: Entering,
): Promise<PacketOrdered> {
  const chain = await chainOf(core, referralId);
  const words = await sealJson(core, chain, { version: 1, ...order });
  const { packet, agency, purpose, legalBasis, terms } = order;
  const { entry } = await append(core, chain, async (seq, at) => {
    demandFinished((await readReferral(core, referralId)).state);
    await isUsable();
    const record: PacketRecord = {
      id: packet,
      referral: referralId,
      agency,
      state: 'ordered',
      encryption: terms.encryption,
      ...(codes.length === 0 ? {} : { handling: codes }),
      orderedBy: caller.actorId,
      orderedAt: at.toISOString(),
      seq,
      ...(terms.regime === undefined ? {} : { regime: terms.regime }),
      answers: [],
      links: [],
    };
    return {
      act: 'order-packet',
      actorId: caller.actorId,
      objects: [words],
      commitments: [
        { label: 'order', type: 'text', value: [packet, agency, purpose, legalBasis, terms as unknown as Json] },
      ],
      put: [packetRow(record)],
      absent: [{ kind: 'packet', id: packet }],
    };
  });
  return { packetId: packet, entry, isNew: true };
}

/** The profile that a regime asks for which was named for the referral. @throws DeskError absent/regime */
async function profileFor(core: Core, referralId: string, regime: RegimeName): Promise<ProfileName> {
  const named = (await readRegimes(core, referralId)).find((each) => each.regime === regime);
  const law = named && lawOf(named.law);
  if (law === undefined)
    throw new DeskError('absent/regime', 'This regime was not named for the referral: name it first, then order.');
  return law.profile;
}

function demandFinished(state: string): void {
  if (state === 'finished') return;
  const message = 'Only what its reporter has finished is packed: evidence may still be missing.';
  throw new DeskError(state === 'open' ? 'state/not-finished' : 'state/not-open', message);
}

/** Room is left for the files that tell of them. */
const MOST_FILES = MOST_ENTRIES - 100;
const PAGE = 500;

/**
 * A packet is one archive, which holds so many files: the exhibits, and the XML by which they were described. They are counted only
 * where the chain is long enough for it, since each is an entry there.
 * @throws DeskError state/too-many
 */
async function demandPackable(core: Core, referralId: string): Promise<void> {
  const head = await core.ledger.head(referralId);
  if (head === undefined || head.seq <= MOST_FILES) return;
  let files = 0;
  let after: string | undefined;
  do {
    const page = await core.ledger.list(`attachments/${referralId}`, { after, limit: PAGE });
    for (const { value } of page.items) files += (value as unknown as AttachmentRecord).details === undefined ? 1 : 2;
    after = page.next;
  } while (after !== undefined);
  if (files > MOST_FILES)
    throw new DeskError(
      'state/too-many',
      `A packet holds ${MOST_FILES} exhibits and details at most: refer them in parts.`,
    );
}

/** @throws DeskError state/key-reused, absent/destroyed */
async function orderedBefore(
  core: Core,
  referralId: string,
  packetId: string,
  isAsked: (words: OrderWords) => boolean,
): Promise<PacketOrdered | undefined> {
  const record = await findPacket(core, packetId);
  if (record === undefined) return undefined;
  await chainOf(core, record.referral);
  const isSame = record.referral === referralId && isAsked(await wordsOfOrder(core, record));
  if (!isSame) throw new DeskError('state/key-reused', 'This id names another order: choose a fresh one.');
  const { entry } = await entryAt(core, referralId, record.seq);
  return { packetId: record.id, entry, isNew: false };
}

/** The agency's keys may have changed since, and consent been given or ended: an order names neither, and is the same whichever was found. */
function isSameOrder(
  { agency, purpose, legalBasis, terms }: OrderWords,
  asked: PacketRequest,
  receiver: AgencyRecord,
  more: Parameters<typeof termsOf>[3],
): boolean {
  const { encryption, consent } = terms;
  const method = encryption === 'none' ? encryption : encryption.method;
  if (asked.encryption !== undefined && asked.encryption !== method) return false;
  const expected = [
    asked.agency,
    asked.purpose,
    asked.legalBasis,
    termsOf(asked, receiver, encryption, { ...more, consent }),
  ];
  return canonicalBytes([agency, purpose, legalBasis, terms]).equals(canonicalBytes(expected));
}

/** What was said when a packet was ordered. */
export async function wordsOfOrder(core: Core, { referral, seq }: PacketRecord): Promise<OrderWords> {
  const { stored } = await entryAt(core, referral, seq);
  return wordsOf<OrderWords>(core, stored);
}
