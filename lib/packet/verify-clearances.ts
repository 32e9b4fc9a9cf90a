// Verifying a packet, what was cleared: just the findings that were entered before it was ordered are told, each as it was.
import { opens } from '../proofs/receipt.ts';
import { committedOf } from './clearances.ts';
import { CASE, isSameJson, type Told } from './told.ts';

/** Each finding of the chain once, in its order, and each as it was entered. Code: packet/cleared. */
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
  if (!isAll || !isEach) report.say('packet/cleared', `${CASE}: not just the findings that clear as they were entered`);
}
