// How much of the story is told: a handful for every day, or all of it.
// Always true: people and groups are the same in both; files and messages are fewer in the small one.

export type Scale = 'small' | 'full';

export interface Extent {
  readonly messagesPerGroup: number;
  /** Plain colours, for each group. */
  readonly picturesPerGroup: number;
  /** Files of noise, in all groups together. */
  readonly noiseFiles: number;
  /** Smallest and largest file of noise. */
  readonly noiseBytes: readonly [number, number];
  /** All files together, to the byte. */
  readonly totalBytes: number;
  /** Every so manyth file has a label for the court. */
  readonly exhibitEvery: number;
}

/** With one written-out chat for each of the ten groups: 40 files, 30 MB; and 800 files, 4 GB. */
export const EXTENTS: Readonly<Record<Scale, Extent>> = {
  small: {
    messagesPerGroup: 12,
    picturesPerGroup: 1,
    noiseFiles: 20,
    noiseBytes: [50_000, 6_000_000],
    totalBytes: 30_000_000,
    exhibitEvery: 2,
  },
  full: {
    messagesPerGroup: 60,
    picturesPerGroup: 24,
    noiseFiles: 550,
    noiseBytes: [50_000, 120_000_000],
    totalBytes: 4_000_000_000,
    exhibitEvery: 8,
  },
};

/** So many sizes from the smallest to the largest, small ones as frequent as it takes to add up exactly; in mixed order. */
export function spreadSizes(
  count: number,
  totalBytes: number,
  [smallest, largest]: readonly [number, number],
): number[] {
  const bent = (bend: number): number[] =>
    Array.from({ length: count }, (_, n) => Math.round(smallest * (largest / smallest) ** ((n / (count - 1)) ** bend)));
  let [low, high] = [0.01, 100];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (sum(bent(middle)) > totalBytes) low = middle;
    else high = middle;
  }
  const sizes = bent(high);
  const odd = totalBytes - sum(sizes);
  return mixed(sizes.map((size, n) => (n === count - 2 ? size + odd : size)));
}

/** Another order, always the same one, in which neighbours come to lie far apart. */
export function mixed<T>(items: readonly T[]): T[] {
  const step = Math.max(1, Math.round(items.length * 0.618));
  const order = new Map<number, T>();
  let at = 0;
  for (const item of items) {
    while (order.has(at)) at = (at + 1) % items.length;
    order.set(at, item);
    at = (at + step) % items.length;
  }
  return items.flatMap((_, n) => order.get(n) ?? []);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
