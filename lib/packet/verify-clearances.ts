// Verifying a packet, what was cleared: just the findings that were entered before it was ordered are told, each as it was.
import { opens } from '../proofs/receipt.ts';
import { committedOf, withdrawalOf } from './clearances.ts';
import { CASE, isSameJson, type Told } from './told.ts';

/** Each finding of the chain once, in its order, and each as it was entered; so each withdrawal. Code: packet/cleared. */
export function checkClearances({ report, manifest: { clearances }, entries, openings }: Told): void {
  const entered = entries.flatMap(({ act, seq, time }) => (act === 'clear' ? [[seq, time]] : []));
  const isAll = isSameJson(
    clearances.map(({ seq, at }) => [seq, at]),
    entered,
  );
  const isEach = clearances.every((clearance) => {
    const opening = openings.get(`${clearance.seq}/clearance`);
    return opening !== undefined && opens(opening, 'text', committedOf(clearance));
  });
  const ends = entries.flatMap(({ act, seq, time }) => (act === 'withdraw-clearance' ? [[seq, time]] : []));
  const told = clearances.flatMap(({ withdrawn }) => (withdrawn === undefined ? [] : [[withdrawn.seq, withdrawn.at]]));
  const isEachEnd = clearances.every(({ seq, withdrawn }) => {
    const opening = openings.get(`${withdrawn?.seq ?? -1}/withdrawal`);
    if (withdrawn === undefined) return true;
    return opening !== undefined && opens(opening, 'text', withdrawalOf({ ...withdrawn, clearance: seq }));
  });
  const isAllEnds = isSameJson(told.toSorted(bySeq), ends);
  if (!isAll || !isEach || !isEachEnd || !isAllEnds)
    report.say('packet/cleared', `${CASE}: not just the findings that clear as they were entered`);
}

function bySeq([a]: (number | string)[], [b]: (number | string)[]): number {
  return Number(a) - Number(b);
}
