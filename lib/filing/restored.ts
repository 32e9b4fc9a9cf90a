// Filings after a backup was put back: nobody can tell which of them were delivered since it was made. None goes on by itself.
import { rowsOf, type Core } from '../core.ts';
import { chainOf, findReferral } from '../referral.ts';
import { isVouched } from '../vouch.ts';
import { enterEnd } from './entries.ts';
import { OPEN_LIST, type FilingRecord } from './record.ts';

/**
 * Gives up every filing that was under way, and answers how many those were. Whoever orders one again has looked first whether the
 * recipient has it; where its report is known, the desk asks too. A row that was altered leads nowhere by itself.
 */
export async function settleFilings(core: Core): Promise<number> {
  let settled = 0;
  for await (const row of rowsOf(core, OPEN_LIST)) {
    const record = row.value as unknown as FilingRecord;
    if ((await findReferral(core, record.referral))?.state !== 'finished' || !(await isVouched(core, row))) continue;
    await enterEnd(core, await chainOf(core, record.referral), record, 'undelivered', 'recipient/lost');
    settled++;
  }
  return settled;
}
