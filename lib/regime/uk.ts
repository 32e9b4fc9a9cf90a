// United Kingdom: regulated services report to the National Crime Agency.
import type { Law } from './regime.ts';

export const UK: readonly Law[] = [
  {
    id: 'uk-osa-66',
    regime: 'UK',
    what: 'Report detected content to the NCA; priority level 1 (immediate threat to life or of serious harm) immediately; retain one year.',
    law: 'Online Safety Act 2023, s 66(1) and (2); SI 2026/262; SI 2026/268, regs 4, 6 and 8',
    source: 'legislation.gov.uk/uksi/2026/268, in excerpts: regulation 2 as made, others as quoted.',
    certainty: 'secondary',
    caveat:
      'The time limits of the other priority levels, what schedules ask of a report, and from when the year counts (here: from finish) were not read. Register with the NCA first (reg 4). "Detected" includes being told (s 70(4)). What is covered by a report to a foreign agency such as NCMEC need not be reported again (s 70(5)).',
    from: '2026-04-07',
    applies: 'referral',
    since: 'detection',
    requires: ['no-content', 'file-without-digest', 'no-connection', 'connection-without-port', 'no-user-identifier'],
    clock: { unit: 'prompt' },
    retention: { least: { unit: 'years', n: 1 }, from: 'finish' },
    profile: 'national',
    format:
      "The NCA's portal or API. Its form was not read: the packet holds what the definitions name (hash value, IP, port, accounts).",
  },
];
