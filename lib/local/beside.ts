// Digests on another core: the bytes go through memory that is shared with one thread, which takes MD5 and what else is slow while the
// caller's thread reads, encrypts and writes. A stream that fits in one slot is done where it is asked for; what stays there of a longer one says
// `shares.ts`.
import { extname, join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { bothOf, digestsAtHand, digestsHere } from '../digests.ts';
import { DeskError } from '../errors.ts';
import type { DigestName, DigestsBeside, RunningDigests } from '../ports.ts';
import type { BesideAnswer, BesideData } from './beside-worker.ts';
import { fill, LAST, newRing, SLOT_BYTES, undone, type Slot } from './ring.ts';
import { keptHere, type OtherCore } from './shares.ts';

/** What is known to be smaller is done before the other core has begun. */
const SMALL_BYTES = 1024 * 1024;
/** For what is known to be larger the other core begins to start at once: that takes 30 ms, in which the first bytes are found. */
export const LARGE_BYTES = 8 * 1024 * 1024;
/** A stream that is no longer never leaves its thread. */
const ROOM_BYTES = 2 * SLOT_BYTES;
/** Rooms kept for streams to come, however many there were at once. */
const MOST_FREE = 16;
const NOTHING = new Uint8Array(0);

/** Digests beside, and an end to it. */
export interface Beside {
  readonly digestsBeside: DigestsBeside;
  /** Stops the thread; what still runs fails. Again is fine. */
  readonly close: () => void;
}

/**
 * Lends this machine's second core; where there is none, digests are taken where they are asked.
 * The thread starts with the first stream that is known to be large or turns out to be, and does not keep the process alive by itself.
 */
export function localBeside(cores: number = availableParallelism()): Beside {
  let thread: Thread | undefined;
  const rooms = newRooms();

  function lend(): Thread {
    const lent = (thread ??= startThread(() => {
      if (thread === lent) thread = undefined;
    }));
    return lent;
  }

  return {
    digestsBeside: (names, sizeBytes = Infinity) => {
      if (cores < 2 || sizeBytes < SMALL_BYTES || names.length === 0) return digestsHere(names);
      if (sizeBytes >= LARGE_BYTES && sizeBytes < Infinity) lend();
      const kept = keptHere(names, sizeBytes, thread?.standing() ?? { isBusy: false, undone: 0 });
      const here = names.filter((name) => name === kept);
      const rest = names.filter((name) => name !== kept);
      return bothOf(runIn(lend, rooms, rest), digestsHere(here));
    },
    close: () => {
      thread?.stop();
    },
  };
}

// ── one stream ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Room for what is too little to be sent by itself; what was given back is used again. */
interface Rooms {
  take(): Buffer;
  giveBack(room: Buffer): void;
}

function newRooms(): Rooms {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES),
    giveBack: (room) => {
      if (free.length < MOST_FREE) free.push(room);
    },
  };
}

