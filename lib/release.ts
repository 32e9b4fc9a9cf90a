// Step 6, release: a packet is handed over. Who takes what, when and how many bytes is an entry before the bytes leave; an agency
// takes its own packets and sees no others.
import { linkRequest, type LinkRequest } from '../schemas/index.ts';
import { demand, demandOnPacket, type Caller } from './access.ts';
import { append, daysAfter, entriesOf, entryAt, type Core } from './core.ts';
import { parseEntry } from './custody.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { mintLink, readLink, type LinkToken } from './packet/link.ts';
import {
  agencyList,
  findPacket,
  packetRow,
  packetsIn,
  readPacket,
  shownPacket,
  type Link,
  type PacketRecord,
  type PacketShown,
} from './packet/record.ts';
import type { ObjectRecord, Page, Range } from './ports.ts';
import { chainOf, nthObject } from './referral.ts';
import { openSealedRange, openSmall, sealJson } from './seal.ts';

// ── taking ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A stretch of a packet on its way out. */
export interface PacketTaken {
  readonly packetId: string;
  /** Of the whole packet. */
  readonly sizeBytes: number;
  readonly range: Range;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Hands out a packet, or a stretch of it; the same stretch asked for again is the same bytes, and another entry.
 * @param choose picks a stretch, given how many bytes there are; the whole packet without one
 * @throws DeskError absent/packet, state/not-frozen, input/range, absent/destroyed
 */
export async function takePacket(
  core: Core,
  caller: Caller,
  packetId: string,
  choose: (sizeBytes: number) => Range | undefined = () => undefined,
): Promise<PacketTaken> {
  demandOnPacket(caller, 'packet:take', await findPacket(core, packetId));
  const record = await readPacket(core, packetId);
  const { sizeBytes } = demandFrozen(record);
  const stretch = within(choose(sizeBytes) ?? { offset: 0, sizeBytes }, sizeBytes);
  await enterRelease(core, caller.actorId, record, stretch);
  return open(core, record, stretch);
}

/** What is sealed beside the entry of a release. `link`: it was taken by a link, by whoever held it. */
interface ReleaseWords extends Range {
  readonly packet: string;
  readonly link: boolean;
}

async function enterRelease(core: Core, actorId: string, record: PacketRecord, stretch: Range): Promise<void> {
  const chain = await chainOf(core, record.referral);
  const words: ReleaseWords = { packet: record.id, ...stretch, link: false };
  const sealed = await sealJson(core, chain, { version: 1, ...words });
  await append(core, chain, () => Promise.resolve({ act: 'release', actorId, objects: [sealed], ...committed(words) }));
}

function committed({ packet, offset, sizeBytes, link }: ReleaseWords) {
  return { commitments: [{ label: 'release', type: 'text' as const, value: [packet, offset, sizeBytes, link] }] };
}

async function open(core: Core, record: PacketRecord, range: Range): Promise<PacketTaken> {
  const { seq, sizeBytes } = demandFrozen(record);
  const object = await packetObject(core, record.referral, seq);
  return { packetId: record.id, sizeBytes, range, bytes: openSealedRange(core, object, range) };
}

async function packetObject(core: Core, referral: string, seq: number): Promise<ObjectRecord> {
  const { stored } = await entryAt(core, referral, seq);
  return nthObject(stored, 0);
}

/** @throws DeskError state/not-frozen, absent/destroyed */
function demandFrozen({ state, frozen }: PacketRecord): NonNullable<PacketRecord['frozen']> {
  if (frozen !== undefined) return frozen;
  if (state === 'dropped')
    throw new DeskError('absent/destroyed', 'Its referral was destroyed before the packet was made.');
  throw new DeskError('state/not-frozen', 'The packet is ordered and still being made: ask again in a moment.');
}

/** @throws DeskError input/range */
function within({ offset, sizeBytes }: Range, total: number): Range {
  const isWhole = [offset, sizeBytes].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isWhole || sizeBytes === 0 || offset >= total) {
    throw new DeskError('input/range', `The packet has ${total} bytes: ask for some of them.`);
  }
  return { offset, sizeBytes: Math.min(sizeBytes, total - offset) };
}

// ── by a link, once ───────────────────────────────────────────────────────────────────────────────────────────────────

const MOST_LINKS = 100;
const DAY_HOURS = 24;

/**
 * Makes a link by which whoever holds it takes the whole packet once.
 * @returns the token, which is shown this once: the book keeps the SHA-256 of its secret half
 * @throws DeskError absent/packet, state/not-frozen, input/invalid (more than 720 hours, more than 100 links)
 */
