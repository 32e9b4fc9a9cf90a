// The typed client: the desk's verbs over HTTP, to a desk elsewhere, over a socket or in this process, with the same names, the same
// answers and the same errors as at the desk itself. It opens no files: what it sends is handed in.
import { randomUUID } from 'node:crypto';
import type {
  AcknowledgementRequest,
  ActorRequest,
  AgencyRequest,
  DestructionRequest,
  HoldRequest,
  LinkRequest,
  PacketRequest,
  ViewRequest,
} from '../../schemas/index.ts';
import type {
  AttachmentFacts,
  Attached,
  Certificate,
  Custody,
  Desk,
  Entry,
  ListRequest,
  Opened,
  PacketListRequest,
  PacketOrdered,
  PacketShown,
  PacketStatus,
  PacketTaken,
  Page,
  PublicKey,
  Purpose,
  Range,
  Receipt,
  ReferralRecord,
  ReferralStatus,
  Trust,
  Viewed,
  Watched,
} from '../index.ts';
import { DeskError } from '../errors.ts';
import { transport, type Ask, type Asked, type ClientOptions } from './transport.ts';

export type DeskClient = ReturnType<typeof deskClient>;

/** A file as it is sent. */
export interface SentFile {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Kept as text; never used as a path. */
  readonly name?: string | undefined;
  readonly contentType?: string | undefined;
  /** Begins the bytes anew: a cut connection makes it happen again. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

type Entered = Promise<{ readonly entry: Entry }>;

/**
 * A client of one desk, as one caller.
 * Every verb throws DeskError, with the desk's own code and findings where the desk refused.
 */
export function deskClient(options: ClientOptions) {
  const ask = transport(options);
  const { get, post, send } = callers(ask);
  const packetAt = (packetId: string, rest = ''): string => `/v1/packets/${encodeURIComponent(packetId)}${rest}`;
  const at = (referralId: string, rest = ''): string => `/v1/referrals/${encodeURIComponent(referralId)}${rest}`;
  return {
    // 1 receive
    open: (body: Uint8Array, idempotencyKey: string) => open(ask, body, idempotencyKey),
    // 2 seal
    attach: (referralId: string, attachmentId: string, file: SentFile) =>
      attach(ask, at(referralId, `/attachments/${encodeURIComponent(attachmentId)}`), file),
    views: (referralId: string): Promise<Viewed> => get(at(referralId, '/views')),
    recordView: (referralId: string, view: ViewRequest): Entered => post(at(referralId, '/views'), view),
    /** Not made again by itself: after a cut connection, ask for the receipt. */
    finish: (referralId: string): Promise<Receipt> => post(at(referralId, '/finish')),
    retract: (referralId: string, reason?: string): Entered =>
      post(at(referralId, '/retract'), reason === undefined ? {} : { reason }),
    receipt: (referralId: string): Promise<Receipt> => get(at(referralId, '/receipt')),

    // what is known
    status: (referralId: string): Promise<ReferralStatus> => get(at(referralId)),
    list: (request: ListRequest = {}): Promise<Page<ReferralRecord>> => get(`/v1/referrals${queryOf({ ...request })}`),
    readAttachment: (referralId: string, attachmentId: string, purpose: string) =>
      readAttachment(ask, at(referralId, `/attachments/${encodeURIComponent(attachmentId)}`), purpose),

    // 3 custody
    custody: (referralId: string, since?: number): Promise<Custody> =>
      get(at(referralId, `/custody${queryOf({ since })}`)),
    deskCustody: (since?: number): Promise<Custody> => get(`/v1/custody${queryOf({ since })}`),
    checkpoint: () => ask({ method: 'GET', path: '/v1/log/checkpoint', isRepeatable: true }, (answer) => answer.text()),
    trust: (): Promise<Trust> => get('/v1/trust'),

    // 4 packet, 5 summary
    /** @param packetId a fresh UUID: the same order given again is the same packet; made here without one */
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
    /** A reading copy; the reading is entered. */
    summary: (referralId: string, purpose: string): Promise<AsyncIterable<Uint8Array>> =>
      readPdf(ask, at(referralId, '/summary.pdf'), purpose),

    // 6 release
    packets: (request: PacketListRequest = {}): Promise<Page<PacketShown>> =>
      get(`/v1/packets${queryOf({ ...request })}`),
    packet: (packetId: string): Promise<PacketStatus> => get(packetAt(packetId, '/status')),
    /** A stretch of a packet, or all of it; each taking is entered, so none is made again by itself. */
    takePacket: (packetId: string, range?: Range): Promise<PacketTaken> => takePacket(ask, packetId, range),
    makeLink: (
      packetId: string,
      request: Partial<LinkRequest> = {},
    ): Promise<{ readonly path: string; readonly expiresAt: string }> => post(packetAt(packetId, '/links'), request),
    acknowledge: (packetId: string, answer: AcknowledgementRequest): Entered =>
      post(packetAt(packetId, '/acknowledge'), answer),

    // holds and the lawful end
    hold: (referralId: string, order: HoldRequest): Promise<{ readonly holdId: string; readonly entry: Entry }> =>
      post(at(referralId, '/holds'), order),
    endHold: (referralId: string, holdId: string, reason: string): Entered =>
      send('DELETE', at(referralId, `/holds/${encodeURIComponent(holdId)}`), { reason }),
    requestDestruction: (
      referralId: string,
      request: DestructionRequest,
    ): Promise<{ readonly destructionId: string; readonly entry: Entry }> =>
      post(at(referralId, '/destructions'), request),
    approveDestruction: (referralId: string, destructionId: string): Promise<Certificate> =>
      post(at(referralId, `/destructions/${encodeURIComponent(destructionId)}/approve`)),
    certificate: (referralId: string): Promise<Certificate> => get(at(referralId, '/certificate')),

    // the house
    addActor: (actor: ActorRequest): Promise<{ readonly actorId: string; readonly key: string }> =>
      post('/v1/actors', actor),
    listActors: () => items<Awaited<ReturnType<Desk['listActors']>>[number]>(get('/v1/actors')),
    revokeActor: (actorId: string): Promise<void> =>
      ask({ method: 'DELETE', path: `/v1/actors/${encodeURIComponent(actorId)}`, isRepeatable: true }, () =>
        Promise.resolve(),
      ),
    addAgency: (agency: AgencyRequest): ReturnType<Desk['addAgency']> => post('/v1/agencies', agency),
    listAgencies: () => items<Awaited<ReturnType<Desk['listAgencies']>>[number]>(get('/v1/agencies')),
    exportKey: (objectId: string, purpose: string): ReturnType<Desk['exportKey']> =>
      post(`/v1/objects/${encodeURIComponent(objectId)}/key`, { purpose }),
    rotateKey: (purpose: Purpose): Promise<PublicKey> => post(`/v1/keys/${purpose}/rotate`),
    watch: (): Promise<Watched> => post('/v1/watch'),

    // the door itself
    contract: (): Promise<object> => get('/v1/openapi.json'),
    health: (): Promise<{ readonly status: 'ok' }> => get('/healthz'),
    /** Any other route that answers JSON, such as those of the socket alone. */
    send: (method: Asked['method'], path: string, body?: object): Promise<unknown> => send(method, path, body),
  };
}

// ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function callers(ask: Ask) {
  const send = <T>(method: Asked['method'], path: string, body?: object): Promise<T> =>
    ask({ method, path, ...jsonOf(body), isRepeatable: method === 'GET' }, readJson<T>);
  return {
    get: <T>(path: string): Promise<T> => send('GET', path),
    post: <T>(path: string, body?: object): Promise<T> => send('POST', path, body),
    send,
  };
}

