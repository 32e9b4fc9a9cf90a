// A stream written to a file while more of it is made: buffers go to the disk one after another as the next is filled, and what was written is
// synced on the way. Always true: when it resolves all was handed to the file, and no sync that failed is forgotten; the last sync is the caller's.
import type { FileHandle } from 'node:fs/promises';

/** A frame of a message: with less, whoever makes one waits for the disk in the middle of handing it over. */
const BUFFER_BYTES = 256 * 1024;
/** So many wait to be written, of all streams together: a write may have to wait for a sync, and whoever makes the bytes should not. */
const MOST_WAITING = 4;
/** So much is synced at once, while more comes: the last sync has little left, and none holds up the writes for long. */
const SYNC_BYTES = 8 * 1024 * 1024;
/** Buffers kept for whoever writes next. */
const MOST_FREE = 16;

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
/** Puts the system's errors into other words; what the source throws is not among them. */
export type Translated = <T>(work: () => Promise<T>) => Promise<T>;

/** Writes streams to fresh files, several at once, and answers their sizes. Of early syncs there is one at a time: each holds a thread. */
export function writesBehind(translated: Translated): (handle: FileHandle, bytes: Source) => Promise<number> {
  const free: Buffer[] = [];
  let isSyncing = false;
  let underWay = 0;

  function giveBack(buffer: Buffer | undefined): void {
    if (buffer !== undefined && free.length < MOST_FREE) free.push(buffer);
  }

  return async (handle, bytes) => {
    const take = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    let filling: Buffer | undefined;
    let filled = 0;
    let size = 0;
    let unsynced = 0;
    const waiting: Promise<void>[] = [];
    let syncing: Promise<void> | undefined;

    async function write(buffer: Buffer, sizeBytes: number, before: Promise<void> | undefined): Promise<void> {
      underWay++;
      try {
        await before;
        await translated(() => writeFully(handle, buffer.subarray(0, sizeBytes)));
      } finally {
        underWay--;
      }
      giveBack(buffer);
      unsynced += sizeBytes;
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
        if (filled === BUFFER_BYTES) await flush();
        filling ??= take();
        const part = chunk.subarray(at, at + BUFFER_BYTES - filled);
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
      await waiting.at(-1)?.catch(noted); // no buffer is used again, and no file closed, under a write
      await syncing?.catch(noted); // which may have begun a sync
      giveBack(filling);
    }
  };
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done);
    done += bytesWritten;
  }
}

function noted(): void {
  // whoever awaits it is told
}
