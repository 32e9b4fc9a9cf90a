// What `verify` says of a packet: a report in plain words, step by step, for whoever must judge it; and the same for programs.
// Always true: what was not checked stands in it beside what was.
import type { PacketStep } from '../packet/steps.ts';
import type { PacketVerdict } from '../packet/verify.ts';
import type { Trust } from '../trust.ts';
import { openWords } from '../packet/name.ts';
import type { Outcome } from './frame.ts';
import { findingWords } from './meanings.ts';
import { shown } from './shown.ts';

const SIGN: Readonly<Record<PacketStep['result'], string>> = { holds: '✓', fails: '✗', unchecked: '?' };

/** What a packet does not say, however authentic it is. */
const SAYS_NOT = [
  'Whether what the reporter says is true, and who is in the exhibits: the packet shows what was reported, not that it happened.',
  'Whether the reporter had more than he handed over.',
] as const;

/** A packet is verified open, however it was delivered. */
function saysNot({ packet }: PacketVerdict): string[] {
  const encryption = packet?.encryption ?? 'none';
  const secrecy = encryption === 'none' ? 'it is not encrypted' : `it was ${openWords(encryption)}, and is open here`;
  return [...SAYS_NOT, `That nobody else has it: ${secrecy}, and whoever holds it can read it.`];
}

export function packetOutcome(verdict: PacketVerdict, trust: Trust | undefined, at: Date): Outcome {
  const { ok, isConsistent, packet, signer, steps, findings, unchecked } = verdict;
  return {
    words: [
      headOf(verdict),
      '',
      ...aboutWords(verdict, at),
      '',
      'What was checked, in this order (✓ holds, ✗ does not hold, ? could not be decided):',
      ...steps.flatMap(stepWords),
      '',
      'What was not checked, and why:',
      ...unchecked.map(({ why }) => `  · ${shown(why)}`),
      '',
      'What no packet says:',
      ...saysNot(verdict).map((text) => `  · ${text}`),
      ...telephoneWords(trust),
    ],
    json: {
      ok,
      isConsistent,
      verifiedAt: at.toISOString(),
      packet,
      signer,
      findings,
      steps,
      unchecked,
      saysNot: saysNot(verdict),
    },
    exitCode: ok ? 0 : 1,
  };
}

function headOf({ ok, isConsistent, findings, packet }: PacketVerdict): string {
  if (ok && packet?.part !== undefined) return partHead(packet.referralId, packet.part);
  if (ok) return 'AUTHENTIC: this desk signed it, and nothing in it was changed, added or left out.';
  if (isConsistent) return 'CONSISTENT, SIGNER UNKNOWN: nothing in it contradicts itself; anyone may have made it.';
  return `NOT AUTHENTIC: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.`;
}

function partHead(
  referral: string,
  { parts, exhibits, isExact }: NonNullable<NonNullable<PacketVerdict['packet']>['part']>,
): string {
  const many =
    isExact === true ? `exactly ${parts.here} of ${parts.of} parts` : `${parts.here} of ${parts.of} parts or more`;
  const much = `${many} and ${exhibits.here} of ${exhibits.of} files`;
  return `AUTHENTIC; A PART of referral ${shown(referral)}: ${much}; what is shown belongs to the sealed whole, unchanged.`;
}

function aboutWords({ packet, signer }: PacketVerdict, at: Date): string[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Packet', packet?.id],
    ['Referral', packet?.referralId],
    ['For', packet?.agency],
    ['Ordered', packet?.orderedAt],
    ['As of', packet?.asOf],
    ['Signed by', signer === undefined ? 'unknown' : signerWords(signer)],
    ['Verified', at.toISOString()],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)} ${shown(value)}`]));
}

function signerWords({ desk, keyId, isKnown }: NonNullable<PacketVerdict['signer']>): string {
  const by = `desk ${desk}, key ${keyId}`;
  return isKnown ? by : `whoever calls himself ${by}: that was not shown`;
}

function stepWords({ result, about, notes, findings }: PacketStep): string[] {
  return [
    `  ${SIGN[result]} ${about}.`,
    ...(result === 'fails' ? [] : notes.map((note) => `      ${shown(note)}`)),
    ...findings.map((finding) => `    ${findingWords(finding)}`),
  ];
}

function telephoneWords(trust: Trust | undefined): string[] {
  if (trust === undefined) return [];
  return ['', 'Compare on the telephone, this trust.json says:', `  ${trust.fingerprint}`];
}
