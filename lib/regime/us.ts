// United States: providers report to NCMEC's CyberTipline and preserve what they reported.
import type { Law } from './regime.ts';

const TO_NCMEC =
  "A CyberTipline report to NCMEC, by its API; what is preserved stays with the provider, for NCMEC's and police's asking.";

const REPORT = {
  regime: 'US',
  law: '18 USC 2258A',
  applies: 'referral',
  since: 'detection',
  // The law asks for no particular information: what a report lacks is told by schemas/gaps.ts, and refuses nothing.
  requires: [],
  clock: { unit: 'prompt' },
  byFiling: true,
  profile: 'ncmec',
  format: TO_NCMEC,
} as const;

const REQUEST = {
  regime: 'US',
  law: '18 USC 2703(f)',
  applies: 'order',
  since: 'receipt',
  requires: [],
  profile: 'ncmec',
  format: 'What the authority asks for; nothing is handed over by this rule alone.',
} as const;

export const US: readonly Law[] = [
  {
    ...REPORT,
    id: 'us-2258a-until-2024',
    what: 'Report as soon as reasonably possible; preserve the contents of the report 90 days from submission.',
    source: 'Sources that quote the law as it was before Pub. L. 118-59.',
    certainty: 'recalled',
    caveat: 'The 90 days are quoted; both dates are from memory.',
    from: '2008-10-13',
    to: '2024-05-06',
    retention: { least: { unit: 'days', n: 90 }, from: 'finish' },
  },
  {
    ...REPORT,
    id: 'us-2258a',
    what: 'Report as soon as reasonably possible; preserve the contents of the report one year from submission, (h)(1).',
    source:
      '18 USC 2258A(h) as Pub. L. 118-59 made it, quoted by several from govinfo and Cornell LII; BILLS-118s474enr is the text.',
    certainty: 'secondary',
    caveat:
      'The enrolled text was not read; its first day is taken from (h)(6), which applies a year after it. "As soon as reasonably possible" is from memory. (h)(5): it may be kept longer; 2258B(c): it is destroyed when law enforcement asks.',
    from: '2024-05-07',
    retention: { least: { unit: 'years', n: 1 }, from: 'finish' },
  },
  {
    ...REQUEST,
    id: 'us-2703f',
    what: 'Preserve 90 days from the request of a governmental entity, pending process.',
    source: '18 USC 2703(f), named beside 2258A in secondary sources.',
    certainty: 'secondary',
    caveat: 'The first day is from memory.',
    from: '1996-04-24',
    retention: { least: { unit: 'days', n: 90 }, from: 'since' },
  },
  {
    ...REQUEST,
    id: 'us-2703f-renewed',
    what: 'Preserve another 90 days: 180 from the first request, where it was renewed.',
    source: '18 USC 2703(f)(2), named beside 2258A in secondary sources.',
    certainty: 'secondary',
    caveat: 'The first day is from memory.',
    from: '1996-04-24',
    retention: { least: { unit: 'days', n: 180 }, from: 'since' },
  },
];
