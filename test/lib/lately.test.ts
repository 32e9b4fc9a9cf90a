// What was read lately is kept up to a bound, the oldest given up first, and the latest always kept.
import { describe, expect, it } from '@jest/globals';
import { Lately } from '../../lib/lately.ts';

const mapOf = (size: number): ReadonlyMap<string, unknown> =>
  new Map(Array.from({ length: size }, (_, n) => [String(n), n]));

/** Which of these names are kept once each was looked at in turn, and kept where it was not. */
function keptOf(sizes: Readonly<Record<string, number>>, looks: readonly string[]): string[] {
  const lately = new Lately(100);
  for (const name of looks) if (lately.get(name) === undefined) lately.keep(name, mapOf(sizes[name] ?? 0));
  return Object.keys(sizes).filter((name) => lately.get(name) !== undefined);
}

describe('what was read lately', () => {
  it('is the very map that was kept', () => {
    const lately = new Lately();
    const map = mapOf(3);
    lately.keep('one', map);
    expect(lately.get('one')).toBe(map);
    expect(lately.get('another')).toBeUndefined();
  });

  it.each([
    ['all of it while there is room', { a: 40, b: 40, c: 20 }, ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['not the oldest when there is none', { a: 40, b: 40, c: 40 }, ['a', 'b', 'c'], ['b', 'c']],
    ['what was looked at since', { a: 40, b: 40, c: 40 }, ['a', 'b', 'a', 'c'], ['a', 'c']],
    ['the latest, however large', { a: 40, b: 500 }, ['a', 'b'], ['b']],
    ['what fits again after a large one', { a: 500, b: 60, c: 40 }, ['a', 'b', 'c'], ['b', 'c']],
  ])('is %s', (_, sizes, looks, kept) => {
    expect(keptOf(sizes, looks)).toEqual(kept);
  });

  it('is no more than two hundred maps, however small', () => {
    const lately = new Lately();
    for (let n = 0; n < 300; n++) lately.keep(`m${n}`, mapOf(1));
    const kept = Array.from({ length: 300 }, (_, n) => n).filter((n) => lately.get(`m${n}`) !== undefined);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, 100, 299]);
  });

  it('counts a map that is kept again once', () => {
    const lately = new Lately(100);
    for (let n = 0; n < 10; n++) lately.keep('a', mapOf(50));
    lately.keep('b', mapOf(50));
    expect([lately.get('a')?.size, lately.get('b')?.size]).toEqual([50, 50]);
  });
});
