// A node:http server around an API, on an address or a Unix socket. Closing it lets what runs finish, up to a deadline.
import { chmod, unlink } from 'node:fs/promises';
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DeskError } from '../errors.ts';
import { refuse } from '../http/index.ts';
import { systemCode } from './durable.ts';
import { serveExchange, type Fetch } from './exchange.ts';

export interface Listening {
  /** The port, where it is one. */
  readonly port: number | undefined;
  /** Stops accepting, waits for what runs, and after `withinMs` cuts what still does. */
  readonly close: (withinMs: number) => Promise<void>;
}

/** A body may take hours, so there is no limit on a whole request; what stalls is cut in exchange.ts. */
const LIMITS: ServerOptions = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 30_000,
  requestTimeout: 0,
  keepAliveTimeout: 10_000,
};

/** @throws the system's error, such as EADDRINUSE */
export async function listenOn(
  fetch: Fetch,
  place: { readonly port: number; readonly host: string },
): Promise<Listening> {
  const server = newServer(fetch);
  await started(server, () => server.listen(place.port, place.host));
  return listening(server, (server.address() as AddressInfo).port);
}

/** For the folder's owner alone, who may therefore replace what a dead owner left there. */
export async function listenOnSocket(fetch: Fetch, socketPath: string): Promise<Listening> {
  await unlink(socketPath).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  const server = newServer(fetch);
  await started(server, () => server.listen(socketPath));
  await chmod(socketPath, 0o600);
  return listening(server, undefined);
}

function newServer(fetch: Fetch): Server {
  const server = createServer(LIMITS);
  server.on('request', (incoming, outgoing) => void serveExchange(fetch, incoming, outgoing));
  server.on('checkContinue', (incoming, outgoing) => {
    void serveExchange(fetch, incoming, outgoing, () => {
      outgoing.writeContinue();
    });
  });
  server.on('clientError', refuseRaw);
  return server;
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

function listening(server: Server, port: number | undefined): Listening {
  return {
    port,
    close: async (withinMs) => {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      const sweep = setInterval(() => {
        server.closeIdleConnections();
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

/** What is no HTTP at all, or has too much of a head, is answered by hand, in the same form. */
function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable || systemCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isLarge = systemCode(error) === 'HPE_HEADER_OVERFLOW';
  const refused = refuse(
    isLarge
      ? new DeskError('input/too-large', 'The headers are too large.')
      : new DeskError('input/malformed', 'This is no HTTP request that can be read, or it came too slowly.'),
  );
  const head = [...refused.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  void refused.text().then((body) => {
    socket.end(`HTTP/1.1 ${refused.status} Refused\r\n${head}Connection: close\r\n\r\n${body}`);
  });
}
