// What a running desk does by itself: new entries go into the log within a second or so, what is ordered is packed (and read to its end, where nobody took it) or filed, what was sent directly is looked at, authorities
// stamp the log with the time when that is due or a packet waits for it, and every minute the clock is asked. A failure is told once, not
// every second, and what fails is tried again at longer and longer intervals.
import type { Desk } from '../desk.ts';

export interface Pulse {
  /** Stops, and waits for what is being done; a packet that is being read for its digests is read another time. */
  readonly stop: () => Promise<void>;
}

const INTEGRATE_MS = 1000;
const FREEZE_MS = 100;
const DIGEST_MS = 500;
const FILE_MS = 500;
const INSPECT_MS = 500;
const TICK_MS = 60_000;
const STAMP_MS = 2000;
const MOST_MS = 60_000;

export function startPulse(
  desk: Pick<
    Desk,
    'integrate' | 'inspect' | 'freezePackets' | 'digestPackets' | 'deliverFilings' | 'stopFilings' | 'tick' | 'stampLog'
  >,
  onFault: (error: unknown) => void,
): Pulse {
  const stopping = new AbortController();
  const beats = [
    every(INTEGRATE_MS, () => desk.integrate(), onFault),
    every(INSPECT_MS, () => desk.inspect(), onFault),
    every(FREEZE_MS, () => desk.freezePackets(() => desk.integrate()), onFault),
    every(DIGEST_MS, () => desk.digestPackets({ isAtOnce: false, signal: stopping.signal }), onFault),
    every(FILE_MS, () => desk.deliverFilings(false), onFault),
    every(TICK_MS, () => desk.tick(), onFault),
    every(STAMP_MS, async () => (await desk.stampLog()).failed === 0, onFault),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(beats.map((beat) => beat.stop()));
      await desk.stopFilings();
    },
  };
}

/** @param work false where it failed and somebody was told already */
function every(ms: number, work: () => Promise<unknown>, onFault: (error: unknown) => void): Pulse {
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  let failures = 0;
  const beat = async (): Promise<void> => {
    try {
      failures = (await work()) === false ? failures + 1 : 0;
    } catch (error) {
      if (failures === 0) onFault(error);
      failures++;
    }
    if (!isStopped)
      timer = setTimeout(start, failures === 0 ? ms : Math.max(ms, Math.min(ms * 2 ** failures, MOST_MS)));
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
