// The steps by which a packet is verified, in their order, and what each came to. A further step is a line here and a `begin` where it is
// taken; what is found, seen or left unchecked after that belongs to it.
import type { ProofFinding, Report, StepSeen, Unchecked } from '../proofs/report.ts';

/** What each step asks, for people. */
export const STEPS = {
  container: 'The archive: its bytes are those that the desk lays, nothing before, between or after them',
  files: 'The files: just those that the packet lists, each with the digest that is listed',
  signature: 'The signature: whose key signed the list of digests',
  custody: 'The custody chain: every act entered, each tied to the one before, none missing',
  openings: 'The openings: what the packet shows is what the entries committed to, the order among it',
  log: 'The public log: the chain stands in it, by a head that the desk signed',
  stamps: 'The time stamps: when, by the word of others, the log held it',
  summary: 'The PDF: the desk signed it together with this case manifest',
  referral: 'The referral: it is what was taken in, and what is made of it says the same',
  exhibits: 'The exhibits: all that was finished, each the bytes that were sealed',
  looks: 'The looking: what is said of who looked is what was entered or stated',
  clearances: 'What was cleared: just those findings that were entered, each as it was entered',
  asked: 'What you asked for: the referral you named, and what you gave to hold it against',
} as const;

/** What they ask of a part. */
const OF_PART: Partial<Record<keyof typeof STEPS, string>> = {
  referral:
    'The referral: each part that is shown is the one that was taken in, and what is made of them says the same',
  exhibits: 'The exhibits: each that is told of was finished, and each that is here is the bytes that were sealed',
  looks: 'The looking: what is told of who looked is what was entered or stated',
};

export type StepName = keyof typeof STEPS;

/** One step of a verification. */
export interface PacketStep {
  readonly step: StepName;
  /** `unchecked`: not looked at, in whole or in the part that would decide; `unchecked` below says why. */
  readonly result: 'holds' | 'fails' | 'unchecked';
  /** What it asks. */
  readonly about: string;
  /** What was seen, in plain words. */
  readonly notes: readonly string[];
  readonly findings: readonly ProofFinding[];
  readonly unchecked: readonly Unchecked[];
}

/** What needs a file that cannot be read was not looked at, which is never said to hold. */
export function leaveUnread(report: Report): void {
  report.leaveOpen('unread', 'What it needs is missing or cannot be read.');
}

/** Every step in its order; `asked` only where it was taken. */
export function stepsOf(report: Report, isPart: boolean): PacketStep[] {
  const taken = (Object.keys(STEPS) as StepName[]).filter((step) => step !== 'asked' || report.steps.has(step));
  return taken.map((step) => {
    if (!report.steps.has(step)) {
      report.begin(step);
      leaveUnread(report);
    }
    const seen = report.begin(step);
    const { findings, notes, unchecked } = seen;
    return {
      step,
      result: resultOf(seen),
      about: (isPart ? OF_PART[step] : undefined) ?? STEPS[step],
      notes,
      findings,
      unchecked,
    };
  });
}

/** That nobody known signed it is open where there is nobody to know. */
function resultOf({ findings, isOpen }: StepSeen): PacketStep['result'] {
  const isWrong = findings.some(({ code }) => !(isOpen && code === 'trust/unknown-signer'));
  if (isWrong) return 'fails';
  return isOpen ? 'unchecked' : 'holds';
}
