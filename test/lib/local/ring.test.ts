// The ring between two threads: a word that comes late wakes the other side and hands it nothing.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fill, LAST, newRing, SLOT_BYTES, SLOTS, undone } from '../../../lib/local/ring.ts';

/** Where the ring counts what was filled, and its reader sleeps. */
const FILLED = 0;
const READER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.ring).then(({ empty }) => empty(workerData.memory, ({ run, bytes }) => parentPort.postMessage([run, ...bytes]), () => parentPort.postMessage('room')));`;

let reader: Worker | undefined;
afterEach(() => reader?.terminate());

/** Wakes a reader that sleeps, as the late word of a slot that it has emptied already does. */
async function wake(memory: SharedArrayBuffer): Promise<void> {
  const numbers = new Int32Array(memory);
  const deadline = performance.now() + 4000;
  while (Atomics.notify(numbers, FILLED) === 0) {
    if (performance.now() > deadline) throw new Error('the reader never sleeps');
    await new Promise(setImmediate);
  }
}

/** What a reader said, once it was so much. */
function readAll(memory: SharedArrayBuffer, count: number): { seen: unknown[]; enough: Promise<void> } {
  const ring = join(import.meta.dirname, '../../../lib/local/ring.ts');
  const reading = new Worker(READER, { eval: true, workerData: { ring, memory }, execArgv: [] });
  reader = reading;
  const seen: unknown[] = [];
  const enough = new Promise<void>((resolve) => {
    reading.on('message', (message) => {
      if (seen.push(message) === count) resolve();
    });
  });
  return { seen, enough };
}

describe('the ring', () => {
  it('hands over what was filled, once and in order, however often the reader is woken for nothing', async () => {
    const memory = newRing();
    const ring = join(import.meta.dirname, '../../../lib/local/ring.ts');
    reader = new Worker(READER, { eval: true, workerData: { ring, memory }, execArgv: [] });
    const seen: unknown[] = [];
    reader.on('message', (message) => seen.push(message));
    for (let n = 1; n <= 20; n++) {
      await wake(memory);
      expect(fill(memory, { run: n, bytes: Buffer.of(n, n + 1), last: LAST.no })).toBe(true);
      while (seen.length < n) await once(reader, 'message');
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => [n + 1, n + 1, n + 2]));
  });

  it('counts what waits for its reader', async () => {
    const memory = newRing();
    expect(undone(memory)).toBe(0);
    for (let n = 1; n <= 3; n++) {
      fill(memory, { run: n, bytes: Buffer.of(n), last: LAST.no });
      expect(undone(memory)).toBe(n);
    }
    await readAll(memory, 3).enough;
    while (undone(memory) > 0) await new Promise(setImmediate); // the last is counted once it was handed over
  });

  it('says to whoever found it full that half of it is free, after just those slots', async () => {
    const memory = newRing();
    for (let n = 0; n < SLOTS; n++) expect(fill(memory, { run: n, bytes: Buffer.of(n), last: LAST.no })).toBe(true);
    for (let n = 0; n < 2; n++) expect(fill(memory, { run: 99, bytes: Buffer.of(9), last: LAST.no })).toBe(false);
    const { seen, enough } = readAll(memory, SLOTS + 1);
    await enough;
    expect(seen.filter((each) => each === 'room')).toHaveLength(1);
    expect(seen.indexOf('room')).toBe(SLOTS / 2);
    expect(seen.filter((each) => each !== 'room')).toEqual(Array.from({ length: SLOTS }, (_, n) => [n, n]));
    for (let n = 0; n < SLOTS / 2; n++) expect(fill(memory, { run: n, bytes: Buffer.of(n), last: LAST.no })).toBe(true);
  });

  it('carries a full slot and an empty one', async () => {
    const memory = newRing();
    fill(memory, { run: 1, bytes: new Uint8Array(SLOT_BYTES).fill(7), last: LAST.no });
    fill(memory, { run: 2, bytes: new Uint8Array(0), last: LAST.end });
    const { seen, enough } = readAll(memory, 2);
    await enough;
    expect(seen).toEqual([[1, ...new Array<number>(SLOT_BYTES).fill(7)], [2]]);
  });
});
