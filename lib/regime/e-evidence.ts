// European Union, Regulation (EU) 2023/1543: production and preservation orders that come straight to a provider. Not Denmark.
import type { Law } from './regime.ts';

const ORDER = {
  regime: 'EU',
  source:
    'Secondary: a release-gate document that cites guidance of the Commission of 19 Aug 2026 and Regulation 1182/71; excerpts of the annexes.',
  certainty: 'secondary',
  from: '2026-08-18',
  applies: 'order',
  since: 'receipt',
  requires: [],
  profile: 'national',
  format:
    'Through the e-CODEX system up to 25 MB (Implementing Regulation (EU) 2025/1550); what is larger by other means, with a manifest that names every file, its size and a strong digest, and 10 to 45 days to fetch it.',
} as const;

const HOLIDAYS =
  'Days off are those of the enforcing State, which whoever enters the order must give. Not all sections of the annexes were read.';

export const E_EVIDENCE: readonly Law[] = [
  {
    ...ORDER,
    id: 'eu-epoc',
    what: 'European Production Order: hand over within 10 days of receipt; preserve at once.',
    law: 'Regulation (EU) 2023/1543, Art 10(2)',
    caveat: `The article is from memory. ${HOLIDAYS}`,
    clock: { unit: 'days', n: 10, rule: '1182/71' },
  },
  {
    ...ORDER,
    id: 'eu-epoc-emergency',
    what: 'European Production Order in an emergency: hand over within 8 hours of receipt; preserve at once.',
    law: 'Regulation (EU) 2023/1543, Art 10(4)',
    caveat: 'The article is from memory. Hours run through nights, weekends and holidays.',
    clock: { unit: 'hours', n: 8, rule: '1182/71' },
  },
  {
    ...ORDER,
    id: 'eu-epoc-pr',
    what: 'European Preservation Order: preserve 60 days from receipt.',
    law: 'Regulation (EU) 2023/1543, Art 11(1)',
    caveat: `The article is from memory. ${HOLIDAYS}`,
    retention: { least: { unit: 'days', n: 60 }, from: 'since', rule: '1182/71' },
  },
  {
    ...ORDER,
    id: 'eu-epoc-pr-extended',
    what: 'European Preservation Order, extended once by 30 days: preserve 90 days from receipt.',
    law: 'Regulation (EU) 2023/1543, Art 11(1)',
    caveat: `The article is from memory. ${HOLIDAYS}`,
    retention: { least: { unit: 'days', n: 90 }, from: 'since', rule: '1182/71' },
  },
];
