// One durable step for many callers: what arrives in the same turn of the event loop, or while a step runs, goes into one together.
import { DeskError } from './errors.ts';

/**
 * Turns a function over many items into one over a single item. Items keep the order in which they came; a step that
 * fails fails all of its items with the same error.
 */
export function batched<In, Out>(
  step: (items: readonly In[]) => Promise<readonly Out[]>,
  most = 256,
): (item: In) => Promise<Out> {
  interface Waiting {
    readonly item: In;
    readonly resolve: (out: Out) => void;
    readonly reject: (error: unknown) => void;
  }
  let queue: Waiting[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await turn(); // those whose files or bytes have just come in are let in too
      const taken = queue.slice(0, most);
      queue = queue.slice(most);
      try {
        const outs = await step(taken.map(({ item }) => item));
        if (outs.length !== taken.length)
          throw new DeskError('internal', 'A step answered another number than it was asked.');
        for (const [n, waiting] of taken.entries()) waiting.resolve(outs[n] as Out);
      } catch (error) {
        for (const waiting of taken) waiting.reject(error);
      }
    }
    isRunning = false;
  };

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs tasks of one name one after another; tasks of different names do not wait for each other. */
export function inTurn(): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, task) => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(task, task);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (last.get(name) === settled) last.delete(name);
    }
  };
}
