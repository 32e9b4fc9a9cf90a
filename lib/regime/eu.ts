// European Union: what hosting services tell authorities, how long what was found by scanning may be kept, and orders that come to a provider.
import { E_EVIDENCE } from './e-evidence.ts';
import type { Law } from './regime.ts';

const SCANNING = {
  regime: 'EU',
  applies: 'referral',
  since: 'detection',
  requires: ['no-content', 'no-user-identifier'],
  retention: { most: { unit: 'months', n: 12 }, from: 'since' },
  profile: 'national',
  format: 'To law enforcement or an organisation acting in the public interest against child sexual abuse.',
} as const;

export const EU: readonly Law[] = [
  {
    ...SCANNING,
    id: 'eu-2021-1232',
    what: 'What was found by voluntary scanning is kept no longer than 12 months from detection.',
    law: 'Regulation (EU) 2021/1232, Art 3(1)',
    source: 'Its end is told by secondary sources (atlas.eumatrix.app); its own text is from memory.',
    certainty: 'recalled',
    caveat: 'The 12 months, the article and the first day are from memory. It ended on 3 April 2026.',
    from: '2021-08-02',
    to: '2026-04-03',
  },
  {
    ...SCANNING,
    id: 'eu-interim-2026',
    what: 'What was found by voluntary scanning is kept no longer than 12 months from detection.',
    law: "The Council's position at first reading of 2 July 2026 on a regulation until 3 April 2028",
    source: 'atlas.eumatrix.app',
    certainty: 'secondary',
    caveat: 'Whether Parliament has approved it was not found, nor its number: it is not taken to be in force.',
    from: null,
    to: '2028-04-03',
  },
  {
    id: 'eu-dsa-18',
    regime: 'EU',
    what: "A hosting service promptly tells a Member State's authorities of a suspected offence that threatens life or safety.",
    law: 'Regulation (EU) 2022/2065, Art 18',
    source: 'Secondary, with a quotation from eur-lex.',
    certainty: 'secondary',
    caveat: 'The first day is from memory. Small hosts are bound too.',
    from: '2024-02-17',
    applies: 'referral',
    since: 'detection',
    requires: ['no-content', 'no-user-identifier', 'no-location'],
    clock: { unit: 'prompt' },
    profile: 'europol',
    format:
      'All relevant information that is available, to the Member State concerned; where that is not clear, to that of establishment, to Europol, or to both.',
  },
  ...E_EVIDENCE,
];
