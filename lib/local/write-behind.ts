// A stream written to a file while more of it is made: rooms go to the file one after another as the next is filled, large ones directly to the
// disk where that can be, and what went through the system's cache is synced on the way. Always true: when it resolves all was handed to the file,
// and no sync that failed is forgotten; the last sync is the caller's.
import type { FileHandle } from 'node:fs/promises';
import { openDirect, PAGE_BYTES, pageRoom, type Direct, type OpenDirect } from './direct.ts';

/** Room for what a stream begins with, and for all of it where nothing can be written directly. */
const SMALL_BYTES = 256 * 1024;
/** Room for what is written directly: a frame of a message. With less, the disk is asked too often. */
const LARGE_BYTES = 1024 * 1024;
/** What is less is not worth waiting for the disk: it goes through the cache. */
const LEAST_DIRECT_BYTES = LARGE_BYTES / 2;
/** So many wait to be written, of all streams together: a write may have to wait for a sync, and whoever makes the bytes should not. */
const MOST_WAITING = 4;
/** So much is synced at once, while more comes: the last sync has little left, and none holds up the writes for long. */
const SYNC_BYTES = 8 * 1024 * 1024;
/** Rooms kept for whoever writes next. */
const MOST_FREE = 16;
/** Large rooms there are at most. */
const MOST_LARGE = 8;

/** How much is surely there of a file whose writing was cut off when it was so long: of its last two rooms the second may have been written first. */
export function unbroken(sizeBytes: number): number {
  return sizeBytes <= SMALL_BYTES ? sizeBytes : Math.max(0, sizeBytes - 2 * LARGE_BYTES);
}

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
/** Puts the system's errors into other words; what the source throws is not among them. */
export type Translated = <T>(work: () => Promise<T>) => Promise<T>;

/** Writes a stream into a file. @param from behind which of its bytes @returns how many came */
export type WriteBehind = (handle: FileHandle, bytes: Source, from?: number) => Promise<number>;

/** For several streams at once. Of early syncs there is one at a time: each holds a thread. */
export function writesBehind(translated: Translated, directly: OpenDirect = openDirect): WriteBehind {
  let isSyncing = false;
  let underWay = 0;

  return async (handle, bytes, from = 0) => {
    const file = newTarget(handle, from, directly);
    let filling: Buffer | undefined;
    let filled = 0;
    let end = from;
    let unsynced = 0;
    const waiting: Promise<void>[] = [];
    let mine = 0;
    let syncing: Promise<void> | undefined;

    async function write(room: Buffer, sizeBytes: number, before: Promise<unknown>): Promise<void> {
      const position = end;
      end += sizeBytes;
      underWay++;
      mine++;
      try {
        await before;
        const cached = await translated(() => file.write(room.subarray(0, sizeBytes), position));
        unsynced += cached;
      } finally {
        underWay--;
        mine--;
        rooms.giveBack(room);
      }
      if (unsynced >= SYNC_BYTES && !isSyncing) beginSync();
    }

    /** One that failed before fails this one too. */
    function beginSync(): void {
      unsynced = 0;
      isSyncing = true;
      syncing = Promise.resolve(syncing)
        .then(() => translated(() => handle.datasync()))
        .finally(() => {
          isSyncing = false;
        });
      syncing.catch(noted);
    }

    /**
     * Has what was gathered written, once not too much waits; each stream may have one of its own. Two writes are under way where no other stream
     * writes, so that the disk has something to do when one is done; else one, since each holds a thread.
     */
    async function flush(): Promise<void> {
      const isMuch = (): boolean => Math.max(waiting.length, underWay) >= MOST_WAITING;
      while (waiting.length > 0 && isMuch()) await waiting.shift();
      if (filling === undefined) return;
      const isAlone = underWay === mine;
      const writing = write(filling, filled, Promise.all(isAlone ? waiting.slice(0, -1) : waiting));
      writing.catch(noted);
      waiting.push(writing);
      filling = undefined;
      filled = 0;
    }

    async function gather(chunk: Uint8Array): Promise<void> {
      for (let at = 0; at < chunk.length;) {
        if (filled === filling?.length) await flush();
        filling ??= rooms.take(end > from && file.mayBeDirect());
        const part = chunk.subarray(at, at + filling.length - filled);
        filling.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    }

    try {
      for await (const chunk of bytes) await gather(chunk);
      await flush();
      await Promise.all(waiting);
      await syncing;
      return end - from;
    } finally {
      await Promise.allSettled(waiting); // no room is used again, and no file closed, under a write
      await syncing?.catch(noted); // which may have begun a sync
      if (filling !== undefined) rooms.giveBack(filling);
      file.close();
    }
  };
}

/** A file as a stream is written to it. */
interface Target {
  /** @returns how many of the bytes went through the cache, and wait for a sync @throws the system's error */
  write(bytes: Buffer, position: number): Promise<number>;
  /** Until it turns out that it cannot. */
  mayBeDirect(): boolean;
  close(): void;
}

/** Rooms are written full, so that all but the last begin at a page where the first one does. */
function newTarget(handle: FileHandle, from: number, directly: OpenDirect): Target {
  let direct: Direct | undefined;
  let mayBeDirect = from % PAGE_BYTES === 0;

  /** As many as are whole pages. @returns how many were written */
  async function writeDirectly(bytes: Buffer, position: number): Promise<number> {
    if (!mayBeDirect || bytes.length < LEAST_DIRECT_BYTES) return 0;
    const whole = bytes.length - (bytes.length % PAGE_BYTES);
    direct ??= directly(handle.fd);
    const isDone = (await direct?.write(bytes.subarray(0, whole), position)) === true;
    if (!isDone) mayBeDirect = false;
    return isDone ? whole : 0;
  }

  return {
    async write(bytes, position) {
      const done = isLarge(bytes) ? await writeDirectly(bytes, position) : 0;
      await writeFully(handle, bytes.subarray(done), position + done);
      return bytes.length - done;
    },
    mayBeDirect: () => mayBeDirect,
    close() {
      try {
        direct?.close();
      } catch {
        // each write has said what became of it, and the caller's last sync does for all
      }
    },
  };
}

// ── rooms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What streams are gathered in. */
interface Rooms {
  /** @param mayBeLarge whether it may be written directly */
  take(mayBeLarge: boolean): Buffer;
  giveBack(room: Buffer): void;
}

/** The process's: what the vault has filled is filled again by whoever writes a packet. */
const rooms = newRooms();

function newRooms(): Rooms {
  const [small, large]: [Buffer[], Buffer[]] = [[], []];
  let made = 0;
  const takeLarge = (): Buffer | undefined => {
    const found = large.pop();
    if (found !== undefined || made === MOST_LARGE) return found;
    made++;
    return pageRoom(LARGE_BYTES);
  };
  return {
    take: (mayBeLarge) => (mayBeLarge ? takeLarge() : undefined) ?? small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES),
    giveBack(room) {
      if (isLarge(room)) large.push(room);
      else if (small.length < MOST_FREE) small.push(room);
    },
  };
}

/** Of a room, or of what lies at its front. */
function isLarge({ buffer }: Buffer): boolean {
  return buffer.byteLength === LARGE_BYTES;
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function noted(): void {
  // whoever awaits it is told
}
