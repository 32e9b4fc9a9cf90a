// Chunks that were used up are given back at once, and nothing else is touched.
import { describe, expect, it } from '@jest/globals';
import { giveBack, usedUp } from '../../../lib/formats/used-up.ts';

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

describe('a stream of chunks that are used up', () => {
  it('hands on every byte, and empties each large chunk once the next is asked for', async () => {
    const chunks = [1, 2, 3].map((value) => new Uint8Array(100_000).fill(value));
    const seen: number[] = [];
    for await (const chunk of usedUp(each(chunks))) {
      expect(chunk).toHaveLength(100_000);
      seen.push(...new Set(chunk));
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(chunks.map(({ length }) => length)).toEqual([0, 0, 0]);
  });

  it('leaves small chunks alone, and parts of a larger buffer that others may hold', () => {
    const whole = new Uint8Array(300_000).fill(7);
    const part = whole.subarray(0, 200_000);
    const small = new Uint8Array(1000).fill(7);
    for (const chunk of [part, small]) giveBack(chunk);
    expect([whole.length, part.length, small.length]).toEqual([300_000, 200_000, 1000]);
    expect(whole.every((value) => value === 7)).toBe(true);
  });
});