function runIn<N extends DigestName>(lent: () => Thread, rooms: Rooms, names: readonly N[]): RunningDigests<N> {
  const room = rooms.take();
  let filled = 0;
  let begun: { readonly thread: Thread; readonly run: number } | undefined;

  /** The names go before the first bytes. */
  async function begin(): Promise<{ thread: Thread; run: number }> {
    const thread = lent();
    const run = thread.begin();
    await thread.send({ run, bytes: Buffer.from(names.join(' '), 'latin1'), last: LAST.no });
    return { thread, run };
  }

  /** Once it has begun, only what is small waits for more. */
  function mayWait({ length }: Uint8Array): boolean {
    return filled + length <= ROOM_BYTES && (begun === undefined || length < SLOT_BYTES / 2);
  }

  function keep(chunk: Uint8Array): void {
    room.set(chunk, filled);
    filled += chunk.length;
  }

  async function send(bytes: Uint8Array): Promise<void> {
    const { thread, run } = (begun ??= await begin());
    for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
      const full = thread.send({ run, bytes: bytes.subarray(at, at + SLOT_BYTES), last: LAST.no });
      if (full !== undefined) await full;
    }
  }

  async function sendKept(): Promise<void> {
    await send(room.subarray(0, filled));
    filled = 0;
  }

  async function addMore(chunk: Uint8Array): Promise<void> {
    await sendKept();
    if (mayWait(chunk)) keep(chunk);
    else await send(chunk);
  }

  const giveBack = (): void => {
    rooms.giveBack(room);
  };

  return {
    add(chunk) {
      if (!mayWait(chunk)) return addMore(chunk);
      keep(chunk);
      return undefined;
    },
    async end() {
      if (begun === undefined) return digestsAtHand(names, room.subarray(0, filled)).finally(giveBack);
      const { thread, run } = begun;
      const answer = thread.answerTo(run);
      const ending = sendKept().then(() => thread.send({ run, bytes: NOTHING, last: LAST.end }));
      await Promise.race([ending, answer]);
      giveBack();
      const digests = await answer;
      return Object.fromEntries(names.map((name, n) => [name, digests[n] ?? ''])) as Record<N, string>;
    },
    abandon() {
      filled = 0;
      if (begun === undefined) {
        giveBack();
        return;
      }
      const { thread, run } = begun;
      const ending = async (): Promise<void> => thread.send({ run, bytes: NOTHING, last: LAST.abandoned });
      void ending()
        .catch(() => undefined)
        .then(() => {
          thread.end(run);
          giveBack();
        });
    },
  };
}

// ── the thread ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Thread {
  standing(): OtherCore;
  /** A stream's number. The process stays alive until it ended. */
  begin(): number;
  /** Copies the slot's bytes, at most SLOT_BYTES; a promise where there is no room yet. @throws DeskError internal */
  send(slot: Slot): Promise<void> | undefined;
  /** A stream's digests, once its last slot was taken. @throws DeskError internal */
  answerTo(run: number): Promise<readonly string[]>;
  end(run: number): void;
  stop(): void;
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function startThread(ended: () => void): Thread {
  const ring = newRing();
  const worker = new Worker(join(import.meta.dirname, `beside-worker${extname(import.meta.filename)}`), {
    workerData: { ring } satisfies BesideData,
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 24 },
  });
  const running = new Set<number>();
  const asked = new Map<number, Waiting<readonly string[]>>();
  const forRoom: Waiting<void>[] = [];
  let failed: DeskError | undefined;
  let runs = 0;

  worker.on('message', (message: BesideAnswer) => {
    if ('room' in message) for (const { resolve } of forRoom.splice(0)) resolve();
    else {
      asked.get(message.run)?.resolve(message.digests);
      end(message.run);
    }
  });
  worker.on('error', fail);
  worker.on('exit', () => {
    fail();
  });
  worker.unref();

  function fail(cause?: unknown): void {
    failed ??= new DeskError('internal', 'The thread that takes digests ended before its time.', { cause });
    for (const { reject } of [...forRoom.splice(0), ...asked.values()]) reject(failed);
    asked.clear();
    ended();
  }

  async function sendLater(slot: Slot): Promise<void> {
    do {
      if (failed !== undefined) throw failed;
      await new Promise<void>((resolve, reject) => forRoom.push({ resolve, reject }));
    } while (!fill(ring, slot));
  }

  function end(run: number): void {
    asked.delete(run);
    running.delete(run);
    if (running.size === 0) worker.unref();
  }

  return {
    standing: () => ({ isBusy: running.size > 0, undone: undone(ring) }),
    begin() {
      runs = (runs + 1) & 0x7fffffff;
      running.add(runs);
      worker.ref();
      return runs;
    },
    send(slot) {
      if (failed !== undefined) throw failed;
      return forRoom.length === 0 && fill(ring, slot) ? undefined : sendLater(slot);
    },
    answerTo(run) {
      if (failed !== undefined) return Promise.reject(failed);
      return new Promise((resolve, reject) => asked.set(run, { resolve, reject }));
    },
    end,
    stop() {
      void worker.terminate();
    },
  };
}
