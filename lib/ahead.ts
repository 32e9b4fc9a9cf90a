// Work on one thing after another that waits for a disk or a network: a few are begun before the first is taken, and taken in their order.

/**
 * What `work` makes of each, in order; so many are under way at once. What one throws, or the items themselves do, is thrown when its turn
 * has come; what was begun by then is waited for.
 */
export async function* eachAhead<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  most: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const begun: Promise<Out>[] = [];
  try {
    for await (const { out } of begin(items, work)) {
      out.catch(noted);
      begun.push(out);
      if (begun.length < most || begun[0] === undefined) continue;
      yield await begun[0];
      void begun.shift();
    }
    while (begun[0] !== undefined) {
      yield await begun[0];
      void begun.shift();
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

/** What the items throw stands last, in a row with what was made of them. */
async function* begin<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<{ readonly out: Promise<Out> }, void, undefined> {
  try {
    for await (const item of items) yield { out: work(item) };
  } catch (error) {
    const out = Promise.resolve().then((): Out => {
      throw error;
    });
    yield { out };
  }
}

function noted(): void {
  // told when its turn comes
}
