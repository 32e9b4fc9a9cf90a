// What a law asks a report to have and a referral lacks, by the names and places of its gaps.
import type { Law } from './regime.ts';

/**
 * Of what a referral lacks, that which a law asks for.
 * @param gaps all that the referral lacks (schemas/gaps.ts)
 */
export function missingFor<G extends { readonly gap: string }>(law: Pick<Law, 'requires'>, gaps: readonly G[]): G[] {
  const asked: ReadonlySet<string> = new Set(law.requires);
  return gaps.filter(({ gap }) => asked.has(gap));
}
