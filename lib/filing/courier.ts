// Step 6, filing: what is ordered is delivered, one call after another, each entered before it is made and after it was answered. A
// courier that was killed anywhere goes on from what is entered, and asks the recipient where that does not say enough.
import { rowsOf, type Core } from '../core.ts';
import { DeskError, type Code } from '../errors.ts';
import { rememberFailures } from '../packet/failures.ts';
import { endFiling, takeStep, type KnownFilings } from './delivery.ts';
import { OPEN_LIST, readFiling } from './record.ts';

/** What a courier keeps in memory: why what failed, and what it has read. Losing it loses nothing. */
export type Courier = ReturnType<typeof rememberCourier>;

const MOST_REST_MS = 300_000;

export function rememberCourier({ newId }: Pick<Core, 'newId'>) {
  const jitter = (): number => parseInt(newId().slice(0, 8), 16) / 2 ** 32;
  return { failures: rememberFailures({ mostMs: MOST_REST_MS, jitter }), known: new Map() as KnownFilings };
}

const LANES = 4;

/**
 * Takes one step of every filing that is under way; few at once, one at a time for each referral. One that fails raises an alarm, once
 * for each code, is tried again at longer and longer intervals of its own until its deadline, and does not stop the others.
 * One courier at a time: another would take a call under way for one whose answer is lost.
 * @returns how many steps were taken: while that is more than none, there may be more to do at once
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
 */
export async function deliverFilings(core: Core, courier: Courier): Promise<number> {
  const open: { id: string; referral: string }[] = [];
  for await (const { id, chain } of rowsOf(core, OPEN_LIST)) open.push({ id, referral: chain });
  const ids = open.map(({ id }) => id);
  courier.failures.keep(ids);
  for (const id of courier.known.keys()) if (!ids.includes(id)) courier.known.delete(id);
  const waiting = open.filter(({ id }) => !courier.failures.isResting(id, core.now()));
  const unheard: unknown[] = [];
  let taken = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { id, referral } = next;
      const step = core.inTurn(`filings of ${referral}`, () => attempt(core, courier, id));
      if (await step.catch((error: unknown) => void unheard.push(error))) taken++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (unheard.length > 0) {
    throw new DeskError('alarm/failed', 'Nobody could be told of a filing: mend the webhook or the command.', {
      cause: unheard[0],
    });
  }
  return taken;
}

/** @throws what telling throws */
async function attempt(core: Core, courier: Courier, id: string): Promise<boolean> {
  try {
    return await takeStep(core, courier.known, id);
  } catch (error) {
    await fail(core, courier, id, error);
    return false;
  }
}

async function fail(core: Core, { failures }: Courier, id: string, error: unknown): Promise<void> {
  const now = core.now();
  const code = failures.add(id, error, now);
  const record = await readFiling(core, id);
  if (record.state !== 'ordered') return;
  if (code !== 'absent/recipient' && now.toISOString() >= record.deadline) {
    const state = record.failure === undefined ? 'undelivered' : 'refused';
    return endFiling(core, record, state, record.failure?.code ?? code);
  }
  if (failures.isTold(id, code)) return;
  await tell(core, id, code);
  failures.tell(id, code);
}

function tell(core: Core, id: string, code: Code): Promise<void> {
  const message = `A filing does not get through (${code}); the desk tries again by itself.`;
  return core.alarm({ code: 'filing/failed', where: `filing ${id}`, message });
}
