// What `verify` says of a PDF that travels without its packet.
// Always true: what its signature does not show stands beside what it shows.
import { verifySummary, type SummaryVerdict } from '../packet/verify-pdf.ts';
import type { Trust } from '../trust.ts';
import type { Outcome } from './frame.ts';
import { findingWords } from './meanings.ts';
import { shown } from './shown.ts';

const SAYS_NOT = [
  'Whether the packet it belongs to is authentic: exhibits, custody chain and log were not looked at; for that, verify the packet.',
  'How things stand now: it says what the desk said when the packet was ordered.',
  'Whether what the reporter says is true: it shows what was reported, not that it happened.',
  'That nobody else has it: it is not encrypted, and whoever holds it can read it.',
] as const;

export function summaryOutcome(pdfSha256: string, signature: Uint8Array, trust: Trust | undefined): Outcome {
  const verdict = verifySummary(pdfSha256, signature, trust);
  const { ok, findings, summary } = verdict;
  return {
    words: [
      headOf(verdict),
      ...findings.map(findingWords),
      ...(summary === undefined ? [] : aboutWords(summary)),
      'What the signature of a PDF does not say:',
      ...SAYS_NOT.map((text) => `  · ${text}`),
      ...(trust === undefined ? [] : ['Compare on the telephone, this trust.json says:', `  ${trust.fingerprint}`]),
    ],
    json: { ok, findings, summary, saysNot: SAYS_NOT },
    exitCode: ok ? 0 : 1,
  };
}

function headOf({ ok, findings }: SummaryVerdict): string {
  if (ok) return 'AUTHENTIC SUMMARY: this desk signed just this PDF, and nothing in it was changed.';
  const isConsistent = findings.every(({ code }) => code === 'trust/unknown-signer');
  if (isConsistent) return 'CONSISTENT, SIGNER UNKNOWN: the signature is of this PDF; anyone may have made both.';
  return `NOT AUTHENTIC: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.`;
}

function aboutWords({ desk, packet, caseSha256, keyId }: NonNullable<SummaryVerdict['summary']>): string[] {
  return [
    `Packet     ${shown(packet)}`,
    `Signed by  desk ${shown(desk)}, key ${shown(keyId)}`,
    `Every page must print this digest of the case manifest: ${caseSha256}`,
  ];
}
