// What a running desk does by itself: new entries go into the log within a second or so, and every minute the clock is asked. One
// failure is told once, not every second.
import type { Desk } from '../desk.ts';

export interface Pulse {
  /** Stops, and waits for what is being done. */
  readonly stop: () => Promise<void>;
}

const INTEGRATE_MS = 1000;
const TICK_MS = 60_000;

export function startPulse(desk: Pick<Desk, 'integrate' | 'tick'>, onFault: (error: unknown) => void): Pulse {
  const beats = [every(INTEGRATE_MS, () => desk.integrate(), onFault), every(TICK_MS, () => desk.tick(), onFault)];
  return {
    stop: async () => {
      await Promise.all(beats.map((beat) => beat.stop()));
    },
  };
}

function every(ms: number, work: () => Promise<unknown>, onFault: (error: unknown) => void): Pulse {
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  let hasFailed = false;
  const beat = async (): Promise<void> => {
    try {
      await work();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) onFault(error);
      hasFailed = true;
    }
    if (!isStopped) timer = setTimeout(start, ms);
  };
  const start = (): void => {
    running = beat();
  };
  let timer = setTimeout(start, ms);
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
