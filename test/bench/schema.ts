// Row 6. Reading a large referral: parsed and held against all rules, against JSON.parse of the same text.
import { checkRules, parseReferral } from '../../schemas/index.ts';
import type { Figures } from './measured.ts';

const MEMBERS = 1024;
const FILES = 800;
const MESSAGES = 5000;
const NOW = new Date('2026-11-22T10:00:00Z');
const AT = '2026-01-01T10:00:00Z';

const TEXT = JSON.stringify({
  incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: AT },
  reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
  attachments: Array.from({ length: FILES }, (_, n) => ({
    path: `files/${n}.bin`,
    sha256: n.toString(16).padStart(64, '0'),
    sizeBytes: n,
  })),
  chatGroups: [
    {
      id: 'g',
      platform: 'invented',
      members: Array.from({ length: MEMBERS }, (_, n) => ({
        phone: { value: `+1 202 555 01${String(n % 100).padStart(2, '0')}` },
        displayName: `member ${n}`,
        role: 'member',
      })),
    },
  ],
  messages: Array.from({ length: MESSAGES }, (_, n) => ({
    id: `${n}`,
    chatGroup: 'g',
    sender: `member ${n % MEMBERS}`,
    sent: { at: AT, clockSource: 'unknown' },
    text: 'invented words',
  })),
});

/** How often a second it is done. */
function rate(work: () => void): Figures {
  const started = performance.now();
  let n = 0;
  while (performance.now() - started < 500) {
    work();
    n++;
  }
  return { rate: n / ((performance.now() - started) / 1000) };
}

export function readReferral(): Figures {
  return rate(() => {
    const parsed = parseReferral(JSON.parse(TEXT));
    if (!parsed.ok) throw new Error(`the material is not valid: ${JSON.stringify(parsed.problems[0])}`);
    checkRules(parsed.referral, { now: NOW });
  });
}

export function readJson(): Figures {
  return rate(() => void JSON.parse(TEXT));
}
