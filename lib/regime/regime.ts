// What the law says of a referral, as data: each row is one rule of one law, with where it is written, from when to when it applies,
// and how sure that is.
// Always true: no date of a law and no period of one stands anywhere but in the rows of this folder.
import type { GapName, ProfileName, RegimeName } from '../../schemas/index.ts';

/**
 * How a row is known. `primary`: read in the law itself · `secondary`: read where others quote it · `recalled`: from memory, to be looked
 * up before anybody relies on it · `unread`: it is known to exist, and its text was not read.
 */
export type Certainty = 'primary' | 'secondary' | 'recalled' | 'unread';

/** A stretch of calendar time. */
export interface Period {
  readonly unit: 'years' | 'months' | 'days';
  readonly n: number;
}

/**
 * By when something must be done, and how that is counted. `prompt`: the law gives no number. `1182/71`: as Regulation (EEC, Euratom)
 * 1182/71 counts: the day or hour it began in does not; a day's period that ends on a day off ends with the next working day.
 */
export type Clock =
  { readonly unit: 'prompt' } | { readonly unit: 'days' | 'hours'; readonly n: number; readonly rule: '1182/71' };

/** How long it must be kept at least, and how long at most. */
export interface Retention {
  readonly least?: Period;
  readonly most?: Period;
  /** From when on: the moment the referral was finished, and a least period again from when it was reported under this rule; or `since`. */
  readonly from: 'finish' | 'since';
  /** How days are counted, where not as the calendar does. */
  readonly rule?: '1182/71';
}

/** One rule of one law. */
export interface Law {
  /** Names it in commands and in the book, for ever: `us-2258a`. */
  readonly id: string;
  readonly regime: RegimeName;
  /** What it asks for, in a line. */
  readonly what: string;
  /** Act and section. */
  readonly law: string;
  /** Where it was read. */
  readonly source: string;
  readonly certainty: Certainty;
  /** What of it is unsure or was not looked at. */
  readonly caveat: string;
  /** The first day it applies, YYYY-MM-DD; null where it is not known to be in force: it applies to what somebody names it for. */
  readonly from: string | null;
  /** The last day. */
  readonly to?: string;
  /** Whether it is about every referral under the regime, or only where an order of an authority came. */
  readonly applies: 'referral' | 'order';
  /** What moment its clock begins with. */
  readonly since: 'detection' | 'receipt';
  /** What a report must have, as far as a program can see it: by the names of gaps (schemas/gaps.ts). */
  readonly requires: readonly GapName[];
  readonly clock?: Clock;
  readonly retention?: Retention;
  /** Whether filing the referral with NCMEC's CyberTipline fulfils it. */
  readonly byFiling?: true;
  /** The profile of a packet that is ordered under it, where the order names none. */
  readonly profile: ProfileName;
  /** In what form, and to whom. */
  readonly format: string;
}
