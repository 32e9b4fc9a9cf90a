// Row 7. The world on one machine: a serving desk in a process of its own, the load from another, both on the same cores. The highest rate that holds is
// looked for in short stretches, then that load (100 times the mean of the 2025 CyberTipline at most) is held for as long as is asked; and what
// was answered is counted in the book.
import type { LocalDesk } from '../../lib/local/open.ts';
import { newDesk, openDesk, reporters } from './desk.ts';
import { send, type Stretch } from './load.ts';
import type { Figures, Place } from './measured.ts';
import { serving, type Serving } from './serving.ts';

/** 100 times the mean of the 2025 CyberTipline, referrals a second. */
const WORLD_RATE = 68;
/** Each has a key of its own. */
const REPORTERS = 16;
const MOST_P99_MS = 500;
const MOST_OVER_MS = 2000;

export interface World {
  /** Referrals a second to begin with. */
  readonly from: number;
  /** Whether the highest rate is looked for; else `from` is what is held. */
  readonly isSearched: boolean;
  /** Of a stretch in the search. */
  readonly stretchSeconds: number;
  /** Of the load that is held. */
  readonly seconds: number;
}

/**
 * `highest`: referrals a second that held in the search, and what the desk held resident behind it (`searched`, MiB), in which more came than it
 * can take; `held`: those of the long load, which the desk is started anew for; its `p99`; `begin` and `end`: what it held resident after the first
 * tenth of it and at its end; `answered` referrals, and how many of them the book has `kept` with all their files.
 */
export async function world({ scratch }: Place, asked: World): Promise<Figures> {
  const fresh = await newDesk(scratch);
  const keys = await reporters(fresh, REPORTERS);
  await fresh.local.close();
  const kept = new Map<string, number>();
  const load = async ({ url }: Serving, rate: number, seconds: number): Promise<Stretch> => {
    const stretch = await send({ url, keys, rate, seconds });
    for (const [id, files] of stretch.kept) kept.set(id, files);
    return stretch;
  };
  const search = async (): Promise<{ readonly highest: number; readonly searched: number }> => {
    const desk = await serving(scratch, scratch);
    const highest = await highestRate(asked.from, async (rate) => holds(await load(desk, rate, asked.stretchSeconds)));
    const searched = desk.residentMiB();
    await desk.stop();
    return { highest, searched };
  };
  const { highest, searched } = asked.isSearched ? await search() : { highest: asked.from, searched: 0 };
  const desk = await serving(scratch, scratch);
  const held = Math.max(1, Math.min(WORLD_RATE, highest));
  const first = await load(desk, held, asked.seconds / 10);
  const begin = desk.residentMiB();
  const rest = await load(desk, held, (asked.seconds * 9) / 10);
  const end = desk.residentMiB();
  const peakMiB = desk.peakMiB();
  await desk.stop();
  const p99 = Math.max(first.p99Ms, rest.p99Ms);
  const isHeld = holds(first) && holds(rest) ? 1 : 0;
  const found = await keptIn(scratch, kept);
  return { highest, searched, held, isHeld, p99, begin, end, answered: kept.size, kept: found, peakMiB };
}

function holds({ p99Ms, overMs, failures, isGivenUp }: Stretch): boolean {
  return p99Ms < MOST_P99_MS && overMs < MOST_OVER_MS && failures === 0 && !isGivenUp;
}

/** Doubles until it does not hold, then halves what lies between, three times. 0 where even the first does not. */
async function highestRate(from: number, isHeldAt: (rate: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, from];
  while (high <= MOST_RATE && (await isHeldAt(high))) [low, high] = [high, high * 2];
  if (low === 0) return 0;
  for (let n = 0; n < 3; n++) {
    const middle = Math.round((low + high) / 2);
    if (await isHeldAt(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const MOST_RATE = 1024;

/** How many of them the book shows finished, with every file sealed. */
async function keptIn(folder: string, answered: ReadonlyMap<string, number>): Promise<number> {
  const { local, as } = await openDesk(folder);
  const supervisor = await as('supervisor');
  let found = 0;
  for (const [id, files] of answered) if (await isWhole(local, supervisor, id, files)) found++;
  await local.close();
  return found;
}

async function isWhole(
  { desk }: LocalDesk,
  caller: Parameters<LocalDesk['desk']['status']>[0],
  id: string,
  files: number,
): Promise<boolean> {
  const { state, attachments } = await desk.status(caller, id);
  return state === 'finished' && attachments.filter((each) => each.state === 'sealed').length === files;
}
