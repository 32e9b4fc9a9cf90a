// Reaching the desk in a folder from any process: as its owner when nobody is, else through the owner's socket. When the owner dies in
// between, the next request takes its place.
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError, isCode } from '../errors.ts';
import { systemCode } from './durable.ts';
import { fetchOver } from './exchange.ts';
import { socketPath } from './folder.ts';
import { openLocalDesk, type LocalDesk, type LocalOptions } from './open.ts';
import { openHouse, type House, type SocketOptions } from './serve.ts';

export interface ReachOptions extends LocalOptions, SocketOptions {
  /** How long to wait for an owner that neither answers nor lets go; 10 s without it. */
  readonly waitMs?: number | undefined;
}

export interface Reach {
  /**
   * Rejects with the system's error when the owner's connection is cut. Requests may come from the house (byKeyOrHouse). Each piece of a
   * body has been used up when the next one is asked for.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Whether this process owns the folder now. */
  readonly isOwner: boolean;
  /** The desk itself, while this process owns the folder. */
  readonly local: LocalDesk | undefined;
  /** An owner takes the last entries into the log and gives the folder up. */
  readonly close: () => Promise<void>;
}

type Hold = { readonly local: LocalDesk; readonly house: House } | { readonly socket: string };

/** @throws DeskError whatever opening throws; desk/owned when another process has the folder and does not answer */
export async function reachLocalDesk(options: ReachOptions): Promise<Reach> {
  let hold = await takeHold(options);
  let taking: Promise<Hold> | undefined;

  /** Many requests may find the owner gone at once; one of them takes its place for all. */
  const takeAgain = async (): Promise<void> => {
    taking ??= takeHold(options).finally(() => {
      taking = undefined;
    });
    hold = await taking;
  };
  return {
    fetch: async (request) => {
      for (let tries = 1; ; tries++) {
        if ('house' in hold) return hold.house.fetch(request);
        try {
          return await fetchOver(hold.socket, request);
        } catch (error) {
          if (!isNobodyThere(error) || tries === MOST_TRIES) throw error;
          await takeAgain();
        }
      }
    },
    get isOwner() {
      return 'house' in hold;
    },
    get local() {
      return 'house' in hold ? hold.local : undefined;
    },
    close: async () => {
      if ('house' in hold) await hold.house.close();
    },
  };
}

const MOST_TRIES = 3;
const WAIT_MS = 10_000;

async function takeHold(options: ReachOptions): Promise<Hold> {
  const { waitMs = WAIT_MS } = options;
  const until = performance.now() + waitMs;
  for (;;) {
    const hold = (await asOwner(options)) ?? (await asGuest(options.dir));
    if (hold !== undefined) return hold;
    if (performance.now() >= until) {
      throw new DeskError('desk/owned', 'Another process has this desk open and does not answer: stop it, or wait.');
    }
    await wait(randomInt(10, 50)); // the owner is just opening the folder, or just giving it up
  }
}

async function asOwner(options: ReachOptions): Promise<Hold | undefined> {
  try {
    const local = await openLocalDesk(options);
    return { local, house: await openHouseOf(local, options) };
  } catch (error) {
    if (isCode(error, 'desk/owned')) return undefined;
    throw error;
  }
}

async function openHouseOf(local: LocalDesk, options: SocketOptions): Promise<House> {
  try {
    return await openHouse(local, options);
  } catch (error) {
    await local.close();
    throw error;
  }
}

async function asGuest(dir: string): Promise<Hold | undefined> {
  const socket = socketPath(dir);
  try {
    const answer = await fetchOver(socket, new Request('http://desk.local/healthz'));
    await answer.body?.cancel();
    return answer.ok ? { socket } : undefined;
  } catch {
    return undefined;
  }
}

function isNobodyThere(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}
