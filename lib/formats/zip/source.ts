// Random access to bytes that are not trusted, through one window held in memory. Nothing is allocated by a size that was read.

export interface BytesSource {
  readonly sizeBytes: number;
  /**
   * The bytes at `offset`; fewer than asked only where the source ends. They are the caller's to keep. It is asked for what comes next
   * before what it answered is used up, and the last answer may not be waited for.
   */
  read(offset: number, sizeBytes: number): Promise<Uint8Array>;
  /** Told of what `read` answered, once nothing of it is looked at any more: its memory may be used again. */
  readonly usedUp?: (bytes: Uint8Array) => void;
}

export interface Window {
  readonly sizeBytes: number;
  /** Up to `sizeBytes` (at most WINDOW_BYTES) bytes at `offset`, copied; fewer at the end, none beyond it. */
  peek(offset: number, sizeBytes: number): Promise<Buffer>;
  /** The same without moving the window: for a look at what lies far off. */
  glance(offset: number, sizeBytes: number): Promise<Buffer>;
  /** Some bytes at `offset`, none from `to` on; none at all only where the source ends. They hold until the next call. */
  piece(offset: number, to: number): Promise<Buffer>;
}

export const WINDOW_BYTES = 1024 * 1024;

export function windowOn(source: BytesSource): Window {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  let ahead: { readonly offset: number; readonly bytes: Promise<Buffer> } | undefined;

  async function read(offset: number, most: number): Promise<Buffer> {
    const sizeBytes = Math.max(0, Math.min(most, source.sizeBytes - offset));
    const bytes = sizeBytes === 0 ? new Uint8Array() : await source.read(offset, sizeBytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sizeBytes));
  }

  async function load(offset: number): Promise<void> {
    const before = held;
    const isAhead = ahead?.offset === offset;
    if (!isAhead) void ahead?.bytes.then(giveBack, () => undefined);
    const loaded = await (ahead !== undefined && isAhead ? ahead.bytes : read(offset, WINDOW_BYTES));
    ahead = undefined;
    held = loaded;
    from = offset;
    giveBack(before);
  }

  function giveBack(bytes: Buffer): void {
    if (bytes.length > 0) source.usedUp?.(bytes);
  }

  /** What begins in the window and ends in the one that is read ahead. */
  async function across(offset: number, sizeBytes: number, next: Promise<Buffer>): Promise<Buffer> {
    const begin = held.subarray(offset - from);
    return Buffer.concat([begin, (await next).subarray(0, sizeBytes - begin.length)]);
  }

  /** Begins to read what comes next while the window is being worked on, whatever it is. A failure waits until it is asked for. */
  function readAhead(): void {
    const offset = from + held.length;
    if (ahead?.offset === offset || held.length === 0 || offset >= source.sizeBytes) return;
    ahead = { offset, bytes: read(offset, WINDOW_BYTES) };
    ahead.bytes.catch(() => undefined);
  }

  function copied(offset: number, sizeBytes: number): Buffer {
    return Buffer.from(held.subarray(offset - from, offset - from + sizeBytes));
  }

  const holds = (offset: number): boolean => offset >= from && offset < from + held.length;
  const holdsAll = (offset: number, sizeBytes: number): boolean =>
    holds(offset) && holds(Math.min(offset + sizeBytes, source.sizeBytes) - 1);

  return {
    sizeBytes: source.sizeBytes,

    async peek(offset, sizeBytes) {
      if (holdsAll(offset, sizeBytes)) return copied(offset, sizeBytes);
      if (holds(offset) && ahead?.offset === from + held.length) return across(offset, sizeBytes, ahead.bytes);
      await load(offset);
      return copied(offset, sizeBytes);
    },

    async glance(offset, sizeBytes) {
      return holdsAll(offset, sizeBytes) ? copied(offset, sizeBytes) : read(offset, sizeBytes);
    },

    async piece(offset, to) {
      if (offset >= to) return Buffer.alloc(0);
      if (!holds(offset)) await load(offset);
      readAhead();
      return held.subarray(offset - from, Math.min(held.length, to - from));
    },
  };
}
