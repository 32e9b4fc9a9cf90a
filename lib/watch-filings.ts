// Watch, filings: none may be under way past its deadline with nobody to deliver it.
import { rowsOf } from './core.ts';
import { OPEN_LIST, type FilingRecord } from './filing/record.ts';
import { findReferral } from './referral.ts';
import type { Watching } from './watching.ts';

const LATE_MS = 3_600_000;

/** A courier that runs ends every filing soon after its deadline, one way or the other. */
export async function checkFilings({ core, say }: Watching): Promise<void> {
  const latest = new Date(core.now().getTime() - LATE_MS).toISOString();
  for await (const { value } of rowsOf(core, OPEN_LIST)) {
    const { id, referral, deadline } = value as unknown as FilingRecord;
    if (deadline >= latest) continue;
    if ((await findReferral(core, referral))?.state === 'finished') say('filing/not-delivered', `filing ${id}`);
  }
}
