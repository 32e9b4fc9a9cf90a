// How a CyberTipline report ends: finished or taken back, found by its number and closed like any referral.
import type { Caller } from '../access.ts';
import { finish, retract } from '../close.ts';
import type { Core } from '../core.ts';
import { isCode } from '../errors.ts';
import { attachmentsOf, readReferral } from '../referral.ts';
import { demandReportOpen, findOpenReport } from './find.ts';
import { toFileId } from './upload.ts';

/** What finishing a report answers. */
export interface ReportFinished {
  readonly reportId: string;
  /** Every file it was finished with, in the order they came. */
  readonly fileIds: readonly string[];
}

/**
 * Finishes a report: nothing is added to it from now on.
 * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished, input/rule (a batch with more than one
 *   file, or with one that is not marked)
 */
export async function finishReport(core: Core, caller: Caller, reportId: string): Promise<ReportFinished> {
  const { id, report } = await findOpenReport(core, caller, 'referral:finish', reportId);
  await asReport(core, id, finish(core, caller, id));
  const fileIds = (await attachmentsOf(core, id)).map(({ attachment }) => toFileId(attachment));
  return { reportId: report?.id ?? reportId, fileIds };
}

/**
 * Takes an unfinished report back, whole; the clock then destroys it.
 * @throws DeskError access/denied, absent/report, state/retracted, state/already-finished
 */
export async function retractReport(core: Core, caller: Caller, reportId: string): Promise<{ reportId: string }> {
  const { id, report } = await findOpenReport(core, caller, 'referral:retract', reportId);
  await asReport(core, id, retract(core, caller, id));
  return { reportId: report?.id ?? reportId };
}

/** What became of it meanwhile is said in the words of the door. */
async function asReport(core: Core, referralId: string, closing: Promise<unknown>): Promise<void> {
  try {
    await closing;
  } catch (error) {
    if (isCode(error, 'state/not-open')) demandReportOpen(core, await readReferral(core, referralId));
    throw error;
  }
}
