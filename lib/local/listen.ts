// A node:http server around an API, on an address or a Unix socket. Closing it lets what runs finish, up to a deadline.
import { chmod, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DeskError } from '../errors.ts';
import { refuse } from '../http/index.ts';
import { systemCode } from './durable.ts';
import { serveExchange, type Fetch } from './exchange.ts';

export interface Listening {
  /** The port, where it is one. */
  readonly port: number | undefined;
  /** Stops accepting, waits for what runs, cuts senders that stall, and after `withinMs` cuts what still runs. */
  readonly close: (withinMs: number) => Promise<void>;
}

/** Where a server is reached by http. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A body may take hours, so there is no limit on a whole request; what stalls is cut in exchange.ts. */
const LIMITS: ServerOptions = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 30_000,
  requestTimeout: 0,
  keepAliveTimeout: 10_000,
};

/** How long a closing server waits for a sender of whom nothing more comes. */
const STALL_MS = 2000;

/** What is under way on one connection. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** The body is wanted: its sender need not wait to be told. */
  isInvited: boolean;
}

/** Every connection, with what is under way on it. */
type Lines = Map<Socket, Exchange | undefined>;

interface Serving {
  readonly server: Server;
  readonly lines: Lines;
}

/** @throws the system's error, such as EADDRINUSE */
export async function listenOn(
  fetch: Fetch,
  place: { readonly port: number; readonly host: string },
): Promise<Listening> {
  const serving = newServer(fetch);
  const { server } = serving;
  await started(server, () => server.listen(place.port, place.host));
  return listening(serving, (server.address() as AddressInfo).port);
}

/** For the folder's owner alone, who may therefore replace what a dead owner left there. */
export async function listenOnSocket(fetch: Fetch, socketPath: string): Promise<Listening> {
  await unlink(socketPath).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  const serving = newServer(fetch);
  const { server } = serving;
  await started(server, () => server.listen(socketPath));
  await chmod(socketPath, 0o600);
  return listening(serving, undefined);
}

function newServer(fetch: Fetch): Serving {
  const server = createServer(LIMITS);
  const lines: Lines = new Map();
  server.on('connection', (socket) => {
    lines.set(socket, undefined);
    socket.once('close', () => lines.delete(socket));
  });
  server.on('request', (incoming, outgoing) => {
    enter(lines, { incoming, outgoing, isInvited: true });
    void serveExchange(fetch, incoming, outgoing);
  });
  server.on('checkContinue', (incoming, outgoing) => {
    const exchange = { incoming, outgoing, isInvited: false };
    enter(lines, exchange);
    void serveExchange(fetch, incoming, outgoing, () => {
      exchange.isInvited = true;
      outgoing.writeContinue();
    });
  });
  server.on('clientError', refuseRaw);
  return { server, lines };
}

function enter(lines: Lines, exchange: Exchange): void {
  const { socket } = exchange.incoming;
  lines.set(socket, exchange);
  exchange.outgoing.once('close', () => {
    if (lines.get(socket) === exchange) lines.set(socket, undefined);
  });
}

async function started(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

function listening({ server, lines }: Serving, port: number | undefined): Listening {
  return {
    port,
    close: async (withinMs) => {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      const cutStalled = stallCutter(lines);
      const sweep = setInterval(() => {
        server.closeIdleConnections();
        cutStalled(performance.now());
      }, 50);
      const deadline = setTimeout(() => {
        server.closeAllConnections();
      }, withinMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(deadline);
    },
  };
}

/** @returns what cuts, called again and again, each connection on which something is owed and nothing has moved for a while */
function stallCutter(lines: Lines): (nowMs: number) => void {
  const seen = new Map<Socket, { readonly bytes: number; readonly atMs: number }>();
  return (nowMs) => {
    for (const [socket, exchange] of lines) {
      const last = seen.get(socket);
      const hasMoved = last?.bytes !== socket.bytesRead || !isOwed(exchange);
      if (last === undefined || hasMoved) seen.set(socket, { bytes: socket.bytesRead, atMs: nowMs });
      else if (nowMs - last.atMs >= STALL_MS) socket.destroy();
    }
  };
}

/** Whether it is the sender who is waited for: for a whole head, or for more of a body of which the desk has taken all that came. */
function isOwed(exchange: Exchange | undefined): boolean {
  if (exchange === undefined) return true;
  const { incoming, outgoing, isInvited } = exchange;
  return !incoming.complete && incoming.readableLength === 0 && (isInvited || outgoing.headersSent);
}

/** What is no HTTP at all, or has too much of a head, is answered by hand, in the same form. */
function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable || systemCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isLarge = systemCode(error) === 'HPE_HEADER_OVERFLOW';
  void rawRefusal(
    isLarge
      ? new DeskError('input/too-large', 'The headers are too large.')
      : new DeskError('input/malformed', 'This is no HTTP request that can be read, or it came too slowly.'),
  ).then(
    (text) => socket.end(text),
    () => socket.destroy(),
  );
}

async function rawRefusal(error: DeskError): Promise<string> {
  const refused = await refuse(error);
  const head = [...refused.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refused.status} Refused\r\n${head}Connection: close\r\n\r\n${await refused.text()}`;
}
