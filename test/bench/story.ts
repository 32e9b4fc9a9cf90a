// Row 12. The whole story, 800 files and 4 GB, from the folder of evidence to the packet that a stranger verified, as `demo --full` plays it in one
// process; and where the time goes.
import { lastJson, runDesk } from '../journeys/processes.ts';
import type { Figures, Place } from './measured.ts';

/** Steps of `demo` by a word of theirs. */
const STEPS = {
  inventing: 'inventing',
  submitting: 'submitting',
  finishing: 'finishing',
  packing: 'packing',
  taking: 'takes',
  verifying: 'verifying',
  watching: 'going over',
} as const;

/** Seconds of each step; `whole` from the first file submitted to the packet verified. */
export async function story({ scratch }: Place, { isFull }: { readonly isFull: boolean }): Promise<Figures> {
  const run = runDesk(scratch, ['demo', ...(isFull ? ['--full'] : [])], { TMPDIR: scratch });
  const { code, out, err } = await run.ended;
  if (code !== 0) throw new Error(`the story ended with ${code}: ${err.slice(-500)}`);
  const { steps } = lastJson(out) as { readonly steps: readonly { readonly step: string; readonly seconds: number }[] };
  const secondsOf = (word: string): number => steps.find(({ step }) => step.includes(word))?.seconds ?? NaN;
  const figures = Object.fromEntries(Object.entries(STEPS).map(([name, word]) => [name, secondsOf(word)]));
  const told = ['submitting', 'finishing', 'packing', 'taking', 'verifying'];
  return { ...figures, whole: told.reduce((sum, name) => sum + (figures[name] ?? NaN), 0), peakMiB: run.peakMiB() };
}
