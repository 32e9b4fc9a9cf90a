// What a check found, and the first thing every check asks: whose word is this held against?
// Always true: ok is said only when nothing was found, and what was left unchecked is said too.
import type { Receipt } from '../receipt.ts';
import { checkTrust, type Trust } from '../trust.ts';

/** One thing that does not hold: its code, and in which part of what was checked. */
export interface ProofFinding {
  readonly code: string;
  readonly where: string;
}

/** `ok` is true only when nothing was found; `notes` are in plain words and say also what was left unchecked. */
export interface Verdict {
  readonly ok: boolean;
  readonly findings: readonly ProofFinding[];
  readonly notes: readonly string[];
}

/** A file of the sender's, by what it is called in the answer and its SHA-256 (hex). */
export interface SenderFile {
  readonly name: string;
  readonly sha256: string;
}

export interface VerifyOptions {
  /** Undefined: signatures are held against nobody, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** An older or newer receipt of the same referral, or a checkpoint, that was kept elsewhere. */
  readonly against?: Receipt | string | undefined;
  readonly files?: readonly SenderFile[] | undefined;
}

/** What one step of a check came to, where a check goes by steps. */
export interface StepSeen {
  readonly findings: ProofFinding[];
  readonly notes: string[];
  /** What was not looked at, and why. */
  readonly unchecked: Unchecked[];
  /** Whether that leaves the step's own question open. */
  isOpen: boolean;
}

/** Something that was not checked: a word for programs, and why, in plain words. */
export interface Unchecked {
  readonly what: string;
  readonly why: string;
}

export class Report {
  readonly findings: ProofFinding[] = [];
  readonly notes: string[] = [];
  /** By the names that `begin` was given. */
  readonly steps = new Map<string, StepSeen>();
  #step: StepSeen | undefined;

  /** All that is said from here on belongs to this step; one may be begun again. */
  begin(name: string): StepSeen {
    const seen = this.steps.get(name) ?? { findings: [], notes: [], unchecked: [], isOpen: false };
    this.steps.set(name, seen);
    this.#step = seen;
    return seen;
  }

  say(code: string, where: string): void {
    const finding = { code, where };
    this.findings.push(finding);
    this.#step?.findings.push(finding);
  }

  note(text: string): void {
    this.notes.push(text);
    this.#step?.notes.push(text);
  }

  /** Says what was not checked beside the step's own question; it makes nothing wrong. */
  leave(what: string, why: string): void {
    this.#step?.unchecked.push({ what, why });
  }

  /** Says why the step's own question has no answer; it makes nothing wrong. */
  leaveOpen(what: string, why: string): void {
    this.leave(what, why);
    if (this.#step !== undefined) this.#step.isOpen = true;
  }

  verdict(): Verdict {
    return { ok: this.findings.length === 0, findings: this.findings, notes: this.notes };
  }
}

/** Whether signatures can be held against it at all; says so when not. Codes: trust/unknown-signer, trust/damaged, trust/other-desk. */
export function isTrustUsable(report: Report, trust: Trust | undefined, desk: string): trust is Trust {
  if (trust === undefined) {
    report.say('trust/unknown-signer', 'no trust.json was given: consistent at most, signer unknown');
    return false;
  }
  for (const wrong of checkTrust(trust)) report.say('trust/damaged', wrong);
  if (trust.desk !== desk) report.say('trust/other-desk', 'trust.json is of another desk');
  return trust.desk === desk;
}
