// A stream whose first piece is there before anything else is done: what cannot be opened is found while there is still time to refuse.

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
