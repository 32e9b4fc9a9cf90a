// What a law asks a report to have and a referral lacks, by the names and places of its gaps.
import type { Gap } from '../../schemas/index.ts';
import type { Law } from './regime.ts';

/**
 * Of what a referral lacks, that which a law asks for.
 * @param gaps all that the referral lacks (schemas/gaps.ts)
 */
export function missingFor({ requires }: Pick<Law, 'requires'>, gaps: readonly Gap[]): Gap[] {
  return gaps.filter(({ gap }) => requires.includes(gap));
}
