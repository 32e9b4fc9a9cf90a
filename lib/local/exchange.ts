// node:http on one side, Request and Response on the other, streaming both ways. A request that is refused before its bytes have come
// still gets its answer: what the sender goes on sending is thrown away for a while, then the connection is closed.
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { DeskError } from '../errors.ts';
import { giveBack } from '../formats/used-up.ts';
import { noteRemoteAddress, refuse } from '../http/index.ts';

export type Fetch = (request: Request) => Promise<Response>;

/** A connection on which nothing moves for so long, while bytes are owed, is given up. */
const IDLE_MS = 120_000;
/** A body other than a file's must be here by then. */
const BODY_MS = 300_000;
/** An answer of no more is written at once. */
const SMALL_BYTES = 64 * 1024;
/** How long bytes that nobody wants are still taken in. */
const DRAIN_MS = 60_000;

/** @param inviteBody tells a sender who asked first that the bytes are wanted (Expect: 100-continue) */
export async function serveExchange(
  fetch: Fetch,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  inviteBody?: () => void,
): Promise<void> {
  const { socket } = incoming;
  if (hasBody(incoming)) expectBody(incoming);
  const invitation = { isOpen: inviteBody !== undefined, send: inviteBody };
  const response = await answerTo(fetch, incoming, invitation);
  if (socket.destroyed) return void response.body?.cancel();
  socket.setTimeout(IDLE_MS);
  if (invitation.isOpen) response.headers.set('Connection', 'close'); // what follows may be the body or another request
  await writeResponse(response, incoming, outgoing);
}

/** Until the body is all here, its sender must not stall. After that the desk takes the time it needs. */
function expectBody(incoming: IncomingMessage): void {
  const { socket } = incoming;
  const late = mayBeLong(incoming) ? undefined : setTimeout(() => socket.destroy(), BODY_MS);
  socket.setTimeout(IDLE_MS);
  const isHere = (): void => {
    clearTimeout(late);
    socket.setTimeout(0);
  };
  incoming.once('end', isHere).once('close', isHere);
}

/** An attachment, or an upload at the CyberTipline door: of any size, over any line. */
function mayBeLong({ method, url = '' }: IncomingMessage): boolean {
  return method === 'PUT' || (method === 'POST' && targetOf(url)?.pathname === '/ispws/upload');
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

interface Invitation {
  isOpen: boolean;
  readonly send: (() => void) | undefined;
}

async function answerTo(fetch: Fetch, incoming: IncomingMessage, invitation: Invitation): Promise<Response> {
  try {
    return await fetch(toRequest(incoming, invitation));
  } catch (error) {
    const refused = await refuse(error, incoming.url);
    if (refused.status === 405) refused.headers.set('Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS');
    return refused;
  }
}

/** @throws DeskError input/malformed, absent/method: what no Request can carry */
function toRequest(incoming: IncomingMessage, invitation: Invitation): Request {
  const { method = 'GET', url = '/' } = incoming;
  if (method === 'TRACE') throw new DeskError('absent/method', 'This method is taken nowhere.');
  const target = targetOf(url);
  if (target === null) throw new DeskError('input/malformed', 'The request is for no path.');
  const takesBody = method !== 'GET' && method !== 'HEAD';
  const request = new Request(target, {
    method,
    headers: toHeaders(incoming.rawHeaders),
    ...(takesBody && hasBody(incoming)
      ? { body: ReadableStream.from(bodyOf(incoming, invitation)), duplex: 'half' }
      : {}),
  });
  noteRemoteAddress(request, incoming.socket.remoteAddress);
  return request;
}

/** Of a request's target, a path or a whole address; null where there is none. */
function targetOf(url: string): URL | null {
  return URL.parse(url.startsWith('/') ? `http://desk.local${url}` : url);
}

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let n = 0; n + 1 < raw.length; n += 2) headers.append(raw[n] ?? '', raw[n + 1] ?? '');
  return headers;
}

/** Leaves the connection alone when the reader stops half-way: it still has to carry the answer. */
async function* bodyOf(incoming: IncomingMessage, invitation: Invitation): AsyncGenerator<Uint8Array> {
  if (invitation.isOpen) invitation.send?.();
  invitation.isOpen = false;
  const pieces: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false });
  for await (const piece of pieces) yield piece;
  if (!incoming.complete) throw new Error('the body stopped before its end');
}

