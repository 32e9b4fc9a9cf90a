// Regimes: which rules apply on a day. Adding a rule is adding a row in the file of its regime; a row that ended stays, since referrals
// name it.
import type { RegimeName } from '../../schemas/index.ts';
import { CA } from './ca.ts';
import { EU } from './eu.ts';
import type { Law } from './regime.ts';
import { UK } from './uk.ts';
import { US } from './us.ts';

export type { Certainty, Clock, Law, Period, Retention } from './regime.ts';

const BY_NAME: Readonly<Record<RegimeName, readonly Law[]>> = { US, UK, EU, CA };

/** Every row, those too that ended or are not in force. */
export const LAWS: readonly Law[] = Object.values(BY_NAME).flat();

/** The rows of a regime that apply on a day to every referral under it. @param day YYYY-MM-DD */
export function regimeOn(regime: RegimeName, day: string): readonly Law[] {
  return BY_NAME[regime].filter((law) => law.applies === 'referral' && isInForce(law, day));
}

/** The rows in force on a day: those about orders too. @param day YYYY-MM-DD */
export function lawsOn(day: string): readonly Law[] {
  return LAWS.filter((law) => isInForce(law, day));
}

/** Whether a row is in force on a day. @param day YYYY-MM-DD */
export function isInForce({ from, to }: Pick<Law, 'from' | 'to'>, day: string): boolean {
  return from !== null && from <= day && (to === undefined || day <= to);
}

/** The row of this name, in force or not. */
export function lawOf(id: string): Law | undefined {
  return LAWS.find((law) => law.id === id);
}
