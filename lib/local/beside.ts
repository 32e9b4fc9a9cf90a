// Digests on another core: the bytes go through memory that is shared with one thread, which takes MD5 and what else is slow while the
// caller's thread reads, encrypts and writes. A stream that fits in one slot is done where it is asked for.
import { extname, join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { digestsHere } from '../digests.ts';
import { DeskError } from '../errors.ts';
import type { DigestName, DigestsBeside, RunningDigests } from '../ports.ts';
import type { BesideAnswer, BesideData } from './beside-worker.ts';
import { fill, LAST, newRing, SLOT_BYTES, type Slot } from './ring.ts';

/** What is known to be smaller is done before the other core has begun. */
const SMALL_BYTES = 1024 * 1024;

/** Digests beside, and an end to it. */
export interface Beside {
  readonly digestsBeside: DigestsBeside;
  /** Stops the thread; what still runs fails. Again is fine. */
  readonly close: () => void;
}

/**
 * Lends this machine's second core; where there is none, digests are taken where they are asked.
 * The thread starts with the first large stream, and does not keep the process alive by itself.
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
      return runIn(lend, rooms, names);
    },
    close: () => {
      thread?.stop();
    },
  };
}

// ── one stream ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Room for what waits until a slot is full; what was given back is used again. */
interface Rooms {
  take(): Buffer;
  giveBack(room: Buffer): void;
}

function newRooms(): Rooms {
  const free: Buffer[] = [];
  return { take: () => free.pop() ?? Buffer.allocUnsafeSlow(SLOT_BYTES), giveBack: (room) => free.push(room) };
}

function runIn<N extends DigestName>(lent: () => Thread, rooms: Rooms, names: readonly N[]): RunningDigests<N> {
  const slot = rooms.take();
  let filled = 0;
  let begun: { readonly thread: Thread; readonly run: number } | undefined;

  async function send(last: number): Promise<void> {
    const { thread, run } = (begun ??= await begin());
    await thread.send({ run, bytes: slot.subarray(0, filled), last });
    filled = 0;
  }

  /** The names go before the first bytes. */
  async function begin(): Promise<{ thread: Thread; run: number }> {
    const thread = lent();
    const run = thread.begin();
    await thread.send({ run, bytes: Buffer.from(names.join(' '), 'latin1'), last: LAST.no });
    return { thread, run };
  }

  async function addMore(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(SLOT_BYTES - filled, chunk.length - at);
      slot.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === SLOT_BYTES) await send(LAST.no);
    }
  }

  const giveBack = (): void => {
    rooms.giveBack(slot);
  };

  return {
    add(chunk) {
      if (filled + chunk.length >= SLOT_BYTES) return addMore(chunk);
      slot.set(chunk, filled);
      filled += chunk.length;
      return undefined;
    },
    async end() {
      if (begun === undefined) return endHere(names, slot.subarray(0, filled)).finally(giveBack);
      const answer = begun.thread.answerTo(begun.run);
      await Promise.race([send(LAST.end), answer]);
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
      void send(LAST.abandoned)
        .catch(() => undefined)
        .then(() => {
          thread.end(run);
          giveBack();
        });
    },
  };
}

async function endHere<N extends DigestName>(names: readonly N[], bytes: Uint8Array): Promise<Record<N, string>> {
  const here = digestsHere(names);
  await here.add(bytes);
  return here.end();
}

// ── the thread ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Thread {
  /** A stream's number. The process stays alive until it ended. */
  begin(): number;
  /** @throws DeskError internal */
  send(slot: Slot): Promise<void>;
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

  function end(run: number): void {
    asked.delete(run);
    running.delete(run);
    if (running.size === 0) worker.unref();
  }

  return {
    begin() {
      runs = (runs + 1) & 0x7fffffff;
      running.add(runs);
      worker.ref();
      return runs;
    },
    async send(slot) {
      for (;;) {
        if (failed !== undefined) throw failed;
        if (fill(ring, slot)) return;
        await new Promise<void>((resolve, reject) => forRoom.push({ resolve, reject }));
      }
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