async function writeResponse(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (Number(response.headers.get('content-length') ?? Infinity) <= SMALL_BYTES)
    return writeSmall(response, incoming, outgoing);
  try {
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (response.body !== null) await writePieces(response.body, outgoing);
    await drained(incoming);
    outgoing.end();
  } catch {
    outgoing.destroy(); // what fails once the answer has begun cuts the connection: no one takes a part for the whole
  }
}

/** One piece is on its way while the next is made. */
async function writePieces(pieces: AsyncIterable<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  let writing = Promise.resolve();
  for await (const piece of pieces) {
    await writing;
    writing = writePiece(outgoing, piece);
    writing.catch(noted);
  }
  await writing;
}

/** Empties it once it is out: pieces are large, and collected late. Done when more may come; of an answer that nobody reads on nothing is heard but its end. */
function writePiece(outgoing: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = (): void => {
      reject(new Error('the connection was closed'));
    };
    if (outgoing.destroyed) {
      cut();
      return;
    }
    const hasRoom = outgoing.write(piece, (error) => {
      outgoing.off('close', cut);
      giveBack(piece);
      if (error) reject(error);
      else resolve();
    });
    if (hasRoom) resolve();
    else outgoing.once('close', cut);
  });
}

function noted(): void {
  // whoever awaits it is told
}

/** Head and body in one write, and no stream for it. */
async function writeSmall(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const body = Buffer.from(await response.arrayBuffer());
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (incoming.complete) return void outgoing.end(body);
    outgoing.write(body);
    await drained(incoming);
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

/** The answer is out. Closing now, with bytes still on their way, could make the sender lose it. */
async function drained(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  const timer = setTimeout(() => incoming.socket.destroy(), DRAIN_MS);
  const over = new Promise<void>((resolve) => {
    incoming.once('end', resolve).once('close', resolve).once('error', resolve);
  });
  setImmediate(() => incoming.resume());
  await over;
  clearTimeout(timer);
}

// ── the other side ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A connection on which writing never fails. Whoever answers at once may hang up before all was written, and what was answered can be
 * read all the same; if there is no answer, reading says so.
 */
class Line extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: () => void): void {
    super._write(chunk, encoding, () => {
      done();
    });
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: () => void): void {
    super._writev?.(chunks, () => {
      done();
    });
  }
}

/** Sends a request over a Unix socket. Rejects with the system's error; then, if nobody listened, the body is untouched. */
export function fetchOver(socketPath: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const outgoing = httpRequest({
    createConnection: () => new Line().connect(socketPath),
    path: pathname + search,
    method: request.method,
    headers: { ...framing(request), ...Object.fromEntries(request.headers) },
  });
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => {
      isAnswered = true;
      incoming.once('end', () => {
        if (!outgoing.writableFinished) outgoing.destroy();
      });
      resolve(toResponse(incoming));
    });
    if (request.body === null) return void outgoing.end(); // in one write with the head
    outgoing.once('socket', (socket) => {
      socket.once('connect', () => {
        sendBody(request, outgoing, () => isAnswered).catch((error: unknown) => {
          outgoing.destroy(error instanceof Error ? error : new Error('the body failed', { cause: error }));
        });
      });
    });
    outgoing.flushHeaders();
  });
}

/** How long the body is, said in so many words: left alone, node frames none for DELETE. */
function framing({ body, headers, method }: Request): Record<string, string> {
  if (headers.has('content-length')) return {};
  if (body !== null) return { 'transfer-encoding': 'chunked' };
  return method === 'POST' || method === 'PUT' ? { 'content-length': '0' } : {};
}

/** Stops when the answer has come: nobody waits for the rest. Asks for a piece when the one before is out: its memory may be filled again. */
async function sendBody(
  request: Request,
  outgoing: ReturnType<typeof httpRequest>,
  isAnswered: () => boolean,
): Promise<void> {
  const isOver = (): boolean => isAnswered() || outgoing.destroyed;
  let goOn: () => void = noted;
  const wake = (): void => {
    goOn();
  };
  outgoing.once('response', wake).once('close', wake);
  for await (const piece of request.body ?? []) {
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      outgoing.write(piece, () => {
        resolve();
      });
    });
    if (isOver()) return;
  }
  if (!isAnswered()) outgoing.end();
}

function toResponse(incoming: IncomingMessage): Response {
  const { statusCode = 500 } = incoming;
  const isEmpty = statusCode === 204 || statusCode === 304;
  if (isEmpty) incoming.resume();
  return new Response(isEmpty ? null : ReadableStream.from(incoming), {
    status: statusCode,
    headers: toHeaders(incoming.rawHeaders),
  });
}
