// A ring of slots in memory that two threads share: one fills them in order, the other empties them in the same order. Always true: a slot
// belongs to one side at a time; the numbers say to which.

/** Longer pieces cost no less to hand over, shorter ones more. */
export const SLOT_BYTES = 128 * 1024;
/** A power of two, so that counting may wrap around. With 16, one side waited for the other a twentieth of the time. */
export const SLOTS = 64;

/** What of a stream a slot holds. */
export interface Slot {
  /** Which stream; below 2^31. */
  readonly run: number;
  readonly bytes: Uint8Array;
  /** How it goes on, of `LAST`. */
  readonly last: number;
}

/** How a stream ends. */
export const LAST = { no: 0, end: 1, abandoned: 2 } as const;

/** Places of the numbers both sides read. */
const FILLED = 0;
const EMPTIED = 1;
const WAITING = 2;
const HEADS = 3;
const NUMBERS_BYTES = 4 * (HEADS + 3 * SLOTS);

/** Makes the memory. */
export function newRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(NUMBERS_BYTES + SLOTS * SLOT_BYTES);
}

function numbersIn(memory: SharedArrayBuffer): Int32Array {
  return new Int32Array(memory, 0, NUMBERS_BYTES / 4);
}

function slotIn(memory: SharedArrayBuffer, count: number, sizeBytes: number): Buffer {
  return Buffer.from(memory, NUMBERS_BYTES + (count & (SLOTS - 1)) * SLOT_BYTES, sizeBytes);
}

/** Fills the next slot; false, and the other side told that somebody waits, when none is free. */
export function fill(memory: SharedArrayBuffer, { run, bytes, last }: Slot): boolean {
  const numbers = numbersIn(memory);
  const count = Atomics.load(numbers, FILLED);
  if (isFull(numbers, count)) {
    Atomics.store(numbers, WAITING, 1);
    if (isFull(numbers, count)) return false;
  }
  if (bytes.length > 0) slotIn(memory, count, bytes.length).fill(bytes); // copies once; `set` goes through shared memory in small steps
  numbers.set([run, bytes.length, last], HEADS + 3 * (count & (SLOTS - 1)));
  Atomics.store(numbers, FILLED, (count + 1) | 0);
  Atomics.notify(numbers, FILLED);
  return true;
}

/** How many slots wait for the other side, or are in its hands. */
export function undone(memory: SharedArrayBuffer): number {
  const numbers = numbersIn(memory);
  return (Atomics.load(numbers, FILLED) - Atomics.load(numbers, EMPTIED)) | 0;
}

function isFull(numbers: Int32Array, count: number): boolean {
  return ((count - Atomics.load(numbers, EMPTIED)) | 0) >= SLOTS;
}

/**
 * Hands each slot to `take` as it comes, for ever.
 * @param room called when somebody waited for a free slot and half of them are: a word for each would cost more than the bytes
 */
export function empty(memory: SharedArrayBuffer, take: (slot: Slot) => void, room: () => void): never {
  const numbers = numbersIn(memory);
  for (let count = Atomics.load(numbers, EMPTIED); ; count = (count + 1) | 0) {
    while (Atomics.load(numbers, FILLED) === count) Atomics.wait(numbers, FILLED, count); // a late word of the slot before may wake it
    const [run = 0, sizeBytes = 0, last = 0] = numbers.subarray(HEADS + 3 * (count & (SLOTS - 1)));
    take({ run, bytes: slotIn(memory, count, sizeBytes), last });
    Atomics.store(numbers, EMPTIED, (count + 1) | 0);
    const left = (Atomics.load(numbers, FILLED) - count - 1) | 0;
    if (left <= SLOTS / 2 && Atomics.exchange(numbers, WAITING, 0) === 1) room();
  }
}
