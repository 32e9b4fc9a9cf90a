// The calls that carry bytes: a referral and its files on their way in, attachments, summaries and packets on their way out.
// Always true: bytes that end early are an error.
import { DeskError, isCode } from '../errors.ts';
import type { Attached } from '../attach.ts';
import type { Lent } from '../lend.ts';
import type { Range } from '../ports.ts';
import type { Opened } from '../receive.ts';
import type { AttachmentFacts } from '../read.ts';
import type { PacketTaken } from '../release.ts';
import { readJson } from './json.ts';
import { ACCEPT_LENT, lentIn, openLent } from './lent.ts';
import type { Ask } from './transport.ts';

/** A file as it is sent. */
export interface SentFile {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Kept as text; never used as a path. */
  readonly name?: string | undefined;
  readonly contentType?: string | undefined;
  /** Begins the bytes anew: a cut connection makes it happen again. A piece has been used up when the next one is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export async function open(ask: Ask, body: Uint8Array, idempotencyKey: string): Promise<Opened> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
  return ask({ method: 'POST', path: '/v1/referrals', headers, body, isRepeatable: true }, readJson<Opened>);
}

export async function attach(ask: Ask, path: string, file: SentFile): Promise<Attached> {
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
export async function readAttachment(
  ask: Ask,
  path: string,
  purpose: string,
): Promise<{ readonly facts: AttachmentFacts; readonly bytes: AsyncIterable<Uint8Array> }> {
  const headers = { Purpose: encodeURIComponent(purpose), Accept: ACCEPT_LENT };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, async (answer) => {
    const said = await lentIn(answer);
    if (said !== undefined) {
      const facts = said['facts'] as AttachmentFacts;
      return { facts, bytes: openLent(said.lent, { offset: 0, sizeBytes: facts.sizeBytes }) };
    }
    const facts = JSON.parse(decodeURIComponent(answer.headers.get('attachment-facts') ?? 'null')) as AttachmentFacts;
    return { facts, bytes: whole(answer.body ?? new ReadableStream(), facts.sizeBytes) };
  });
}

export async function readLogFile(ask: Ask, path: string): Promise<Uint8Array | undefined> {
  const asked = { method: 'GET', path: `/v1/log/${path}`, isRepeatable: true } as const;
  return ask(asked, async (answer): Promise<Uint8Array | undefined> => Buffer.from(await answer.arrayBuffer())).catch(
    (error: unknown) => {
      if (isCode(error, 'absent/object') || isCode(error, 'absent/route')) return undefined;
      throw error;
    },
  );
}

export async function readPdf(ask: Ask, path: string, purpose: string): Promise<AsyncIterable<Uint8Array>> {
  const headers = { Purpose: encodeURIComponent(purpose) };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, (answer) =>
    Promise.resolve(whole(answer.body ?? new ReadableStream(), Number(answer.headers.get('content-length')))),
  );
}

/** A packet that is lent, by its id: until that ends, its stretches are opened without asking the desk again. */
export type LentPackets = Map<string, LentPacket>;

interface LentPacket {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lent: Lent;
}

/** @param etag of the bytes that were taken before; where the desk has others, it answers all of those */
export async function takePacket(
  ask: Ask,
  packetId: string,
  range: Range | undefined,
  etag: string | undefined,
  lentPackets: LentPackets,
): Promise<PacketTaken> {
  const known = lentPackets.get(packetId);
  if (known !== undefined && range !== undefined) return takenOfLent(packetId, known, range, lentPackets);
  const path = `/v1/packets/${encodeURIComponent(packetId)}`;
  const last = range === undefined ? 0 : range.offset + range.sizeBytes - 1;
  const headers: Record<string, string> = {
    Accept: ACCEPT_LENT,
    ...(range === undefined ? {} : { Range: `bytes=${range.offset}-${last}` }),
    ...(range === undefined || etag === undefined ? {} : { 'If-Range': `"${etag}"` }),
  };
  return ask({ method: 'GET', path, headers, isRepeatable: false }, async (answer) => {
    const said = await lentIn(answer);
    if (said !== undefined) {
      const lent = { sizeBytes: Number(said['sizeBytes']), etag: String(said['etag']), lent: said.lent };
      lentPackets.set(packetId, lent);
      return takenOfLent(packetId, lent, range, lentPackets);
    }
    const sizeBytes = Number(answer.headers.get('content-length'));
    const [, offset = '0', total = String(sizeBytes)] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? [];
    return {
      packetId,
      sizeBytes: Number(total),
      etag: (answer.headers.get('etag') ?? '').replaceAll('"', ''),
      range: { offset: Number(offset), sizeBytes },
      bytes: whole(answer.body ?? new ReadableStream(), sizeBytes),
    };
  });
}

function takenOfLent(
  packetId: string,
  { sizeBytes, etag, lent }: LentPacket,
  asked: Range | undefined,
  lentPackets: LentPackets,
): PacketTaken {
  const offset = asked?.offset ?? 0;
  const range = { offset, sizeBytes: Math.min(asked?.sizeBytes ?? sizeBytes, sizeBytes - offset) };
  async function* opened(): AsyncGenerator<Uint8Array> {
    try {
      yield* openLent(lent, range);
    } catch (error) {
      lentPackets.delete(packetId); // it may have ended: the desk is asked again
      throw error;
    }
  }
  return { packetId, sizeBytes, etag, range, bytes: opened() };
}

/** Bytes that end early are an error, never a shorter file; so are more than were announced. Given up, they are fetched no further. */
function whole(body: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncIterable<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let size = 0;
  const end = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    await pieces.return?.();
    return { done: true, value: undefined };
  };
  const next = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    const found = await pieces.next().catch((cause: unknown) => {
      throw cause instanceof DeskError ? cause : cutShort(cause);
    });
    size += found.done === true ? 0 : found.value.length;
    if (size > sizeBytes) {
      await end();
      throw new DeskError('desk/other-bytes', 'More bytes came than the desk announced: none of the rest is taken.');
    }
    if (found.done === true && size !== sizeBytes) throw cutShort();
    return found;
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

function cutShort(cause?: unknown): DeskError {
  return new DeskError('desk/unreachable', 'The bytes stopped before their end: read it again.', { cause });
}
