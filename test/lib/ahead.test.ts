// Work begun ahead: its results in order, so many at once and no more, and nothing left running.
import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { eachAhead } from '../../lib/ahead.ts';

/** Work that is done when it is let go on, with what is under way counted. */
function watched() {
  const waiting: (() => void)[] = [];
  const seen = { underWay: 0, most: 0, begun: 0 };
  return {
    seen,
    /** The one begun last goes on first. */
    goOn: () => waiting.pop()?.(),
    work: async (item: number): Promise<number> => {
      seen.begun++;
      seen.most = Math.max(seen.most, ++seen.underWay);
      await new Promise<void>((resolve) => waiting.push(resolve));
      seen.underWay--;
      if (item < 0) throw new Error(String(item));
      return 10 * item;
    },
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function letAllGoOn(goOn: () => void, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    goOn();
    await setImmediate();
  }
}

describe('work begun ahead', () => {
  it.each([1, 2, 3, 100])('is taken in its order, whichever was done first: %d at once', async (most) => {
    const { seen, goOn, work } = watched();
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    let isOver = false;
    const taking = all(eachAhead(numbers, most, work)).finally(() => (isOver = true));
    await letAllGoOn(goOn, () => isOver);
    expect(await taking).toEqual(numbers.map((n) => 10 * n));
    expect(seen).toEqual({ underWay: 0, most: Math.min(most, 20), begun: 20 });
  });

  it('fails in its turn, begins no more then, and waits for what was begun', async () => {
    const { seen, goOn, work } = watched();
    const taken: number[] = [];
    let isOver = false;
    const taking = (async () => {
      for await (const out of eachAhead([1, 2, -3, -4, 5, 6, 7, 8], 3, work)) taken.push(out);
    })().finally(() => (isOver = true));
    taking.catch(() => undefined);
    await letAllGoOn(goOn, () => isOver);
    await expect(taking).rejects.toThrow('-3');
    expect(taken).toEqual([10, 20]);
    expect(seen).toEqual({ underWay: 0, most: 3, begun: 5 });
  });

  it('waits for what was begun where nobody takes more', async () => {
    const { seen, goOn, work } = watched();
    const results = eachAhead([1, 2, 3, 4, 5], 3, work);
    let isOver = false;
    const ending = results
      .next()
      .then(() => results.return())
      .finally(() => (isOver = true));
    await letAllGoOn(goOn, () => isOver);
    await ending;
    expect(seen).toEqual({ underWay: 0, most: 3, begun: 3 });
  });

  it('passes on what its items throw, behind what was made of those before', async () => {
    const closed: string[] = [];
    async function* failing(): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
        await Promise.reject(new Error('no more items'));
      } finally {
        closed.push('items');
      }
    }
    const taken: number[] = [];
    const taking = async (work: (item: number) => Promise<number>): Promise<void> => {
      for await (const out of eachAhead(failing(), 5, work)) taken.push(out);
    };
    await expect(taking((n) => Promise.resolve(n))).rejects.toThrow('no more items');
    expect(taken.splice(0)).toEqual([1, 2]);
    await expect(taking((n) => Promise.reject(new Error(`no ${n}`)))).rejects.toThrow('no 1');
    expect([taken, closed]).toEqual([[], ['items', 'items']]);
    expect(await all(eachAhead([], 3, (n) => Promise.resolve(n)))).toEqual([]);
  });

  it('closes its items where nobody takes more', async () => {
    const closed: string[] = [];
    function* items(): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        closed.push('items');
      }
    }
    for await (const out of eachAhead(items(), 3, (n) => Promise.resolve(n))) if (out === 4) break;
    expect(closed).toEqual(['items']);
  });
});
