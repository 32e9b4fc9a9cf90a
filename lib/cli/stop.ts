// Stopping long work at a signal in an order: the desk is given up first. A second signal ends the process at once, as signals do.
import { Stopped } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** How long what is under way may go on after the first signal. */
const MOST_WAIT_MS = 3000;

/** Runs work that minds a signal. @throws Stopped where the work failed after the signal, whatever it failed of */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const forget = (): void => {
    for (const name of SIGNALS) process.removeListener(name, onSignal);
  };
  const onSignal = (): void => {
    forget();
    setTimeout(() => process.exit(130), MOST_WAIT_MS).unref();
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? new Stopped() : error;
  } finally {
    forget();
  }
}

/** Work that is waited for until the signal, and no longer. @throws Stopped at the signal */
export async function untilStopped<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new Stopped();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Stopped());
    });
  });
  return Promise.race([work(), stopped]);
}
