// Large chunks given back as soon as they were used up. V8 counts a buffer's few bytes on its heap and comes late for the megabyte
// behind it: streaming gigabytes, a hundred megabytes of them wait to be collected. Giving them back by hand keeps memory flat.

/**
 * The same chunks. Each is emptied when the next one is asked for, so whoever reads must have used it up or copied it by then; small
 * ones and parts of larger buffers are left alone.
 */
export async function* usedUp<C extends Uint8Array>(chunks: AsyncIterable<C>): AsyncGenerator<C, void, undefined> {
  for await (const chunk of chunks) {
    yield chunk;
    giveBack(chunk);
  }
}

/** The same of chunks that wait for nothing. */
export function* givingBack<C extends Uint8Array>(chunks: Iterable<C>): Generator<C, void, undefined> {
  for (const chunk of chunks) {
    yield chunk;
    giveBack(chunk);
  }
}

const LARGE_BYTES = 64 * 1024;

/** Empties a chunk that is large and has a buffer of its own. */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  const isOwn = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
  if (isOwn && byteLength >= LARGE_BYTES) buffer.transfer(0);
}

/** The same bytes in one piece, which is the caller's own; the pieces are given back. */
export function inOne(pieces: readonly Uint8Array[]): Buffer {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.length);
  const whole = Buffer.concat(pieces);
  pieces.forEach(giveBack);
  return whole;
}
