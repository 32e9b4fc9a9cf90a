// The typed client: the desk's verbs over HTTP, to a desk elsewhere, over a socket or in this process, with the same names, the same
// answers and the same errors as at the desk itself. It opens no files: what it sends is handed in.
import { randomUUID } from 'node:crypto';
import type {
  AcknowledgementRequest,
  AcknowledgeNoticeRequest,
  ActorRequest,
  AgencyKeysRequest,
  AgencyRequest,
  ClearRequest,
  ConsentRequest,
  DestructionRequest,
  FilingRequest,
  HoldRequest,
  LinkRequest,
  MetRequest,
  Notice,
  NoticeShown,
  PacketRequest,
  RegimeRequest,
  SignIn,
  WithdrawRequest,
  RegimeShown,
  ViewRequest,
  Language,
} from '../../schemas/index.ts';
import type { Cleared } from '../clear.ts';
import type { Withdrawn } from '../withdraw.ts';
import type { Entry } from '../custody.ts';
import type { Desk } from '../desk.ts';
import type { Certificate } from '../destroy.ts';
import type { FilingOrdered } from '../filing/order.ts';
import type { FilingStatus } from '../filing/shown.ts';
import type { NoticeListRequest } from '../notices.ts';
import type { PacketOrdered } from '../packet/order.ts';
import type { PacketShown } from '../packet/record.ts';
import type { Page, PublicKey, Purpose, Range } from '../ports.ts';
import type { Receipt } from '../receipt.ts';
import type { ReferralRecord } from '../referral.ts';
import type { PacketListRequest, PacketStatus, PacketTaken } from '../release.ts';
import type { Custody, ListRequest, ReferralStatus } from '../status.ts';
import type { Trust } from '../trust.ts';
import type { Viewed } from '../view.ts';
import type { Watched } from '../watch.ts';
import {
  attach,
  open,
  readAttachment,
  readLogFile,
  readPdf,
  takePacket,
  type LentPackets,
  type SentFile,
} from './bytes.ts';
import { callers, items, jsonOf, queryOf, readJson } from './json.ts';
import { uploadCalls, type UploadCalls } from './uploads.ts';
import { transport, type Ask, type Asked, type ClientOptions } from './transport.ts';

/** A client of one desk, made by `deskClient`. An interface, so that the words beside each verb come with it into the declarations. */
export interface DeskClient extends DeskCalls, UploadCalls {}

type DeskCalls = ReturnType<typeof deskCalls>;
type ClearedAnswer = Promise<Omit<Cleared, 'text'>>;
type WithdrawnAnswer = Promise<Omit<Withdrawn, 'text'>>;
type Entered = Promise<{ readonly entry: Entry }>;

/**
 * A client of one desk, as one caller.
 *
 * Every verb answers as the desk's verb of its name and throws DeskError with the desk's own code and findings where the desk refused;
 * besides: access/unauthenticated, access/too-many-requests, desk/unreachable (nobody there, cut off, or no desk that answered),
 * input/malformed (a URL, key or header that no request can carry), internal (a code that this version does not know).
 * What the desk surely did not begin (nobody there, too many requests, state/contended) is called again, `tries` times in all;
 * what says `repeated by itself` after a cut connection and HTTP 502, 503 and 504 too. `Cut off` is said of all else that ends with
 * desk/unreachable: it may have been done all the same.
 */
export function deskClient(options: ClientOptions): DeskClient {
  const ask = transport(options);
  return { ...deskCalls(ask), ...uploadCalls(ask, options) };
}

