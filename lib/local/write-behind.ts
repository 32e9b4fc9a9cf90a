// A stream written to a file while more of it is made: buffers go to the disk one after another as the next is filled, and what was written is
// synced on the way. Always true: when it resolves all was handed to the file, and no sync that failed is forgotten; the last sync is the caller's.
import type { FileHandle } from 'node:fs/promises';
import { openDirect, PAGE_BYTES, pageRoom, type Direct, type OpenDirect } from './direct.ts';

/** Room for what a stream begins with, and for all of it where nothing can be written directly. */
const SMALL_BYTES = 256 * 1024;
/** Room for what is written directly: a frame of a message. With less, the disk is asked too often. */
const LARGE_BYTES = 1024 * 1024;
/** So many wait to be written, of all streams together: a write may have to wait for a sync, and whoever makes the bytes should not. */
const MOST_WAITING = 4;
/** So much is synced at once, while more comes: the last sync has little left, and none holds up the writes for long. */
const SYNC_BYTES = 8 * 1024 * 1024;
/** Rooms kept for whoever writes next. */
const MOST_FREE = 16;
/** Large rooms there are at most. */
const MOST_LARGE = 8;

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
/** Puts the system's errors into other words; what the source throws is not among them. */
export type Translated = <T>(work: () => Promise<T>) => Promise<T>;

/** Writes a stream to the end of a file. @param from where that is @returns how many bytes came */
export type WriteBehind = (handle: FileHandle, bytes: Source, from?: number) => Promise<number>;

/** For several streams at once. Of early syncs there is one at a time: each holds a thread. */
export function writesBehind(translated: Translated, directly: OpenDirect = openDirect): WriteBehind {
  const rooms = newRooms();
  let isSyncing = false;
  let underWay = 0;

  return async (handle, bytes, from = 0) => {
    let direct: Direct | undefined;
    let filling: Buffer | undefined;
    let filled = 0;
    let size = 0;
    let end = from;
    let unsynced = 0;
    const waiting: Promise<void>[] = [];
    let syncing: Promise<void> | undefined;

    async function write(room: Buffer, sizeBytes: number, before: Promise<void> | undefined): Promise<void> {
      const position = end;
      end += sizeBytes;
      underWay++;
      try {
        await before;
        const done = rooms.isLarge(room) ? await writeDirectly(room, sizeBytes, position) : 0;
        await translated(() => writeFully(handle, room.subarray(done, sizeBytes), position + done));
        unsynced += sizeBytes - done;
      } finally {
        underWay--;
        rooms.giveBack(room);
      }
      if (unsynced >= SYNC_BYTES && !isSyncing) beginSync();
    }

    /** As many of the bytes as are whole pages. @returns how many were written */
    async function writeDirectly(room: Buffer, sizeBytes: number, position: number): Promise<number> {
      const whole = sizeBytes - (sizeBytes % PAGE_BYTES);
      if (whole === 0 || position % PAGE_BYTES > 0) return 0;
      const isWritten = await translated(async () =>
        (direct ??= directly(handle.fd))?.write(room.subarray(0, whole), position),
      );
      if (isWritten === true) return whole;
      rooms.haveNoLarge();
      return 0;
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

    /** Has what was gathered written after what was before it, once not too much waits; each stream may have one of its own. */
    async function flush(): Promise<void> {
      const isMuch = (): boolean => Math.max(waiting.length, underWay) >= MOST_WAITING;
      while (waiting.length > 0 && isMuch()) await waiting.shift();
      if (filling === undefined) return;
      const writing = write(filling, filled, waiting.at(-1));
      writing.catch(noted);
      waiting.push(writing);
      filling = undefined;
      filled = 0;
    }

    async function gather(chunk: Uint8Array): Promise<void> {
      for (let at = 0; at < chunk.length;) {
        if (filled === filling?.length) await flush();
        filling ??= rooms.take(end > from);
        const part = chunk.subarray(at, at + filling.length - filled);
        filling.set(part, filled);
        filled += part.length;
        at += part.length;
      }
      size += chunk.length;
    }

    try {
      for await (const chunk of bytes) await gather(chunk);
      await flush();
      await waiting.at(-1);
      await syncing;
      return size;
    } finally {
      await waiting.at(-1)?.catch(noted); // no room is used again, and no file closed, under a write
      await syncing?.catch(noted); // which may have begun a sync
      direct?.close();
      if (filling !== undefined) rooms.giveBack(filling);
    }
  };
}

/** What streams are gathered in. */
interface Rooms {
  /** @param isMore not the first of its stream */
  take(isMore: boolean): Buffer;
  isLarge(room: Buffer): boolean;
  giveBack(room: Buffer): void;
  /** Nothing can be written directly here: there is no more of them from now on. */
  haveNoLarge(): void;
}

function newRooms(): Rooms {
  const [small, large]: [Buffer[], Buffer[]] = [[], []];
  let made = 0;
  let hasLarge = true;
  const isLarge = (room: Buffer): boolean => room.length === LARGE_BYTES;
  const takeLarge = (): Buffer | undefined => {
    const found = large.pop();
    if (found !== undefined || made === MOST_LARGE) return found;
    made++;
    return pageRoom(LARGE_BYTES);
  };
  return {
    take: (isMore) =>
      (isMore && hasLarge ? takeLarge() : undefined) ?? small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES),
    isLarge,
    giveBack(room) {
      if (isLarge(room)) large.push(room);
      else if (small.length < MOST_FREE) small.push(room);
    },
    haveNoLarge() {
      hasLarge = false;
      large.length = 0;
    },
  };
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
