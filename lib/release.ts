// Step 6, release: a packet is handed over. Who takes what, when and how many bytes is an entry before the bytes leave; an agency
// takes its own packets and sees no others.
import type { ClearanceShown } from '../schemas/index.ts';
import { demand, demandOnPacket, type Caller } from './access.ts';
import { append, entriesOf, type Core, type RowDraft } from './core.ts';
import { parseEntry } from './custody.ts';
import { DeskError } from './errors.ts';
import { pageLimit } from './form.ts';
import { demandLending, lendObject, type Lent } from './lend.ts';
import type { Failure, Failures } from './packet/failures.ts';
import { digestsOf } from './packet/delivered-digests.ts';
import { frozenBytes, type FrozenBytes } from './packet/frozen.ts';
import {
  agencyList,
  findPacket,
  isToBeWhole,
  packetsIn,
  readPacket,
  shownPacket,
  type PacketRecord,
  type PacketShown,
} from './packet/record.ts';
import type { Encryption } from './packet/terms.ts';
import type { Page, Range } from './ports.ts';
import { chainOf, readReferral } from './referral.ts';
import { metRows } from './regime/met.ts';
import { readRegimes } from './regime/record.ts';
import { sealJson } from './seal.ts';
import { wordsOf } from './words.ts';

// ── taking ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A stretch of a packet on its way out. */
export interface PacketTaken {
  readonly packetId: string;
  /** Of the whole packet. */
  readonly sizeBytes: number;
  /** Names exactly these bytes: a packet made again after a restore has another. */
  readonly etag: string;
  readonly range: Range;
  /** Findings that clear its referral or a part of it; a client knows them from `packet`. */
  readonly clearances?: readonly ClearanceShown[];
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The same, with the key of its agency to which it is encrypted. */
export interface PacketHandedOut extends PacketTaken {
  readonly encryption: Encryption;
}

/**
 * Hands out a packet, or a stretch of it; the same stretch asked for again is the same bytes, and another entry.
 * @param choose picks a stretch, given how many bytes there are and the name of them; the whole packet without one
 * @throws DeskError absent/packet, state/not-frozen, input/range, absent/destroyed
 */
export async function takePacket(
  core: Core,
  caller: Caller,
  packetId: string,
  choose: (sizeBytes: number, etag: string) => Range | undefined = () => undefined,
): Promise<PacketHandedOut> {
  demandOnPacket(caller, 'packet:take', await findPacket(core, packetId));
  const record = await readPacket(core, packetId);
  const frozen = await frozenBytes(core, record);
  const { sizeBytes, etag } = frozen;
  const stretch = within(choose(sizeBytes, etag) ?? { offset: 0, sizeBytes }, sizeBytes);
  await enterRelease(core, caller, record, stretch);
  const bytes = frozen.read(stretch);
  return { ...takenOf(record, frozen, stretch, bytes), ...(await clearancesOf(core, record.referral)) };
}

/** A whole packet, lent: `lent` opens it in the reader's process. */
export interface PacketLent extends Omit<PacketHandedOut, 'range' | 'bytes'> {
  readonly lent: Lent;
}

/**
 * Lends a whole packet; its entry is that of taking all of it.
 * @throws DeskError absent/packet, state/not-frozen, absent/destroyed, desk/not-allowed
 */
export async function lendPacket(core: Core, caller: Caller, packetId: string): Promise<PacketLent> {
  demandOnPacket(caller, 'packet:take', await findPacket(core, packetId));
  const record = await readPacket(core, packetId);
  demandLending(core);
  const { object, sizeBytes, etag } = await frozenBytes(core, record);
  const lent = await lendObject(core, object);
  await enterRelease(core, caller, record, { offset: 0, sizeBytes });
  const { encryption } = record;
  return { packetId, encryption, sizeBytes, etag, lent, ...(await clearancesOf(core, record.referral)) };
}

/** What is sealed beside the entry of a release. `link`: it was taken by a link, by whoever held it. */
export interface ReleaseWords extends Range {
  readonly packet: string;
  readonly link: boolean;
}

async function enterRelease(core: Core, caller: Caller, record: PacketRecord, stretch: Range): Promise<void> {
  const chain = await chainOf(core, record.referral);
  const words: ReleaseWords = { packet: record.id, ...stretch, link: false };
  const sealed = await sealJson(core, chain, { version: 1, ...words });
  await append(core, chain, async (seq, at) => {
    const put = caller.role === 'investigator' ? await metByPacket(core, record, seq, at) : [];
    return { act: 'release', actorId: caller.actorId, objects: [sealed], ...committed(words), put };
  });
}

/** What clears a referral or a part of it, where anything does and was not withdrawn. */
export async function clearancesOf(core: Core, referralId: string): Promise<{ clearances?: ClearanceShown[] }> {
  const { clearances = [] } = await readReferral(core, referralId);
  const standing = clearances.filter(({ withdrawn }) => withdrawn === undefined);
  return standing.length === 0 ? {} : { clearances: standing };
}

/** The agency's taking a packet fulfils what the regime asks for that it was ordered for; no rule that was named after its order. */
export async function metByPacket(
  core: Core,
  { referral, regime, seq: orderedAt }: PacketRecord,
  seq: number,
  at: Date,
): Promise<RowDraft[]> {
  if (regime === undefined) return [];
  const named = (await readRegimes(core, referral)).filter((each) => each.regime === regime && each.seq < orderedAt);
  return metRows(core, referral, named, { at: at.toISOString(), seq, how: 'packet' });
}

export function committed({ packet, offset, sizeBytes, link }: ReleaseWords) {
  return { commitments: [{ label: 'release', type: 'text' as const, value: [packet, offset, sizeBytes, link] }] };
}

export function takenOf(
  { id: packetId, encryption }: PacketRecord,
  { sizeBytes, etag }: FrozenBytes,
  range: Range,
  bytes: PacketTaken['bytes'],
): PacketHandedOut {
  return { packetId, encryption, sizeBytes, etag, range, bytes };
}

/** @throws DeskError input/range */
function within({ offset, sizeBytes }: Range, total: number): Range {
  const isWhole = [offset, sizeBytes].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isWhole || sizeBytes === 0 || offset >= total) {
    throw new DeskError('input/range', `The packet has ${total} bytes: ask for some of them.`);
  }
  return { offset, sizeBytes: Math.min(sizeBytes, total - offset) };
}