export async function makeLink(
  core: Core,
  caller: Caller,
  packetId: string,
  asked: Partial<LinkRequest> = {},
): Promise<LinkToken & { readonly expiresAt: string }> {
  demandOnPacket(caller, 'packet:link', await findPacket(core, packetId));
  const { hours } = inForm(linkRequest, asked);
  const first = await readPacket(core, packetId);
  demandFrozen(first);
  const chain = await chainOf(core, first.referral);
  const minted = mintLink(packetId);
  const expiresAt = daysAfter(core.now(), hours / DAY_HOURS).toISOString();
  await append(core, chain, async () => {
    const record = await readPacket(core, packetId);
    if (record.links.length >= MOST_LINKS) throw new DeskError('input/invalid', 'Too many links to one packet.');
    const link: Link = { sha256: minted.sha256, madeBy: caller.actorId, expiresAt };
    const put = [packetRow({ ...record, links: [...record.links, link] })];
    return { act: 'link-packet', actorId: caller.actorId, put };
  });
  return { token: minted.token, expiresAt };
}

/** What a link leads to, without using it up. @throws DeskError absent/link */
export async function lookAtLink(core: Core, token: string): Promise<{ sizeBytes: number; expiresAt: string }> {
  const { record, link } = await linkOf(core, token);
  return { sizeBytes: demandFrozen(record).sizeBytes, expiresAt: link.expiresAt };
}

/** Takes a whole packet by a link, which is used up with that. @throws DeskError absent/link */
export async function takeByLink(core: Core, token: string): Promise<PacketTaken> {
  const { record: first, link: found } = await linkOf(core, token);
  const chain = await chainOf(core, first.referral);
  const stretch = { offset: 0, sizeBytes: demandFrozen(first).sizeBytes };
  const words: ReleaseWords = { packet: first.id, ...stretch, link: true };
  const sealed = await sealJson(core, chain, { version: 1, ...words });
  await append(core, chain, async (_seq, at) => {
    const { record, link } = await linkOf(core, token);
    const used = { ...link, usedAt: at.toISOString() };
    const links = record.links.map((each) => (each.sha256 === link.sha256 ? used : each));
    const put = [packetRow({ ...record, links })];
    return { act: 'release', actorId: found.madeBy, objects: [sealed], ...committed(words), put };
  });
  return open(core, first, stretch);
}

/** The same answer whatever is wrong with it. @throws DeskError absent/link */
async function linkOf(core: Core, token: string): Promise<{ record: PacketRecord; link: Link }> {
  const { packetId, sha256 } = readLink(token);
  const known = packetId === undefined ? undefined : await findPacket(core, packetId);
  const record = known === undefined ? undefined : await readPacket(core, known.id);
  const link = record?.links.find((each) => each.sha256 === sha256);
  const isGood = link !== undefined && link.usedAt === undefined && core.now() < new Date(link.expiresAt);
  if (record === undefined || !isGood || (await core.keys.isDestroyed(record.referral))) {
    throw new DeskError('absent/link', 'This link was used, has expired, or is not whole: ask for a new one.');
  }
  return { record, link };
}

// ── how it stands ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Release extends Range {
  readonly seq: number;
  readonly at: string;
  /** For a link, who made the link. */
  readonly actorId: string;
  readonly byLink: boolean;
}

export type PacketStatus = PacketShown & { readonly releases: readonly Release[] };

/** A packet, and who took it. @throws DeskError absent/packet, absent/destroyed */
export async function statusOfPacket(core: Core, caller: Caller, packetId: string): Promise<PacketStatus> {
  demandOnPacket(caller, 'packet:state', await findPacket(core, packetId));
  const record = await readPacket(core, packetId);
  return { ...shownPacket(record), releases: await releasesOf(core, record) };
}

async function releasesOf(core: Core, { id, referral, seq: from }: PacketRecord): Promise<Release[]> {
  await chainOf(core, referral);
  const releases: Release[] = [];
  for await (const stored of entriesOf(core, referral, from)) {
    const { act, seq, time, actorId } = parseEntry(stored.text);
    if (act !== 'release') continue;
    const words = JSON.parse((await openSmall(core, nthObject(stored, 0))).toString('utf8')) as ReleaseWords;
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
  const { after, limit = 50 } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new DeskError('input/invalid', 'A page holds 1 to 200 packets.');
  const list = caller.role === 'investigator' ? agencyList(caller.agency ?? '') : 'packets';
  const page = await packetsIn(core, list, { after, limit });
  return { ...page, items: page.items.map(shownPacket) };
}
