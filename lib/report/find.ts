// A CyberTipline report is found by the number the desk gave it. A stranger's, one that is gone and one that never was look the same.
import { demandOn, type Action, type Caller } from '../access.ts';
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { lookupKey } from '../lookup.ts';
import type { RowKey } from '../ports.ts';
import { demandOpen, findReferral, readReferral, type ReferralRecord } from '../referral.ts';

/** Scoped to the organisation, as the keys of idempotent calls are. */
export function reportLookup(core: Core, organisation: string, reportId: string): Promise<RowKey> {
  return lookupKey(core, ['report', organisation, reportId]);
}

/**
 * The record of a report that is still open.
 * @param reportId any spelling that XML Schema's long has for it
 * @throws DeskError absent/report, access/denied, state/retracted, state/already-finished
 */
export async function findOpenReport(
  core: Core,
  caller: Caller,
  action: Action,
  reportId: string,
): Promise<ReferralRecord> {
  const id = await referralOfReport(core, caller, reportId);
  const found = id === undefined ? undefined : await findReferral(core, id);
  demandOn(caller, action, found === undefined ? { reporter: caller.organisation ?? '' } : found);
  if (found === undefined) throw absentReport();
  const record = await readReferral(core, found.id);
  demandReportOpen(core, record);
  return record;
}

async function referralOfReport(core: Core, caller: Caller, reportId: string): Promise<string | undefined> {
  const digits = /^\s*\+?0*([1-9][0-9]{0,18})\s*$/.exec(reportId)?.[1];
  if (digits === undefined || caller.organisation === undefined) return undefined;
  const row = await core.ledger.row(await reportLookup(core, caller.organisation, digits));
  return row?.value['referral'] as string | undefined;
}

/** That something may still be done to it, whichever way it came. @throws DeskError state/already-finished, state/not-open; of a report as `demandReportOpen` */
export function demandAcceptable(core: Core, record: ReferralRecord): void {
  if (record.report === undefined) demandOpen(record);
  else demandReportOpen(core, record);
}

/** What has passed its time is gone, whether or not the clock has been asked yet. @throws as findOpenReport */
export function demandReportOpen(core: Core, record: ReferralRecord): void {
  switch (record.state) {
    case 'open':
      if (record.report === undefined || record.expiresAt <= core.now().toISOString()) throw absentReport();
      return;
    case 'finished':
      throw new DeskError('state/already-finished', 'The report is finished: nothing can be added or taken back.');
    case 'retracted':
      throw new DeskError('state/retracted', 'The report was taken back: submit a new one.');
    case 'expired':
    case 'destroying':
    case 'destroyed':
      throw absentReport();
  }
}

export function absentReport(): DeskError {
  return new DeskError('absent/report', 'There is no such report, or it was not finished in time, or it is not yours.');
}
