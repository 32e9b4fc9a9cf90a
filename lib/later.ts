// What is loaded with its first use, so that nobody waits at the start for what is never asked of him: a lambda answers a few routes, a command
// is one verb. Whoever runs long and answers anything loads all of it before he is asked (`loadAll`).

const waiting: (() => Promise<unknown>)[] = [];

/** `load` is called with the first use, and by `loadAll`, which keeps all of them: for the top of a file. */
export function later<M>(load: () => Promise<M>): () => Promise<M> {
  const use = once(load);
  waiting.push(use);
  return use;
}

/** `make` is called once, with the first use; again where it failed. */
export function once<M>(make: () => Promise<M>): () => Promise<M> {
  let made: Promise<M> | undefined;
  const making = async (): Promise<M> => {
    try {
      return await make();
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
  return () => (made ??= making());
}

/** Loads all that waits, and what waits in that. */
export async function loadAll(): Promise<void> {
  for (const use of waiting) await use();
}
