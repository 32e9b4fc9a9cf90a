// The desk on one machine, answering: to programs with a key over HTTP, and to whoever owns the folder over its Unix socket.
//
// It listens on this machine alone. To let others in, put a proxy that speaks TLS before it, on this machine or one it trusts: it must
// pass bodies of any size on as they come and wait for slow ones (nginx: `client_max_body_size 0; proxy_request_buffering off;
// proxy_read_timeout 1h`; Caddy: `reverse_proxy 127.0.0.1:8700`). The proxy never gets to the socket, so it never is the house.
import { byKeyOrHouse, createApi, type Limits, type Route } from '../http/index.ts';
import { loadAll } from '../later.ts';
import { LARGE_BYTES } from './beside.ts';
import { socketPath } from './folder.ts';
import { addressOf, listenOn, listenOnSocket, type Listening } from './listen.ts';
import type { LocalDesk } from './open.ts';
import { startPulse } from './pulse.ts';

/** Routes for the house alone: served on the socket and in process, never on a port. Such as POST /local/backup. */
export type LocalRoutes = (local: LocalDesk) => readonly Route[];

export interface SocketOptions {
  readonly extraRoutes?: LocalRoutes | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Hears of faults; `where` is an answer's Request-Id, or what the desk was doing by itself. */
  readonly onFault?: ((error: unknown, where: string) => void) | undefined;
  /** How long closing waits for what runs; 30 s without it. */
  readonly closeWithinMs?: number | undefined;
}

export interface ServeOptions extends SocketOptions {
  /** 0 picks one that is free. */
  readonly port: number;
  /** 127.0.0.1 without it: nobody else reaches the desk then. */
  readonly host?: string | undefined;
  readonly onListening?: ((server: LocalServer) => void) | undefined;
}

export interface LocalServer {
  readonly url: string;
  /** The path of the socket. */
  readonly socket: string;
  /** Stops accepting, lets what runs finish, takes the last entries into the log, and gives the folder up. */
  readonly close: () => Promise<void>;
}

/** @throws the system's error when the port cannot be had; the folder is still owned then */
export async function serveLocal(local: LocalDesk, options: ServeOptions): Promise<LocalServer> {
  const { port, host = '127.0.0.1', closeWithinMs = CLOSE_WITHIN_MS } = options;
  await loadAll(); // no first request waits for it
  local.ports.digestsBeside?.(['sha256'], LARGE_BYTES).abandon(); // nor the first large file for the thread that takes digests
  const api = createApi(local.desk, {
    ...faults(options),
    limits: options.limits ?? {},
    clock: () => performance.now(),
  });
  const web = await listenOn(api.fetch, { port, host });
  const house = await openHouse(local, options).catch(async (error: unknown) => {
    await web.close(0);
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await web.close(closeWithinMs);
    await house.close();
  };
  const server = {
    url: addressOf(host, web.port ?? port),
    socket: house.socket,
    close: () => (closing ??= close()),
  };
  options.onListening?.(server);
  return server;
}

export interface House {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly socket: string;
  readonly close: () => Promise<void>;
}

/** What every owner of a folder does: answers on its socket, and keeps the log and the clock going. Closing it closes the desk. */
export async function openHouse(local: LocalDesk, options: SocketOptions = {}): Promise<House> {
  const { closeWithinMs = CLOSE_WITHIN_MS, onFault = () => undefined } = options;
  const api = createApi(local.desk, {
    ...faults(options),
    authenticate: byKeyOrHouse(local.desk),
    extraRoutes: options.extraRoutes?.(local) ?? [],
  });
  const socket = socketPath(local.folder.dir);
  const door = await listenOnSocket(api.fetch, socket);
  const pulse = startPulse(local.desk, (error) => {
    onFault(error, 'the log and the clock');
  });
  return { fetch: api.fetch, socket, close: () => closeHouse(local, door, pulse.stop, closeWithinMs) };
}

async function closeHouse(
  local: LocalDesk,
  door: Listening,
  stopPulse: () => Promise<void>,
  withinMs: number,
): Promise<void> {
  try {
    await door.close(withinMs);
    await stopPulse();
    await local.desk.integrate();
  } finally {
    await local.close();
  }
}

const CLOSE_WITHIN_MS = 30_000;

function faults({ onFault }: SocketOptions): { onFault?: (error: unknown, requestId: string) => void } {
  return onFault === undefined ? {} : { onFault };
}
