// A desk that `npm run desk -- serve` runs, in a process of its own.
import { join } from 'node:path';
import { runDesk } from '../journeys/processes.ts';
import { residentMiBOf } from './memory.ts';

export interface Serving {
  readonly url: string;
  /** The most it has held resident, in MiB. */
  readonly peakMiB: () => number;
  /** What it holds resident now, in MiB. */
  readonly residentMiB: () => number;
  /** Lets it finish what runs, and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** @param scratch where it stands @param folder as `newDesk` made one; nobody else has it open */
export async function serving(scratch: string, folder: string): Promise<Serving> {
  const run = runDesk(scratch, ['serve', '--port', '0', '--watch-every', '0', '--data', join(folder, 'desk')]);
  const line = await run.firstLine;
  if (!line.includes('url')) throw new Error(`serve did not start: ${line} ${(await run.ended).err}`);
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    peakMiB: run.peakMiB,
    residentMiB: () => residentMiBOf(run.child.pid ?? 0),
    stop: async () => {
      run.child.kill('SIGTERM');
      const { code, err } = await run.ended;
      if (code !== 0) throw new Error(`serve ended with ${code}: ${err.slice(-300)}`);
    },
  };
}
