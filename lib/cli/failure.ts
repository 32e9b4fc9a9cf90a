// What went wrong, as the command line tells it: a code, a sentence, and one exit code. No text here holds anything
// out of a referral.
import { CommanderError } from 'commander';
import { DeskError, type Code, type Finding } from '../errors.ts';
import { shown } from './shown.ts';

/** 0 done, 1 findings or refused, 2 wrong use, 3 failure, 130 stopped by a signal. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** The command was not given as it should be: an option, an argument, a file that is not there. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A signal came before all was done; the same command goes on from there. */
export class Stopped extends Error {
  constructor() {
    super('Run the same command again to go on.');
    this.name = 'Stopped';
  }
}

export interface Failure {
  readonly exitCode: ExitCode;
  readonly error: { readonly code: string; readonly message: string; readonly findings?: readonly Finding[] };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? { exitCode: 0, error: usage('') } : { exitCode: 2, error: usage(error.message) };
  }
  if (error instanceof UsageError) return { exitCode: 2, error: usage(error.message) };
  if (error instanceof Stopped) return { exitCode: 130, error: { code: 'stopped', message: error.message } };
  if (error instanceof DeskError) return { exitCode: exitCodeOf(error), error: wordsOf(error) };
  const message = 'The program failed. Run it again with REFERRAL_DESK_DEBUG=1 to see where.';
  return { exitCode: 3, error: { code: 'internal', message } };
}

/** What people read on stderr. */
export function failureLines({ exitCode, error }: Failure): string[] {
  if (exitCode === 130) return ['Stopped; run the same command again to go on.'];
  const kind = { 0: 'Done', 1: 'Refused', 2: 'Wrong use', 3: 'Failed' }[exitCode];
  const code = error.code === 'usage' ? '' : ` (${error.code})`;
  const findings = (error.findings ?? []).map(({ code, path, message }) => `  ${path}  ${message} [${code}]`);
  return [`${kind}${code}: ${error.message}`, ...findings].map(shown);
}

function usage(message: string): Failure['error'] {
  return { code: 'usage', message: message.replace(/^error: /, '') };
}

function wordsOf({ code, message, findings }: DeskError): Failure['error'] {
  return { code, message, ...(findings.length === 0 ? {} : { findings }) };
}

/** Codes that say "not like this" although a server would answer 500 to them. */
const REFUSED: readonly Code[] = [
  'desk/exists',
  'desk/owned',
  'desk/readable-by-others',
  'desk/not-allowed',
  'desk/moved',
  'desk/newer',
  'keys/wrong-passphrase',
];

function exitCodeOf({ code, status }: DeskError): ExitCode {
  if (code === 'desk/absent') return 2;
  return status < 500 || REFUSED.includes(code) ? 1 : 3;
}