function deskCalls(ask: Ask) {
  const lentPackets: LentPackets = new Map();
  const { get, post, send } = callers(ask);
  const packetAt = (packetId: string, rest = ''): string => `/v1/packets/${encodeURIComponent(packetId)}${rest}`;
  const at = (referralId: string, rest = ''): string => `/v1/referrals/${encodeURIComponent(referralId)}${rest}`;
  return {
    // 1 receive
    /** As `Desk.open`; repeated by itself. @throws DeskError as there, desk/unreachable */
    open: (body: Uint8Array, idempotencyKey: string) => open(ask, body, idempotencyKey),
    // 2 seal
    /**
     * As `Desk.attach`, with the digest as Content-Digest (RFC 9530); repeated by itself, from the file's first byte.
     * @throws DeskError as there, desk/unreachable; what reading the file throws, unchanged
     */
    attach: (referralId: string, attachmentId: string, file: SentFile) =>
      attach(ask, at(referralId, `/attachments/${encodeURIComponent(attachmentId)}`), file),
    /** As `Desk.views`; repeated by itself. @throws DeskError as there, desk/unreachable */
    views: (referralId: string): Promise<Viewed> => get(at(referralId, '/views')),
    /**
     * As `Desk.recordView`. Cut off, it may have been entered all the same.
     * @throws DeskError as there, desk/unreachable
     */
    recordView: (referralId: string, view: ViewRequest): Entered => post(at(referralId, '/views'), view),
    /** As `Desk.finish`. Cut off, ask for the receipt. @throws DeskError as there, desk/unreachable */
    finish: (referralId: string): Promise<Receipt> => post(at(referralId, '/finish')),
    /** As `Desk.retract`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    retract: (referralId: string, reason?: string): Entered =>
      post(at(referralId, '/retract'), reason === undefined ? {} : { reason }),
    /** As `Desk.receipt`; repeated by itself. @throws DeskError as there, desk/unreachable */
    receipt: (referralId: string): Promise<Receipt> => get(at(referralId, '/receipt')),

    // what is known
    /** As `Desk.status`; repeated by itself. @throws DeskError as there, desk/unreachable */
    status: (referralId: string): Promise<ReferralStatus> => get(at(referralId)),
    /** As `Desk.list`; repeated by itself. @throws DeskError as there, desk/unreachable */
    list: (request: ListRequest = {}): Promise<Page<ReferralRecord>> => get(`/v1/referrals${queryOf({ ...request })}`),
    /**
     * As `Desk.readAttachment`. Every reading is entered, so it is not repeated by itself.
     * @throws DeskError as there, desk/unreachable (also while the bytes come, where they end early)
     */
    readAttachment: (referralId: string, attachmentId: string, purpose: string) =>
      readAttachment(ask, at(referralId, `/attachments/${encodeURIComponent(attachmentId)}`), purpose),

    // 3 custody
    /** As `Desk.custody`; repeated by itself. @throws DeskError as there, desk/unreachable */
    custody: (referralId: string, since?: number): Promise<Custody> =>
      get(at(referralId, `/custody${queryOf({ since })}`)),
    /** As `Desk.deskCustody`; repeated by itself. @throws DeskError as there, desk/unreachable */
    deskCustody: (since?: number): Promise<Custody> => get(`/v1/custody${queryOf({ since })}`),
    /**
     * The signed head of the log as text (C2SP tlog-checkpoint); repeated by itself. For anyone.
     * @throws DeskError absent/object (there is none yet), desk/unreachable
     */
    checkpoint: () => ask({ method: 'GET', path: '/v1/log/checkpoint', isRepeatable: true }, (answer) => answer.text()),
    /**
     * As `Desk.logFile`, its bytes; undefined where there is none; repeated by itself. For anyone.
     * @param path such as `tile/0/000` or `1/checkpoint`
     * @throws DeskError desk/unreachable
     */
    logFile: (path: string): Promise<Uint8Array | undefined> => readLogFile(ask, path),
    /**
     * As `Desk.trust`; repeated by itself. Compare the twelve words by another way.
     * @throws DeskError as there, desk/unreachable
     */
    trust: (): Promise<Trust> => get('/v1/trust'),

    // 4 packet, 5 summary
    /**
     * As `Desk.orderPacket`; repeated by itself.
     * @param packetId a fresh UUID in lower case: the same order given again is the same packet; made here without one
     * @throws DeskError as there, desk/unreachable
     */
    orderPacket: (referralId: string, order: PacketRequest, packetId: string = randomUUID()): Promise<PacketOrdered> =>
      ask(
        {
          method: 'POST',
          path: at(referralId, '/packets'),
          ...jsonOf(order, { 'Idempotency-Key': packetId }),
          isRepeatable: true,
        },
        readJson<PacketOrdered>,
      ),
    /**
     * As `Desk.summary`, but streamed. Every reading is entered, so it is not repeated by itself.
     * @throws DeskError as there, desk/unreachable (also while the bytes come, where they end early)
     */
    summary: (referralId: string, purpose: string, language?: Language): Promise<AsyncIterable<Uint8Array>> =>
      readPdf(ask, at(referralId, `/summary.pdf${queryOf({ language })}`), purpose),

    // 6 release
    /**
     * As `Desk.orderFiling`; repeated by itself.
     * @param filingId a fresh UUID in lower case: the same order given again is the same filing; made here without one
     * @throws DeskError as there, desk/unreachable
     */
    orderFiling: (referralId: string, order: FilingRequest, filingId: string = randomUUID()): Promise<FilingOrdered> =>
      ask(
        {
          method: 'POST',
          path: at(referralId, '/filings'),
          ...jsonOf(order, { 'Idempotency-Key': filingId }),
          isRepeatable: true,
        },
        readJson<FilingOrdered>,
      ),
    /** As `Desk.filings`; repeated by itself. @throws DeskError as there, desk/unreachable */
    filings: (referralId: string): Promise<FilingStatus[]> => items(get(at(referralId, '/filings'))),
    /** As `Desk.packets`; repeated by itself. @throws DeskError as there, desk/unreachable */
    packets: (request: PacketListRequest = {}): Promise<Page<PacketShown>> =>
      get(`/v1/packets${queryOf({ ...request })}`),
    /** As `Desk.packet`; repeated by itself. @throws DeskError as there, desk/unreachable */
    packet: (packetId: string): Promise<PacketStatus> => get(packetAt(packetId, '/status')),
    /**
     * A stretch of a packet, or all of it, as `Desk.takePacket`. Every taking is entered, so it is not repeated by itself:
     * `takeWhole` goes on where it was cut off. A desk on AWS lends the whole packet for some minutes, which is one entry: it is opened here.
     * @param range bytes; cut at the packet's end
     * @param etag of the bytes that were taken before (If-Range, RFC 9110): where the desk has others, it answers all of those
     * @throws DeskError as there, desk/unreachable (also while the bytes come, where they end early), desk/other-bytes (more come than
     *   were announced)
     */
    takePacket: (packetId: string, range?: Range, etag?: string): Promise<PacketTaken> =>
      takePacket(ask, packetId, range, etag, lentPackets),
    /**
     * As `Desk.makeLink`, but answers the path beneath the desk's URL. Cut off, a link may be left that nobody knows.
     * @throws DeskError as there, desk/unreachable
     */
    makeLink: (
      packetId: string,
      request: Partial<LinkRequest> = {},
    ): Promise<{ readonly path: string; readonly expiresAt: string }> => post(packetAt(packetId, '/links'), request),
    /** As `Desk.endLinks`. Cut off, call it again. @throws DeskError as there, desk/unreachable */
    endLinks: (packetId: string): Promise<{ readonly ended: number }> =>
      send<{ readonly ended: number }>('DELETE', packetAt(packetId, '/links')),
    /**
     * As `Desk.acknowledge`. Cut off, ask for `packet`, which has the answers.
     * @throws DeskError as there, desk/unreachable
     */
    acknowledge: (packetId: string, answer: AcknowledgementRequest): Entered =>
      post(packetAt(packetId, '/acknowledge'), answer),

    // what the law asks
    /** As `Desk.assignRegime`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    assignRegime: (
      referralId: string,
      request: RegimeRequest,
    ): Promise<{ readonly entry: Entry; readonly regimes: readonly RegimeShown[] }> =>
      post(at(referralId, '/regimes'), request),
    /** As `Desk.consent`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    consent: (referralId: string, request: ConsentRequest): Entered => post(at(referralId, '/consents'), request),
    /** As `Desk.meetRegime`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    meetRegime: (referralId: string, request: MetRequest): Entered => post(at(referralId, '/regimes/met'), request),
    /**
     * As `Desk.clear`. Cut off, ask for the status, which has the findings, before calling it again.
     * @throws DeskError as there, desk/unreachable
     */
    clear: (referralId: string, request: ClearRequest): ClearedAnswer => post(at(referralId, '/clearances'), request),
    /**
     * As `Desk.clearPacket`. Cut off, ask for `packet`, which has the findings, before calling it again.
     * @throws DeskError as there, desk/unreachable
     */
    clearPacket: (packetId: string, request: ClearRequest): ClearedAnswer =>
      post(packetAt(packetId, '/clearances'), request),
    /** As `Desk.withdraw`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    withdraw: (referralId: string, request: WithdrawRequest): WithdrawnAnswer =>
      post(at(referralId, '/clearances/withdrawals'), request),
    /** As `Desk.withdrawPacket`. Cut off, look at `notices`. @throws DeskError as there, desk/unreachable */
    withdrawPacket: (packetId: string, request: WithdrawRequest): WithdrawnAnswer =>
      post(packetAt(packetId, '/clearances/withdrawals'), request),
    /** As `Desk.notices`; repeated by itself. @throws DeskError as there, desk/unreachable */
    notices: (request: NoticeListRequest = {}): Promise<Page<NoticeShown>> =>
      get(`/v1/notices${queryOf({ ...request })}`),
    /** As `Desk.notice`; repeated by itself. @throws DeskError as there, desk/unreachable */
    notice: (noticeId: string): Promise<Notice> => get(`/v1/notices/${encodeURIComponent(noticeId)}`),
    /**
     * As `Desk.acknowledgeNotice`. Cut off, look at `notices`: state/exists says that it was entered.
     * @throws DeskError as there, desk/unreachable
     */
    acknowledgeNotice: (noticeId: string, request: AcknowledgeNoticeRequest = {}): Entered =>
      post(`/v1/notices/${encodeURIComponent(noticeId)}/acknowledge`, request),

    // holds and the lawful end
    /**
     * As `Desk.hold`. Cut off, ask for the status, which has the holds.
     * @throws DeskError as there, desk/unreachable
     */
    hold: (referralId: string, order: HoldRequest): Promise<{ readonly holdId: string; readonly entry: Entry }> =>
      post(at(referralId, '/holds'), order),
    /** As `Desk.endHold`. Cut off, ask for the status. @throws DeskError as there, desk/unreachable */
    endHold: (referralId: string, holdId: string, reason: string): Entered =>
      send('DELETE', at(referralId, `/holds/${encodeURIComponent(holdId)}`), { reason }),
    /**
     * As `Desk.requestDestruction`. Cut off, ask for the status, which has the request.
     * @throws DeskError as there, desk/unreachable
     */
    requestDestruction: (
      referralId: string,
      request: DestructionRequest,
    ): Promise<{ readonly destructionId: string; readonly entry: Entry }> =>
      post(at(referralId, '/destructions'), request),
    /** As `Desk.approveDestruction`. Cut off, call it again. @throws DeskError as there, desk/unreachable */
    approveDestruction: (referralId: string, destructionId: string): Promise<Certificate> =>
      post(at(referralId, `/destructions/${encodeURIComponent(destructionId)}/approve`)),
    /** As `Desk.certificate`; repeated by itself. @throws DeskError as there, desk/unreachable */
    certificate: (referralId: string): Promise<Certificate> => get(at(referralId, '/certificate')),

    // the house
    /**
     * As `Desk.addActor`. Cut off, an actor may be left whose key nobody knows: find her in `listActors` and revoke her.
     * @throws DeskError as there, desk/unreachable
     */
    addActor: (actor: Omit<ActorRequest, 'signIn'>): ReturnType<Desk['addActor']> => post('/v1/actors', actor),
    /**
     * As `Desk.addPerson`. Cut off, call it again: state/exists says that she was added.
     * @throws DeskError as there, desk/unreachable
     */
    addPerson: (actor: Omit<ActorRequest, 'signIn'>, signIn: SignIn): ReturnType<Desk['addPerson']> =>
      post('/v1/actors', { ...actor, signIn }),
    /** As `Desk.listActors`; repeated by itself. @throws DeskError as there, desk/unreachable */
    listActors: () => items<Awaited<ReturnType<Desk['listActors']>>[number]>(get('/v1/actors')),
    /** As `Desk.revokeActor`; repeated by itself. @throws DeskError as there, desk/unreachable */
    revokeActor: (actorId: string): Promise<void> =>
      ask({ method: 'DELETE', path: `/v1/actors/${encodeURIComponent(actorId)}`, isRepeatable: true }, () =>
        Promise.resolve(),
      ),
    /**
     * As `Desk.addAgency`. Cut off, call it again: state/exists says that it was added.
     * @throws DeskError as there, desk/unreachable
     */
    addAgency: (agency: AgencyRequest): ReturnType<Desk['addAgency']> => post('/v1/agencies', agency),
    /** As `Desk.changeAgencyKeys`. Cut off, call it again. @throws DeskError as there, desk/unreachable */
    changeAgencyKeys: (agencyId: string, keys: AgencyKeysRequest): ReturnType<Desk['changeAgencyKeys']> =>
      post(`/v1/agencies/${encodeURIComponent(agencyId)}/keys`, keys),
    /** As `Desk.listAgencies`; repeated by itself. @throws DeskError as there, desk/unreachable */
    listAgencies: () => items<Awaited<ReturnType<Desk['listAgencies']>>[number]>(get('/v1/agencies')),
    /** As `Desk.exportKey`; each call is entered. @throws DeskError as there, desk/unreachable */
    exportKey: (objectId: string, purpose: string): ReturnType<Desk['exportKey']> =>
      post(`/v1/objects/${encodeURIComponent(objectId)}/key`, { purpose }),
    /**
     * As `Desk.rotateKey`. Cut off, look at `trust` before calling it again.
     * @throws DeskError as there, desk/unreachable
     */
    rotateKey: (purpose: Purpose): Promise<PublicKey> => post(`/v1/keys/${purpose}/rotate`),
    /**
     * As `Desk.watch`, without its options. May: auditor, operator. Takes as long as reading all the desk holds.
     * @throws DeskError access/denied, desk/unreachable
     */
    watch: (): Promise<Watched> => post('/v1/watch'),

    // the door itself
    /**
     * The contract of the HTTP API (OpenAPI 3.1); repeated by itself. For anyone.
     * @throws DeskError desk/unreachable
     */
    contract: (): Promise<object> => get('/v1/openapi.json'),
    /** Whether the desk runs; repeated by itself. For anyone. @throws DeskError desk/unreachable */
    health: (): Promise<{ readonly status: 'ok' }> => get('/healthz'),
    /**
     * Any other route that answers JSON, such as those of the socket alone; a GET is repeated by itself.
     * @param path from the first slash on, percent-encoded
     * @throws DeskError absent/route, absent/method, and what the route refuses
     */
    send: (method: Asked['method'], path: string, body?: object): Promise<unknown> => send(method, path, body),
  };
}
