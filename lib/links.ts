// Step 6, release by a link: whoever holds it takes the whole packet, once; in stretches where one answer does not carry it. It dies when it was
// used or ended, with its hours, with the key of whoever made it, and with its packet.
import type { LinkRequest } from '../schemas/index.ts';
import { linkRequest } from '../schemas/api.ts';
import { demandOnPacket, type Caller } from './access.ts';
import { readAgency } from './agencies.ts';
import { isRevoked } from './actors.ts';
import { begun, giveUp } from './begun.ts';
import { append, daysAfter, type Core } from './core.ts';
import { DeskError, isCode } from './errors.ts';
import { sha256, sha256Hex } from './formats/canonical.ts';
import { sameBytes } from './formats/derive.ts';
import { inForm } from './form.ts';
import { demandUsable } from './packet/handling.ts';
import { mintLink, readLink, type LinkToken } from './packet/link.ts';
import { wordsOfOrder } from './packet/order.ts';
import { frozenBytes } from './packet/frozen.ts';
import {
  demandFrozen,
  findPacket,
  isOpenLink,
  packetRow,
  readPacket,
  type Link,
  type PacketRecord,
} from './packet/record.ts';
import type { Range } from './ports.ts';
import { chainOf, findReferral } from './referral.ts';
import { clearancesOf, committed, metByPacket, takenOf, type PacketHandedOut, type ReleaseWords } from './release.ts';
import { demandCarried, sealJson } from './seal.ts';

const MOST_LINKS = 100;
const DAY_HOURS = 24;

/**
 * Makes a link by which whoever holds it takes the whole packet once.
 * @returns the token, which is shown this once: the book keeps the SHA-256 of its secret half
 * @throws DeskError absent/packet, state/not-frozen, state/handling, input/invalid (more than 720 hours, more than 100 links)
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
  await demandGivable(core, first);
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

/** What the handling codes forbid an agency they forbid whoever gets its packet by a link. @throws DeskError state/handling */
async function demandGivable(core: Core, record: PacketRecord): Promise<void> {
  const { handling = [], referral, agency } = record;
  if (handling.length === 0) return;
  const { terms } = await wordsOfOrder(core, record);
  await demandUsable(core, referral, handling, await readAgency(core, agency), terms);
}

/**
 * Ends every link to a packet that was not used, or by which it is being taken in stretches. Where there is none, nothing is entered.
 * @throws DeskError absent/packet, absent/destroyed
 */
export async function endLinks(core: Core, caller: Caller, packetId: string): Promise<{ readonly ended: number }> {
  demandOnPacket(caller, 'packet:link', await findPacket(core, packetId));
  return { ended: await enterEndOfLinks(core, caller.actorId, await readPacket(core, packetId)) };
}

/** @returns how many there were */
export async function enterEndOfLinks(
  core: Core,
  actorId: string,
  { id, referral, links }: PacketRecord,
): Promise<number> {
  const chain = await chainOf(core, referral);
  let ended = links.filter((link) => isOpenLink(link, core.now())).length;
  if (ended === 0) return 0;
  await append(core, chain, async (_seq, at) => {
    const record = await readPacket(core, id);
    const endedAt = at.toISOString();
    ended = record.links.filter((link) => isOpenLink(link, at)).length;
    if (ended === 0) throw new DeskError('state/exists', 'All links were used or ended meanwhile.');
    const left = record.links.map((link) => (isOpenLink(link, at) ? { ...link, endedAt } : link));
    return { act: 'end-links', actorId, put: [packetRow({ ...record, links: left })] };
  }).catch((error: unknown) => {
    if (!isCode(error, 'state/exists')) throw error;
  });
  return ended;
}

function isUnused({ usedAt, endedAt }: Link): boolean {
  return usedAt === undefined && endedAt === undefined;
}

/** What a link leads to. */
export interface LinkShown extends Pick<PacketRecord, 'encryption'> {
  readonly packetId: string;
  readonly sizeBytes: number;
  readonly expiresAt: string;
  /** Its referral was cleared, or a part of it. */
  readonly isCleared: boolean;
}

/** What a link leads to, without using it up. @throws DeskError absent/link */
export async function lookAtLink(core: Core, token: string): Promise<LinkShown> {
  const { record, link } = await linkOf(core, token);
  const { encryption } = record;
  const { sizeBytes } = demandFrozen(record);
  const isCleared = 'clearances' in (await clearancesOf(core, record.referral));
  return { packetId: record.id, sizeBytes, expiresAt: link.expiresAt, encryption, isCleared };
}

