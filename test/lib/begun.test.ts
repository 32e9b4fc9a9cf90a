// Streams begun before their turn: what comes is the same, one ahead and no more, and nothing that was begun is left open.
import { describe, expect, it } from '@jest/globals';
import { eachBegun } from '../../lib/begun.ts';
import { gather } from '../material.ts';

/** Streams of two pieces, with what happens to each written down; `2!` fails on its first piece, `2!!` on its second. */
function streams(names: readonly string[], events: string[]): Generator<AsyncIterable<Uint8Array>> {
  async function* stream(name: string): AsyncGenerator<Uint8Array> {
    events.push(`begin ${name}`);
    try {
      await Promise.resolve();
      if (/[^!]!$/.test(name)) throw new Error(name);
      yield Buffer.from(name);
      if (name.endsWith('!!')) throw new Error(name);
      yield Buffer.from('.');
    } finally {
      events.push(`end ${name}`);
    }
  }
  return (function* () {
    for (const name of names) yield stream(name);
  })();
}

async function* flat(each: AsyncIterable<AsyncIterable<Uint8Array>>, events: string[]): AsyncGenerator<Uint8Array> {
  for await (const stream of each) {
    events.push('turn');
    yield* stream;
  }
}

describe('streams begun before their turn', () => {
  it('give what they are, one of them ahead', async () => {
    const events: string[] = [];
    const bytes = await gather(flat(eachBegun(streams(['1', '2', '3'], events)), events));
    expect(bytes.toString()).toBe('1.2.3.');
    expect(events).toEqual([
      ...['begin 1', 'begin 2', 'turn', 'end 1'],
      ...['begin 3', 'turn', 'end 2', 'turn', 'end 3'],
    ]);
    expect(await gather(flat(eachBegun(streams([], events)), events))).toHaveLength(0);
  });

  it('are closed when nobody reads on', async () => {
    for (const taken of [0, 1, 2, 3, 4]) {
      const events: string[] = [];
      const pieces = flat(eachBegun(streams(['1', '2', '3', '4'], events)), events);
      for (let n = 0; n < taken; n++) await pieces.next();
      await pieces.return(undefined);
      const names = (what: string): string[] =>
        events.flatMap((event) => (event.startsWith(what) ? [event.slice(what.length)] : [])).toSorted();
      expect(names('end ')).toEqual(names('begin '));
      expect(names('begin ')).toHaveLength([0, 2, 2, 3, 3][taken] ?? NaN);
    }
  });

  it.each([
    ['2!', '1.'],
    ['2!!', '1.2!!'],
  ])('fail when their turn has come: %s', async (fails, before) => {
    const events: string[] = [];
    const got: string[] = [];
    const reading = (async () => {
      for await (const piece of flat(eachBegun(streams(['1', fails, '3'], events)), events)) got.push(String(piece));
    })();
    await expect(reading).rejects.toThrow(fails);
    expect(got.join('')).toBe(before);
    expect(events.filter((event) => event.startsWith('begin')).length).toBe(
      events.filter((event) => event.startsWith('end')).length,
    );
  });
});
