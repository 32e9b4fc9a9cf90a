// Work on one thing after another that waits for a disk or a network: a few are begun before the first is taken, and taken in their order.

/**
 * What `work` makes of each, in order; so many are under way at once. What one throws is thrown when its turn has come; what was begun by
 * then is waited for.
 */
export async function* eachAhead<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  most: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const begun: Promise<Out>[] = [];
  const oldest = (): Promise<Out[]> => Promise.all(begun.splice(0, 1));
  try {
    for await (const item of items) {
      const made = work(item);
      made.catch(noted);
      begun.push(made);
      if (begun.length >= most) yield* await oldest();
    }
    while (begun.length > 0) yield* await oldest();
  } finally {
    await Promise.allSettled(begun);
  }
}

function noted(): void {
  // told when its turn comes
}