/** Taking a packet by a link in stretches. */
export interface Stretches {
  /** A word that whoever takes it makes up and says with each stretch: who says another, the link is used up for. */
  readonly taking: string;
  /** Picks a stretch, given how many bytes there are; all of them where it picks none. */
  readonly choose: (sizeBytes: number, etag: string) => Range | undefined;
}

/**
 * Takes a whole packet by a link, which is used up with that. What cannot be opened uses nothing up. In stretches, the first that is asked for is the
 * taking of all of it, and the only entry; the others follow it within hours.
 * @throws DeskError absent/link, desk/answer-too-large, input/range, state/not-frozen (moved, and not whole yet), vault/absent, vault/damaged, sealed/damaged, ledger/failed
 */
export async function takeByLink(
  core: Core,
  token: string,
  mostBytes = Infinity,
  stretches?: Stretches,
): Promise<PacketHandedOut> {
  const { record, link } = await linkOf(core, token, stretches?.taking);
  const frozen = await frozenBytes(core, record);
  const whole = { offset: 0, sizeBytes: frozen.sizeBytes };
  const stretch = stretches?.choose(frozen.sizeBytes, frozen.etag) ?? whole;
  demandCarried(stretch.sizeBytes, mostBytes);
  if (isUnused(link)) await frozen.demandThere();
  const bytes = await begun(frozen.read(stretch));
  if (isUnused(link)) {
    await enterTaking(core, token, record, whole, stretches?.taking).catch(async (error: unknown) => {
      await giveUp(bytes);
      throw error;
    });
  }
  return { ...takenOf(record, frozen, stretch, bytes), ...(await clearancesOf(core, record.referral)) };
}

async function enterTaking(
  core: Core,
  token: string,
  { id, referral }: PacketRecord,
  whole: Range,
  taking: string | undefined,
): Promise<void> {
  const chain = await chainOf(core, referral);
  const words: ReleaseWords = { packet: id, ...whole, link: true };
  const sealed = await sealJson(core, chain, { version: 1, ...words });
  await append(core, chain, async (seq, at) => {
    const { record, link } = await linkOf(core, token);
    const used = { ...link, usedAt: at.toISOString(), ...(taking === undefined ? {} : { taking: sha256Hex(taking) }) };
    const links = record.links.map((each) => (each.sha256 === link.sha256 ? used : each));
    const put = [packetRow({ ...record, links }), ...(await metByPacket(core, record, seq, at))];
    return { act: 'release', actorId: link.madeBy, objects: [sealed], ...committed(words), put };
  }).catch(async (error: unknown) => {
    if (taking === undefined || !isCode(error, 'absent/link')) throw error;
    await linkOf(core, token, taking); // two stretches came first at once
  });
}

/**
 * The same answer whatever is wrong with it.
 * @param taking of who goes on with a taking; without it a link must be unused
 * @throws DeskError absent/link
 */
async function linkOf(core: Core, token: string, taking?: string): Promise<{ record: PacketRecord; link: Link }> {
  const { packetId, sha256 } = readLink(token);
  const known = packetId === undefined ? undefined : await findPacket(core, packetId);
  const record = known === undefined ? undefined : await readPacket(core, known.id);
  const link = record?.links.find((each) => each.sha256 === sha256);
  const isGood = link !== undefined && (isFresh(core, link) || isGoingOn(core, link, taking));
  if (record === undefined || !isGood || (await isDead(core, record, link))) {
    throw new DeskError('absent/link', 'This link was used, has ended, or is not whole: ask for a new one.');
  }
  return { record, link };
}

function isFresh(core: Core, link: Link): boolean {
  return isUnused(link) && core.now() < new Date(link.expiresAt);
}

function isGoingOn(core: Core, link: Link, taking: string | undefined): boolean {
  if (link.taking === undefined || taking === undefined || !isOpenLink(link, core.now())) return false;
  return sameBytes(Buffer.from(link.taking, 'hex'), sha256(taking));
}

/** A link dies with its packet, from the entry of the destruction on, and with the key of whoever made it. */
async function isDead(core: Core, { referral }: PacketRecord, { madeBy }: Link): Promise<boolean> {
  const state = (await findReferral(core, referral))?.state;
  return (
    state === 'destroying' ||
    state === 'destroyed' ||
    (await core.keys.isDestroyed(referral)) ||
    (await isRevoked(core, madeBy))
  );
}
