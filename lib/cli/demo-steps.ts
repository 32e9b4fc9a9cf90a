// The demonstration's steps, each timed and told as it goes; and how much memory this process held at most.
import { performance } from 'node:perf_hooks';
import { remark } from './frame.ts';

export interface Step {
  readonly step: string;
  readonly seconds: number;
  /** The most this process has held resident until its end, in MiB. */
  readonly peakMib: number;
}

export interface Steps {
  /** Does one step, and keeps how long it took. */
  readonly run: <T>(step: string, work: () => Promise<T>) => Promise<T>;
  readonly taken: readonly Step[];
}

export function startSteps(): Steps {
  const taken: Step[] = [];
  return {
    taken,
    run: async (step, work) => {
      remark(`${step} …`);
      const begun = performance.now();
      const result = await work();
      taken.push({ step, seconds: Math.round(performance.now() - begun) / 1000, peakMib: peakMib() });
      return result;
    },
  };
}

/** The most this process has held resident, in MiB. */
export function peakMib(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
