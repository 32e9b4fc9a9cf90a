// Step 6, filing: what is ordered is delivered, one call after another, each entered before it is made and after it was answered. A
// courier that was killed anywhere goes on from what is entered, and asks the recipient where that does not say enough.
import { rowsOf, type Core } from '../core.ts';
import { DeskError, type Code } from '../errors.ts';
import type { Courier } from './courier-memory.ts';
import { endFiling, takeStep } from './delivery.ts';
import { OPEN_LIST, readFiling } from './record.ts';

/** So many filings at once at most. */
const LANES = 16;

/**
 * Goes on with every filing that is under way and not at rest, each by itself, so that a long upload holds up no other. One that fails
 * raises an alarm, once for each code, and is tried again at longer and longer intervals of its own until its
 * deadline.
 * One courier at a time: another would take a call under way for one whose answer is lost.
 * @param wait whether for all that can be done at this moment; else only until it is begun
 * @param isLate where whoever runs it is stopped after a while: once true, no further call is begun, and the next round goes on
 * @returns how many steps were taken, where it waited
 * @throws DeskError alarm/failed when somebody could not be told, now or since the last time
 */
export async function deliverFilings(
  core: Core,
  courier: Courier,
  wait = true,
  isLate: () => boolean = () => false,
): Promise<number> {
  const open: { id: string; referral: string }[] = [];
  for await (const { id, chain } of rowsOf(core, OPEN_LIST)) open.push({ id, referral: chain });
  const ids = open.map(({ id }) => id);
  courier.failures.keep(ids);
  for (const each of [courier.known, courier.furthest])
    for (const id of each.keys()) if (!ids.includes(id)) each.delete(id);
  for (const each of open) begin(core, courier, each, isLate);
  const taken = wait ? await Promise.all(courier.busy.values()) : [];
  const [cause, ...others] = courier.unheard.splice(0);
  if (cause === undefined && others.length === 0) return taken.reduce((sum, steps) => sum + steps, 0);
  throw new DeskError('alarm/failed', 'Nobody could be told of a filing: mend the webhook or the command.', { cause });
}

/** Begins nothing any more, and waits for the calls under way; what cuts them short is the recipient's own signal. */
export async function stopFilings(courier: Courier): Promise<void> {
  courier.isStopped = true;
  await Promise.all(courier.busy.values());
}

function begin(
  core: Core,
  courier: Courier,
  { id, referral }: { id: string; referral: string },
  isLate: () => boolean,
): void {
  const { busy, failures } = courier;
  if (courier.isStopped || busy.has(id) || busy.size >= LANES || failures.isResting(id, core.now())) return;
  const work = goOn(core, courier, id, referral, isLate).finally(() => busy.delete(id));
  busy.set(id, work);
}

/** Steps of one filing until there is none to be taken now. */
async function goOn(
  core: Core,
  courier: Courier,
  id: string,
  referral: string,
  isLate: () => boolean,
): Promise<number> {
  const isOver = (): boolean => courier.isStopped || isLate();
  // asked once its turn has come: another filing of the referral may have had it for long
  const step = (): Promise<boolean> =>
    core.inTurn(`filings of ${referral}`, async () => !isOver() && (await attempt(core, courier, id)));
  const took = (): Promise<boolean> =>
    step().catch((error: unknown) => {
      courier.unheard.push(error);
      return false;
    });
  let taken = 0;
  while (await took()) taken++;
  return taken;
}

/** @throws what telling throws */
async function attempt(core: Core, courier: Courier, id: string): Promise<boolean> {
  try {
    const isTaken = await takeStep(core, courier.known, id);
    noteProgress(courier, id);
    return isTaken;
  } catch (error) {
    await fail(core, courier, id, error);
    return false;
  }
}

/** Only what was never done before counts: a report that is begun again and again gets nowhere. */
function noteProgress({ known, furthest, failures }: Courier, id: string): void {
  const done = known.get(id)?.journal.done ?? 0;
  if (done <= (furthest.get(id) ?? 0)) return;
  furthest.set(id, done);
  failures.recover(id);
}

/** Whoever can still be told is told, whatever state the book is in. @throws what telling throws */
async function fail(core: Core, { failures }: Courier, id: string, error: unknown): Promise<void> {
  const now = core.now();
  const code = failures.add(id, error, now);
  const record = await readFiling(core, id).catch(() => undefined);
  if (record !== undefined && record.state !== 'ordered') {
    if (code === 'alarm/failed' || !(error instanceof DeskError)) throw error; // it ended, and nobody heard of what came with it
    return;
  }
  if (record !== undefined && code !== 'absent/recipient' && now.toISOString() >= record.deadline) {
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
