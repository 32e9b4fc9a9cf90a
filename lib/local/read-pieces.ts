// A file read into the same memory again and again: two rooms, one filled while the other is used. Always true: of a file of any size
// two pieces are in memory, and the collector is left two rooms, not a buffer for each piece.
import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** With less, another thread is asked so often that it holds up whoever takes digests. */
const PIECE_BYTES = 512 * 1024;
/** Of a file that says it is smaller than it turns out to be. */
const LEAST_BYTES = 16 * 1024;

/**
 * The bytes of a file, to its end; a piece must be used up or copied before the next one is asked for.
 * @throws the system's error where it cannot be opened or read
 */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path, 'r');
  try {
    const pieceBytes = pieceOf(handle.fd);
    const rooms = [newRoom(pieceBytes), newRoom(pieceBytes)] as const;
    const fill = (room: Buffer, at: number): Promise<Uint8Array> => {
      const reading = handle.read(room, 0, pieceBytes, at).then(({ bytesRead }) => room.subarray(0, bytesRead));
      reading.catch(noted);
      return reading;
    };
    let next = fill(rooms[0], 0);
    for (let n = 1, at = 0; ; n++) {
      const piece = await next;
      if (piece.length === 0) return;
      at += piece.length;
      next = fill(n % 2 === 0 ? rooms[0] : rooms[1], at);
      yield piece;
    }
  } finally {
    await handle.close(); // waits for a read that is under way
  }
}

/** Takes a microsecond. What says that it has nothing may be a device, which says so of whatever it has. */
function pieceOf(fd: number): number {
  const { size } = fstatSync(fd);
  return size === 0 ? PIECE_BYTES : Math.max(LEAST_BYTES, Math.min(PIECE_BYTES, size));
}

/** One byte larger than a piece, so that nobody takes a piece for a buffer of its own, and empties it (used-up.ts). */
function newRoom(pieceBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(pieceBytes + 1);
}

function noted(): void {
  // whoever awaits it is told
}
