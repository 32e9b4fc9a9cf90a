// The assembled desk: its verbs, in the order in which a referral meets them, on one set of ports.
import type { AcknowledgementRequest, LinkRequest, PacketRequest } from '../schemas/index.ts';
import type { Caller, Role } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import {
  addActor,
  addAgency,
  authenticate,
  houseCaller,
  listActors,
  listAgencies,
  revokeActor,
  type NewActor,
  type NewAgency,
} from './actors.ts';
import { attach, readAttachment, type AttachmentWords } from './attach.ts';
import { tick } from './clock.ts';
import { finish, receiptNow, retract } from './close.ts';
import { assemble, SETTINGS, type Settings } from './core.ts';
import { approveDestruction, certificateOf, requestDestruction, type DestructionRequest } from './destroy.ts';
import { exportKey, recordBackup, rotateKey, type NewBackup } from './house.ts';
import { endHold, orderHold, type HoldOrder } from './hold.ts';
import { integrate } from './log.ts';
import { freezePackets } from './packet/freeze.ts';
import { orderPacket } from './packet/order.ts';
import { readSummary } from './packet/reading-copy.ts';
import type { Ports, Purpose, Range } from './ports.ts';
import { openReferral, readReferralDocument } from './receive.ts';
import {
  listPackets,
  lookAtLink,
  makeLink,
  statusOfPacket,
  takeByLink,
  takePacket,
  type PacketListRequest,
} from './release.ts';
import type { Declared } from './seal.ts';
import { exportCustody, exportDeskCustody, listReferrals, statusOf, type ListRequest } from './status.ts';
import { makeTrust } from './trust.ts';
import { readViews, recordView, type ViewEvent } from './view.ts';
import { watch, type WatchOptions } from './watch.ts';

export type Desk = ReturnType<typeof openDesk>;

/**
 * Puts a desk together. Opening it reads and writes nothing.
 * @param id the desk's own id
 * Every verb that takes a `Caller` checks what she may do (access.ts) and throws DeskError only.
 */
export function openDesk(id: string, ports: Ports, settings: Settings = SETTINGS) {
  const core = assemble(id, ports, settings);
  return {
    id,
    settings,
    immutability: ports.vault.immutability,

    /** Who shows this key. */
    authenticate: (key: string) => authenticate(core, key),
    /** Who acts when somebody at the machine shows no key. */
    houseCaller: (role: Role) => houseCaller(core, role),

    // 1 receive
    check: (body: Uint8Array) => readReferralDocument(core, body),
    open: (caller: Caller, body: Uint8Array, idempotencyKey: string) =>
      openReferral(core, caller, body, idempotencyKey),
    // 2 seal
    attach: (
      caller: Caller,
      referralId: string,
      attachmentId: string,
      declared: Declared,
      words: AttachmentWords,
      bytes: AsyncIterable<Uint8Array>,
    ) => attach(core, caller, referralId, attachmentId, declared, words, bytes),
    views: (caller: Caller, referralId: string) => readViews(core, caller, referralId),
    recordView: (caller: Caller, referralId: string, view: ViewEvent) => recordView(core, caller, referralId, view),
    finish: (caller: Caller, referralId: string) => finish(core, caller, referralId),
    retract: (caller: Caller, referralId: string, reason?: string) => retract(core, caller, referralId, reason),
    receipt: (caller: Caller, referralId: string) => receiptNow(core, caller, referralId),

    // what is known
    status: (caller: Caller, referralId: string) => statusOf(core, caller, referralId),
    list: (caller: Caller, request: ListRequest = {}) => listReferrals(core, caller, request),
    readAttachment: (caller: Caller, referralId: string, attachmentId: string, purpose: string) =>
      readAttachment(core, caller, referralId, attachmentId, purpose),

    // 3 custody
    custody: (caller: Caller, referralId: string, since?: number) => exportCustody(core, caller, referralId, since),
    deskCustody: (caller: Caller, since?: number) => exportDeskCustody(core, caller, since),
    logState: () => ports.ledger.logState(),
    integrate: () => integrate(core),

    // 4 packet, 5 summary
    orderPacket: (caller: Caller, referralId: string, order: PacketRequest, packetId?: string) =>
      orderPacket(core, caller, referralId, order, packetId),
    /** Makes what is ordered and stands in the log; for whoever runs the desk. */
    freezePackets: () => freezePackets(core),
    summary: (caller: Caller, referralId: string, purpose: string) => readSummary(core, caller, referralId, purpose),

    // 6 release
    packets: (caller: Caller, request: PacketListRequest = {}) => listPackets(core, caller, request),
    packet: (caller: Caller, packetId: string) => statusOfPacket(core, caller, packetId),
    takePacket: (caller: Caller, packetId: string, choose?: (sizeBytes: number) => Range | undefined) =>
      takePacket(core, caller, packetId, choose),
    makeLink: (caller: Caller, packetId: string, request: Partial<LinkRequest> = {}) =>
      makeLink(core, caller, packetId, request),
    lookAtLink: (token: string) => lookAtLink(core, token),
    takeByLink: (token: string) => takeByLink(core, token),
    acknowledge: (caller: Caller, packetId: string, answer: AcknowledgementRequest) =>
      acknowledge(core, caller, packetId, answer),

    // holds and the lawful end
    hold: (caller: Caller, referralId: string, order: HoldOrder) => orderHold(core, caller, referralId, order),
    endHold: (caller: Caller, referralId: string, holdId: string, reason: string) =>
      endHold(core, caller, referralId, holdId, reason),
    requestDestruction: (caller: Caller, referralId: string, request: DestructionRequest) =>
      requestDestruction(core, caller, referralId, request),
    approveDestruction: (caller: Caller, referralId: string, destructionId: string) =>
      approveDestruction(core, caller, referralId, destructionId),
    certificate: (caller: Caller, referralId: string) => certificateOf(core, caller, referralId),

    // the house
    addActor: (caller: Caller, actor: NewActor) => addActor(core, caller, actor),
    listActors: (caller: Caller) => listActors(core, caller),
    revokeActor: (caller: Caller, actorId: string) => revokeActor(core, caller, actorId),
    addAgency: (caller: Caller, agency: NewAgency) => addAgency(core, caller, agency),
    listAgencies: (caller: Caller) => listAgencies(core, caller),
    exportKey: (caller: Caller, objectId: string, purpose: string) => exportKey(core, caller, objectId, purpose),
    rotateKey: (caller: Caller, purpose: Purpose) => rotateKey(core, caller, purpose),
    recordBackup: (caller: Caller, backup: NewBackup) => recordBackup(core, caller, backup),
    trust: async () => makeTrust(id, await ports.keys.publicKeys()),

    /** What time alone brings about; to be asked every minute or so by whoever runs the desk. */
    tick: () => tick(core),
    /** Goes over everything again. */
    watch: (options: WatchOptions = {}) => watch(core, options),
  };
}
