// NCMEC's clock: an unfinished report ends a day after it was opened or an hour after its last file or file details, whichever is
// later (CyberTipline documentation, section 3).
import type { Core, RowDraft } from '../core.ts';
import { readReferral, referralRow } from '../referral.ts';
import { demandReportOpen } from './find.ts';

const HOUR_MS = 3_600_000;

export function hoursAfter(from: Date, hours: number): Date {
  return new Date(from.getTime() + hours * HOUR_MS);
}

/**
 * The row of a report to which something is added at `at`: its end moves with it, and never back.
 * @throws DeskError absent/report, state/retracted, state/already-finished
 */
export async function rowOfTouched(core: Core, referralId: string, at: Date): Promise<RowDraft> {
  const record = await readReferral(core, referralId);
  demandReportOpen(core, record);
  const idleEnd = hoursAfter(at, core.settings.reportIdleHours).toISOString();
  return referralRow(core, { ...record, expiresAt: idleEnd > record.expiresAt ? idleEnd : record.expiresAt });
}
