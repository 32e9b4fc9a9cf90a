// A finding that clears, as a packet tells of it: its form in the case manifest, and what its entry commits to.
import * as z from 'zod';
import { CLEARANCES } from '../../schemas/codes.ts';

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
  /** It stands no more: by which entry, and why. */
  withdrawn: z.optional(
    z.strictObject({
      seq: z.int().nonnegative(),
      at: z.iso.datetime({ precision: 3 }),
      reason: z.string(),
      decidedBy: z.string(),
      reference: z.optional(z.string()),
    }),
  ),
});
/** What a desk says of a withdrawal. */
export interface Withdrawal {
  /** The entry of the finding. */
  readonly clearance: number;
  readonly reason: string;
  readonly decidedBy: string;
  readonly reference?: string | undefined;
}

export type CaseClearance = z.infer<typeof caseClearance>;

/** What the commitment `clearance` of an entry is about. */
export function committedOf(said: Omit<CaseClearance, 'seq' | 'at'>) {
  const { finding, about, reason, decidedBy, reference, agency } = said;
  return [finding, about, reason, decidedBy, reference ?? null, agency ?? null];
}

/** What the commitment `withdrawal` of an entry is about. */
export function withdrawalOf({ clearance, reason, decidedBy, reference }: Withdrawal) {
  return [clearance, reason, decidedBy, reference ?? null];
}
