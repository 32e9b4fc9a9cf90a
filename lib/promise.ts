// What receipts promise of the log: every entry stands in it within so many hours. A promise that was broken is told, also where it was made good late.
import { entryAt, type Core } from './core.ts';
import { integrate } from './log.ts';
import type { LogLeaf, LogState } from './ports.ts';

/**
 * Takes every pending entry into the log; where the oldest had waited for longer than was promised, an alarm follows.
 * @throws DeskError as `integrate`; alarm/failed, after all was taken in
 */
export async function integrateInTime(core: Core): Promise<LogState | undefined> {
  const [oldest] = await core.ledger.pending(1);
  const isBroken = oldest !== undefined && (await isLate(core, await core.ledger.logState(), oldest));
  const state = await integrate(core);
  if (isBroken) await core.alarm(alarmOf(oldest));
  return state;
}

function alarmOf({ chain, seq }: LogLeaf): Parameters<Core['alarm']>[0] {
  const message = 'An entry came into the log later than its receipt promised: see why the log stood still.';
  return { code: 'log/late', where: `entry ${seq} of chain ${chain}`, message };
}

/** Whether a pending entry waits for longer than was promised. A log that was begun anew takes older entries in again: they wait since then. */
export async function isLate(core: Core, state: LogState | undefined, { chain, seq }: LogLeaf): Promise<boolean> {
  const latest = core.now().getTime() - core.settings.logWithinHours * 3_600_000;
  const since = Math.max(await timeOf(core, chain, seq), await begunAt(core, state));
  return since < latest;
}

/** When a later log was begun: the time of its first entry, the restore. */
async function begunAt(core: Core, state: LogState | undefined): Promise<number> {
  if (state === undefined || state.log === 1) return 0;
  const [first] = await core.ledger.leaves(state.log, 0, 1);
  return first === undefined ? 0 : timeOf(core, first.chain, first.seq);
}

async function timeOf(core: Core, chain: string, seq: number): Promise<number> {
  return Date.parse((await entryAt(core, chain, seq)).entry.time);
}
