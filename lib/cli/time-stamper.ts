// Options that name authorities that stamp the log with the time (RFC 3161), and the certificates they are trusted by.
import { Option, type Command } from 'commander';
import { timeStamper } from '../client/time-stamper.ts';
import { readAuthorities } from '../formats/time-stamp-check.ts';
import type { TimeStamper } from '../ports.ts';
import { UsageError } from './failure.ts';
import { readInput } from './paths.ts';

export interface StamperOptions extends AuthorityOptions {
  readonly tsa?: readonly string[];
}

export interface AuthorityOptions {
  readonly tsaCa?: readonly string[];
}

export function addStamperOptions(command: Command): Command {
  return addAuthorityOption(
    command.addOption(
      new Option('--tsa <url>', 'have the log stamped with the time there (RFC 3161); may be given again')
        .argParser(gather)
        .env('REFERRAL_DESK_TSA'),
    ),
  );
}

export function addAuthorityOption(command: Command): Command {
  return command.addOption(
    new Option('--tsa-ca <pem>', 'the certificate that time stamps must lead to; may be given again')
      .argParser(gather)
      .env('REFERRAL_DESK_TSA_CA'),
  );
}

/** In the environment several stand between blanks. */
function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(/\s+/).filter((each) => each !== '')];
}

/** The certificates named by --tsa-ca, in DER. @throws UsageError, DeskError proof/malformed */
export async function authoritiesOf({ tsaCa = [] }: AuthorityOptions): Promise<Buffer[]> {
  const files = await Promise.all(tsaCa.map(readInput));
  return files.flatMap((pem) => readAuthorities(pem.toString('latin1')));
}

/** @param mostSeconds how long an authority may take to answer. @throws UsageError a URL that is none, or given twice */
export async function stampersOf(options: StamperOptions, mostSeconds = 30): Promise<TimeStamper[]> {
  const authorities = await authoritiesOf(options);
  const stampers = (options.tsa ?? []).map((url) => stamper(url, authorities, mostSeconds));
  if (new Set(stampers.map(({ name }) => name)).size < stampers.length) {
    throw new UsageError('Two of --tsa are at one host and port: give each authority once.');
  }
  return stampers;
}

function stamper(text: string, authorities: readonly Uint8Array[], mostSeconds: number): TimeStamper {
  try {
    return timeStamper(text, authorities, mostSeconds);
  } catch {
    throw new UsageError('--tsa takes the URL of a time stamping authority, such as http://tsa.example.org/tsr.');
  }
}
