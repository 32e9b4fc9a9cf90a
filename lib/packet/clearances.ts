// Findings that clear, as a packet tells of them: each as it was entered before the packet was ordered, and no other.
import * as z from 'zod';
import { CLEARANCES } from '../../schemas/index.ts';
import { opens } from '../proofs/receipt.ts';
import { CASE, isSameJson, type Told } from './told.ts';

/** In the case manifest. */
export const caseClearance = z.strictObject({
  seq: z.int().nonnegative(),
  at: z.iso.datetime({ precision: 3 }),
  finding: z.enum(CLEARANCES),
  /** `referral`, or the JSON pointer of a person or an attachment in it. */
  about: z.string(),
  reason: z.string(),
  decidedBy: z.string(),
  reference: z.optional(z.string()),
  /** Whose finding it is; the desk's own without one. */
  agency: z.optional(z.string()),
});
export type CaseClearance = z.infer<typeof caseClearance>;

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

/** What the commitment `clearance` of an entry is about. */
export function committedOf(said: Omit<CaseClearance, 'seq' | 'at'>) {
  const { finding, about, reason, decidedBy, reference, agency } = said;
  return [finding, about, reason, decidedBy, reference ?? null, agency ?? null];
}
