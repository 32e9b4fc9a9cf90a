// What was cleared: it stands before all else, since whoever reads on must know it.
// Always true: it says whose finding it is and what it is about, and claims no more than was entered.
import type { Case } from '../packet/case.ts';
import { fields, important, subheading } from './blocks.ts';
import type { Row } from './listing.ts';
import type { Story } from './story.ts';
import { time } from './words.ts';

/** Everything this section says by itself. */
export const CLEARANCE_WORDS = {
  title: 'Cleared',
  running: 'CLEARED IN WHOLE OR IN PART: see the first section',
  whole: {
    'not-illegal': 'Found not to be illegal: this referral as a whole.',
    innocent: 'Found to have nothing to do with it: everyone this referral is about.',
  },
  part: {
    'not-illegal': 'Found not to be illegal: one file of this referral.',
    innocent: 'Found to have nothing to do with it: one person in this referral.',
  },
  finding: (n: number) => `Finding ${n}`,
  about: 'About',
  reason: 'Rests on',
  decidedBy: 'Decided by',
  reference: 'Reference',
  of: 'Finding of',
  desk: 'the desk',
  entered: 'Entered',
} as const;

const WORDS = CLEARANCE_WORDS;

export function isCleared({ clearances }: Case): boolean {
  return clearances.length > 0;
}

export function clearance({ sheet, case: { clearances } }: Story): void {
  for (const [n, found] of clearances.entries()) {
    if (clearances.length > 1) subheading(sheet, WORDS.finding(n + 1));
    important(sheet, WORDS[found.about === 'referral' ? 'whole' : 'part'][found.finding]);
    fields(sheet, rowsOf(found));
  }
}

function rowsOf({ about, reason, decidedBy, reference, agency, at }: Case['clearances'][number]): Row[] {
  return [
    ...(about === 'referral' ? [] : [[WORDS.about, about] as const]),
    [WORDS.reason, reason],
    [WORDS.decidedBy, decidedBy],
    ...(reference === undefined ? [] : [[WORDS.reference, reference] as const]),
    [WORDS.of, agency ?? WORDS.desk],
    [WORDS.entered, time(at)],
  ];
}