// ── how it stands ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Release extends Range {
  readonly seq: number;
  readonly at: string;
  /** For a link, who made the link. */
  readonly actorId: string;
  readonly byLink: boolean;
}

export interface PacketStatus extends PacketShown {
  /** Of the whole packet as it is taken, lower-case hex, once somebody has read all of it: whoever made it, took it whole, or the desk soon after. */
  readonly sha256?: string | undefined;
  /** The packet inside, where it is encrypted; together with `sha256`. */
  readonly plain?: { readonly sizeBytes: number; readonly sha256: string } | undefined;
  /** Why it could not be made, or read to its end, so far. */
  readonly making?: Failure | undefined;
  /** Findings that clear its referral or a part of it. */
  readonly clearances?: readonly ClearanceShown[];
  readonly releases: readonly Release[];
}

/** A packet, and who took it. @throws DeskError absent/packet, absent/destroyed */
export async function statusOfPacket(
  core: Core,
  failures: { readonly making: Pick<Failures, 'of'>; readonly reading: Pick<Failures, 'of'> },
  caller: Caller,
  packetId: string,
): Promise<PacketStatus> {
  demandOnPacket(caller, 'packet:state', await findPacket(core, packetId));
  const record = await readPacket(core, packetId);
  const { frozen, state } = record;
  const releases = await releasesOf(core, record);
  const isToBeMade = state === 'ordered' || isToBeWhole(core, record);
  const isUnread = !isToBeMade && frozen?.digestSeq === null;
  const making = isToBeMade ? failures.making.of(packetId) : isUnread ? failures.reading.of(packetId) : undefined;
  return {
    ...shownPacket(record),
    ...(await clearancesOf(core, record.referral)),
    ...(await digestsOf(core, record)),
    ...(making === undefined ? {} : { making }),
    releases,
  };
}

/** Who took which bytes of a packet. @throws DeskError absent/destroyed */
export async function releasesOf(core: Core, { id, referral, seq: from }: PacketRecord): Promise<Release[]> {
  await chainOf(core, referral);
  const releases: Release[] = [];
  for await (const stored of entriesOf(core, referral, from)) {
    const { act, seq, time, actorId } = parseEntry(stored.text);
    if (act !== 'release') continue;
    const words = await wordsOf<ReleaseWords>(core, stored);
    const { packet, offset, sizeBytes, link } = words;
    if (packet === id) releases.push({ seq, at: time, actorId, offset, sizeBytes, byLink: link });
  }
  return releases;
}

export interface PacketListRequest {
  readonly after?: string | undefined;
  /** 1 to 200; 50 without one. */
  readonly limit?: number | undefined;
}

/** A page of packets, oldest first: an agency's own, or all for those who may see them. @throws DeskError access/denied */
export async function listPackets(
  core: Core,
  caller: Caller,
  request: PacketListRequest = {},
): Promise<Page<PacketShown>> {
  demand(caller, 'packet:state');
  const { after } = request;
  const limit = pageLimit(request.limit);
  const list = caller.role === 'investigator' ? agencyList(caller.agency ?? '') : 'packets';
  const page = await packetsIn(core, list, { after, limit });
  return { ...page, items: page.items.map(shownPacket) };
}
