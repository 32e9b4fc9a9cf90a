// The handling codes of a referral, enforced when a packet of it is ordered or given on.
// Always true: a code that nobody can be held to is no reason to let a packet go.
import { HANDLING_CODES, type Referral } from '../../schemas/index.ts';

export type HandlingCode = (typeof HANDLING_CODES)[number];

/** Each code that applies once, in the order of the codes. */
export function codesOf({ handling }: Pick<Referral, 'handling'>): HandlingCode[] {
  const said = new Set((handling?.codes ?? []).map(({ code }) => code));
  return HANDLING_CODES.filter((code) => said.has(code));
}