function jsonOf(body: object | undefined, more: Record<string, string> = {}): Pick<Asked, 'body' | 'headers'> {
  if (body === undefined) return {};
  return { body: Buffer.from(JSON.stringify(body), 'utf8'), headers: { 'Content-Type': 'application/json', ...more } };
}

/** The desk answers what its contract says; the contract is tested where it is kept. */
async function readJson<T>(answer: Response): Promise<T> {
  return (await answer.json()) as T;
}

async function items<T>(answer: Promise<{ readonly items: T[] }>): Promise<T[]> {
  return (await answer).items;
}

function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}

// ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function open(ask: Ask, body: Uint8Array, idempotencyKey: string): Promise<Opened> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
  return ask({ method: 'POST', path: '/v1/referrals', headers, body, isRepeatable: true }, readJson<Opened>);
}

async function attach(ask: Ask, path: string, file: SentFile): Promise<Attached> {
  const { sha256, sizeBytes, name, contentType, open: begin } = file;
  const headers = {
    'Content-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'Content-Length': String(sizeBytes),
    ...(name === undefined ? {} : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(name)}` }),
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
  };
  const body = sizeBytes === 0 ? new Uint8Array(0) : begin;
  return ask({ method: 'PUT', path, headers, body, isRepeatable: true }, readJson<Attached>);
}

/** RFC 8187: what encodeURIComponent leaves, but for the four that may not stand there. @throws DeskError input/not-unicode */
function encodeName(name: string): string {
  if (!name.isWellFormed()) throw new DeskError('input/not-unicode', 'The name of a file is not valid Unicode.');
  return encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Every reading is entered, so it is not made again by itself. */
async function readAttachment(
  ask: Ask,
  path: string,
  purpose: string,
): Promise<{ readonly facts: AttachmentFacts; readonly bytes: AsyncIterable<Uint8Array> }> {
  const headers = { Purpose: encodeURIComponent(purpose) };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, (answer) => {
    const facts = JSON.parse(decodeURIComponent(answer.headers.get('attachment-facts') ?? 'null')) as AttachmentFacts;
    return Promise.resolve({ facts, bytes: whole(answer.body ?? new ReadableStream(), facts.sizeBytes) });
  });
}

async function readPdf(ask: Ask, path: string, purpose: string): Promise<AsyncIterable<Uint8Array>> {
  const headers = { Purpose: encodeURIComponent(purpose) };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, (answer) =>
    Promise.resolve(whole(answer.body ?? new ReadableStream(), Number(answer.headers.get('content-length')))),
  );
}

async function takePacket(ask: Ask, packetId: string, range: Range | undefined): Promise<PacketTaken> {
  const path = `/v1/packets/${encodeURIComponent(packetId)}`;
  const last = range === undefined ? 0 : range.offset + range.sizeBytes - 1;
  const headers: Record<string, string> = range === undefined ? {} : { Range: `bytes=${range.offset}-${last}` };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, (answer) => {
    const sizeBytes = Number(answer.headers.get('content-length'));
    const [, offset = '0', total = String(sizeBytes)] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? [];
    const bytes = whole(answer.body ?? new ReadableStream(), sizeBytes);
    return Promise.resolve({
      packetId,
      sizeBytes: Number(total),
      range: { offset: Number(offset), sizeBytes },
      bytes,
    });
  });
}

/** Bytes that end early are an error, never a shorter file. */
async function* whole(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of bytes) {
      size += piece.length;
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    throw cutShort(cause);
  }
  if (size !== sizeBytes) throw cutShort();
}

function cutShort(cause?: unknown): DeskError {
  return new DeskError('desk/unreachable', 'The bytes stopped before their end: read it again.', { cause });
}
