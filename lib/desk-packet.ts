// The desk's verbs about a packet: it is ordered, made, taken and answered. And the summary for reading at the desk.
import type { AcknowledgementRequest, Language, LinkRequest, PacketRequest } from '../schemas/index.ts';
import type { Caller } from './access.ts';
import type { Core } from './core.ts';
import type { Stretches } from './links.ts';
import type { DigestOptions } from './packet/digest-packets.ts';
import { rememberFailures } from './packet/failures.ts';
import type { Range } from './ports.ts';
import type { PacketListRequest } from './release.ts';
import { later } from './later.ts';

const inAcknowledge = later(() => import('./acknowledge.ts'));
const inLinks = later(() => import('./links.ts'));
const inOrder = later(() => import('./packet/order.ts'));
const inRelease = later(() => import('./release.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type PacketVerbs = ReturnType<typeof packetVerbs>;

export function packetVerbs(core: Core) {
  const failures = { making: rememberFailures(), reading: rememberFailures() };
  return {
    // 4 packet, 5 summary
    /**
     * Orders a packet of a finished referral for an agency; it is made once the order stands in the log (`integrate`, then
     * `freezePackets`). May: supervisor.
     * @param packetId a fresh UUID in lower case: the same order given again is the same packet (`isNew` false)
     * @throws DeskError access/denied, absent/referral, input/invalid (the form, an agency that is not known, no UUID),
     *   input/not-unicode, state/not-finished (still open), state/handling (what the referral's handling codes forbid), state/not-open (retracted, expired, destroyed), state/key-reused (the id
     *   is another order's), state/too-many (more than 249,900 exhibits), absent/destroyed
     */
    orderPacket: async (caller: Caller, referralId: string, order: PacketRequest, packetId?: string) =>
      (await inOrder()).orderPacket(core, caller, referralId, order, packetId),
    /**
     * Makes what is ordered and stands in the log, and answers how many packets that were; to be asked every second or so by whoever
     * runs the desk. One that fails raises an alarm (packet/not-made, once for each code), is tried again after a pause of its own,
     * twice as long each time and a minute at most, and does not stop the others; `packet` says why, as `making`.
     * @param integrate called where an order waits for the log, so that its packet need not
     * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
     */
    freezePackets: async (integrate?: () => Promise<unknown>) => {
      const { freezePackets } = await import('./packet/freeze.ts');
      return freezePackets(core, failures.making, integrate);
    },
    /**
     * Reads to the end, for their SHA-256, the packets that nobody has read so since they were made, and answers how many that were; to be asked
     * every second or so by whoever runs the desk. Whoever takes one whole does the same by that. One that fails raises an alarm (packet/not-read), and is
     * tried again as in `freezePackets`.
     * @param options `isAtOnce` false: one that was made a moment ago is left to who waited for it; `signal` ends the reading, and nothing is lost
     * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
     */
    digestPackets: async (options: Partial<DigestOptions> = {}) => {
      const { digestPackets } = await import('./packet/digest-packets.ts');
      return digestPackets(core, failures.reading, { isAtOnce: true, ...options });
    },
    /**
     * The summary of a referral as it stands: a whole PDF, for reading only. The reading is entered first, with its purpose. The desk's own
     * words in it are in `language`, else English.
     * May: supervisor.
     * @throws DeskError access/denied, absent/referral, absent/destroyed, input/missing-header (no purpose)
     */
    summary: async (caller: Caller, referralId: string, purpose: string, language?: Language) => {
      const { readSummary } = await import('./packet/reading-copy.ts');
      return readSummary(core, caller, referralId, purpose, language);
    },

    // 6 release
    /**
     * A page of packets, oldest first: all, or those of an investigator's agency. May: investigator (own), supervisor, auditor.
     * @throws DeskError access/denied, input/invalid (a limit other than 1 to 200), input/malformed (`after` is no cursor)
     */
    packets: async (caller: Caller, request: PacketListRequest = {}) =>
      (await inRelease()).listPackets(core, caller, request),
    /**
     * How a packet stands and, once all of it was read, its SHA-256; who took which bytes of it when, what the agency answered; while it is not made
     * or not read, why it could not be so far (`making`). May: investigator (own), supervisor, auditor.
     * @throws DeskError access/denied, absent/packet, absent/destroyed
     */
    packet: async (caller: Caller, packetId: string) =>
      (await inRelease()).statusOfPacket(core, failures, caller, packetId),
    /**
     * Hands out a packet (a ZIP file with a bag, RFC 8493), or a stretch of it. Each call is an entry before the bytes leave; the bytes
     * of a packet never change. The first who takes all of it at once reads it for the desk: its SHA-256 is entered with the last byte. May: investigator (own), supervisor.
     * @param choose picks a stretch in bytes, given the size of all and the name of the bytes (`etag`), and is cut at its end; the whole
     *   packet without one
     * @throws DeskError access/denied, absent/packet, absent/destroyed, state/not-frozen (not made yet), input/range; while the
     *   bytes come: sealed/damaged, vault/absent, vault/damaged, ledger/failed (the book lacks a file of it); after the last of them, where this is the
     *   first whole taking, also what entering the SHA-256 throws: the bytes are whole then, and the desk reads them by itself
     */
    takePacket: async (
      caller: Caller,
      packetId: string,
      choose?: (sizeBytes: number, etag: string) => Range | undefined,
    ) => (await inRelease()).takePacket(core, caller, packetId, choose),
    /**
     * The same where the vault lends: an address of the sealed bytes of the whole packet, good for some minutes, and the key of that one
     * object. The entry is that of taking all of it. May: investigator (own), supervisor.
     * @throws DeskError access/denied, absent/packet, absent/destroyed, state/not-frozen, desk/not-allowed (this desk lends nothing)
     */
    lendPacket: async (caller: Caller, packetId: string) => (await inRelease()).lendPacket(core, caller, packetId),
    /**
     * Makes a link by which whoever holds it takes the whole packet once. The token is shown this once. May: supervisor.
     * @param request for how many `hours` it can be used: 1 to 720, 72 without one
     * @throws DeskError access/denied, absent/packet, absent/destroyed, state/not-frozen, input/invalid (hours, or 100 links before)
     */
    makeLink: async (caller: Caller, packetId: string, request: Partial<LinkRequest> = {}) =>
      (await inLinks()).makeLink(core, caller, packetId, request),
    /**
     * Ends every link to a packet that was not used, and answers how many those were; none is fine, and no entry. May: supervisor.
     * @throws DeskError access/denied, absent/packet, absent/destroyed
     */
    endLinks: async (caller: Caller, packetId: string) => (await inLinks()).endLinks(core, caller, packetId),
    /**
     * What a link leads to: its size in bytes, and until when. Does not use it up. May: whoever holds it.
     * @throws DeskError absent/link (used, expired, ended, not whole, its maker's key was revoked, or the packet is destroyed: the same
     *   answer for all)
     */
    lookAtLink: async (token: string) => (await inLinks()).lookAtLink(core, token),
    /**
     * Takes the whole packet by a link, which is used up with that. The entry names who made the link. May: whoever holds it.
     * @param mostBytes more than these are refused before the link is used up
     * @param stretches takes it in stretches: the first one uses the link up, the others follow within 12 hours, for who says the same word
     * @throws DeskError absent/link, desk/answer-too-large, input/range, absent/destroyed (destruction has begun meanwhile); sealed/damaged, vault/absent, vault/damaged
     *   (of the first bytes: then the link is not used up); while the others come: as `takePacket`
     */
    takeByLink: async (token: string, mostBytes?: number, stretches?: Stretches) =>
      (await inLinks()).takeByLink(core, token, mostBytes, stretches),
    /**
     * Enters an agency's answer to a packet that is made; each call is another, up to 100, but no signature counts twice. Its kind and reason are seen in `status`, its number and note stay sealed.
     * May: investigator (own); supervisor, with the agency's signature (Ed25519, RFC 8032) over `acknowledgementMessage`.
     * @throws DeskError access/denied, access/signature, absent/packet, absent/destroyed, input/invalid, input/not-unicode,
     *   state/not-frozen, state/exists (this signature was entered before), state/too-many
     */
    acknowledge: async (caller: Caller, packetId: string, answer: AcknowledgementRequest) =>
      (await inAcknowledge()).acknowledge(core, caller, packetId, answer),
  };
}
