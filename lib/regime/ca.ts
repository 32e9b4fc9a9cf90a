// Canada: whoever provides an Internet service reports to the police or the designated body, and preserves.
import type { Law } from './regime.ts';

export const CA: readonly Law[] = [
  {
    id: 'ca-mandatory-reporting',
    regime: 'CA',
    what: 'Notify the police as soon as feasible; preserve 21 days from that.',
    law: 'Act respecting the mandatory reporting of Internet child pornography (S.C. 2011, c. 4), s 4',
    source: 'mydefence.ca',
    certainty: 'secondary',
    caveat:
      'Section, "as soon as feasible" and the first day are from memory. Bill C-16 changes it; when that is in force was not found, so both rows stand.',
    from: '2011-12-08',
    applies: 'referral',
    since: 'detection',
    requires: ['no-content', 'no-connection'],
    clock: { unit: 'prompt' },
    retention: { least: { unit: 'days', n: 21 }, from: 'finish' },
    profile: 'national',
    format: 'To the police, or the address of the material to the designated organisation.',
  },
  {
    id: 'ca-c-16',
    regime: 'CA',
    what: 'Notify the one designated body, with transmission data; preserve one year.',
    law: 'Bill C-16, Royal Assent 18 June 2026',
    source: 'withclarion.com (Royal Assent); mondaq 1723232 (as introduced)',
    certainty: 'unread',
    caveat:
      'The final text and its first day were not read: it is not taken to be in force. Asks for a connection to Canada.',
    from: null,
    applies: 'referral',
    since: 'detection',
    requires: ['no-content', 'no-connection', 'connection-without-time'],
    clock: { unit: 'prompt' },
    retention: { least: { unit: 'years', n: 1 }, from: 'finish' },
    profile: 'national',
    format: 'To the designated body.',
  },
];
