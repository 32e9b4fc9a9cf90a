// Streams whose first piece is there before it is asked for: what cannot be opened is found while there is still time to refuse, and of many
// streams only the first is waited for.

/**
 * The same pieces, the first of them fetched already. Also where nothing is read of it before it is given up, what the source holds
 * open is closed.
 * @throws whatever the source throws on its first piece
 */
export async function begun<T>(source: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const pieces = source[Symbol.asyncIterator]();
  let held: IteratorResult<T, unknown> | undefined = await pieces.next();
  const next = (): Promise<IteratorResult<T, unknown>> => {
    const now = held;
    held = undefined;
    return now === undefined ? pieces.next() : Promise.resolve(now);
  };
  const end = async (): Promise<IteratorResult<T, unknown>> => {
    await pieces.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

/** Closes what a stream holds open, of which nothing more is read. */
export async function giveUp(source: AsyncIterable<unknown>): Promise<void> {
  await source[Symbol.asyncIterator]().return?.();
}

/**
 * Streams to be read one after another: once one is asked for, the first piece of the next is fetched while it is read. What is begun and not
 * handed out is closed when this is, after its first piece has come; what a stream throws on that is thrown when its turn has come.
 */
export async function* eachBegun<T>(streams: Iterable<AsyncIterable<T>>): AsyncGenerator<AsyncIterable<T>, void> {
  const all = streams[Symbol.iterator]();
  const begin = (): Promise<AsyncIterable<T>> | undefined => {
    const step = all.next();
    if (step.done === true) return undefined;
    const stream = begun(step.value);
    stream.catch(noted);
    return stream;
  };
  let next = begin();
  try {
    while (next !== undefined) {
      const stream = await next;
      next = begin();
      yield stream;
    }
  } finally {
    await next?.then(giveUp, noted);
  }
}

function noted(): void {
  // told when its turn comes; nobody waits for what is given up
}
