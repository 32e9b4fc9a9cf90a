// What an act fulfils of what rules ask for: from then on nobody is reminded, and a period that counts from the report counts from it.
import type { Core, RowDraft } from '../core.ts';
import { keptUntil, readReferral, referralRow, type ReferralRecord } from '../referral.ts';
import { lawOf } from './index.ts';
import { latestFloor, regimeRow, type Met, type RegimeRecord } from './record.ts';
import { keepUntilOf } from './retention.ts';

/** The rows of what an act fulfils: rules that were not fulfilled before, and the referral's where it must be kept longer now. */
export async function metRows(
  core: Core,
  referral: string,
  records: readonly RegimeRecord[],
  met: Met,
): Promise<RowDraft[]> {
  const fulfilled = records.filter((record) => record.met === undefined).map((record) => again({ ...record, met }));
  if (fulfilled.length === 0) return [];
  return [...fulfilled.map(regimeRow), ...extended(core, await readReferral(core, referral), met.seq, fulfilled)];
}

/** Of a finished referral: what was reported later than finished is kept from the report on. */
function again(record: RegimeRecord & { readonly met: Met }): RegimeRecord {
  const law = lawOf(record.law);
  if (law?.retention?.from !== 'finish' || record.keepUntil === undefined) return record;
  const until = keepUntilOf(law, { since: new Date(record.since), finishedAt: new Date(record.met.at) })?.toISOString();
  return until === undefined || until <= record.keepUntil ? record : { ...record, keepUntil: until };
}

/** The row of a finished referral that must be kept longer now. */
export function extended(core: Core, record: ReferralRecord, seq: number, named: readonly RegimeRecord[]): RowDraft[] {
  const floor = latestFloor(named);
  if (record.state !== 'finished' || floor === undefined || floor <= (record.keepUntil ?? '')) return [];
  return [referralRow(core, keptUntil(record, seq, floor))];
}
