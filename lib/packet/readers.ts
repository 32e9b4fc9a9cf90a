// Who is reading which packet in this process: the desk does not read one for its digests while somebody takes it.

/** Between two stretches of one reader lies less than this. */
const PAUSE_MS = 1000;

export type Readers = ReturnType<typeof rememberReaders>;

interface Reading {
  readonly active: number;
  /** When somebody last began or ended, in milliseconds. */
  readonly at: number;
}

export function rememberReaders(now: () => Date) {
  const held = new Map<string, Reading>();
  const isOver = ({ active, at }: Reading): boolean => {
    const ms = now().getTime() - at;
    return active === 0 && (ms < 0 || ms >= PAUSE_MS);
  };
  const change = (id: string, by: 1 | -1): void => {
    for (const [each, reading] of held) if (isOver(reading)) held.delete(each);
    held.set(id, { active: (held.get(id)?.active ?? 0) + by, at: now().getTime() });
  };
  return {
    /** The same, noted from when its first byte is asked for until its last has come or it is given up. */
    noted: <T extends { readonly packetId: string; readonly bytes: AsyncIterable<Uint8Array> }>(taken: T): T => {
      const { packetId, bytes } = taken;
      return { ...taken, bytes: watched(bytes, change.bind(undefined, packetId)) };
    },
    /** Whether somebody is, or was a moment ago and may ask for the next stretch. */
    isReading: (id: string): boolean => {
      const reading = held.get(id);
      return reading !== undefined && !isOver(reading);
    },
  };
}

/** No generator, since one that was not begun would not pass on that it is given up. */
function watched(bytes: AsyncIterable<Uint8Array>, change: (by: 1 | -1) => void): AsyncIterable<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]();
  let isOn = false;
  const turn = (to: boolean): void => {
    if (isOn !== to) change(to ? 1 : -1);
    isOn = to;
  };
  const next = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    turn(true);
    try {
      const piece = await pieces.next();
      if (piece.done === true) turn(false);
      return piece;
    } catch (error) {
      turn(false);
      throw error;
    }
  };
  const end = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    turn(false);
    await pieces.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}
