// The ring between two threads: a word that comes late wakes the other side and hands it nothing.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fill, LAST, newRing } from '../../../lib/local/ring.ts';

/** Where the ring counts what was filled, and its reader sleeps. */
const FILLED = 0;
const READER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.ring).then(({ empty }) => empty(workerData.memory, ({ run, bytes }) => parentPort.postMessage([run, ...bytes]), () => undefined));`;

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
});
