// Runs one command line and answers its exit code. Every failure ends here, as words for people and, with --json, as one
// object on the last line of stdout.
import { CommanderError } from 'commander';
import { failureLines, failureOf, type ExitCode } from './failure.ts';
import { goOn } from './gone.ts';
import { buildProgram } from './program.ts';

export async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes('--json');
  process.stdout.on('error', goOn);
  process.stderr.on('error', goOn);
  process.once('uncaughtException', (error) => process.exit(report(error, isJson)));
  try {
    const program = await buildProgram(argv, isJson);
    await program.parseAsync(argv, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    return report(error, isJson);
  }
}

function report(error: unknown, isJson: boolean): ExitCode {
  const failure = failureOf(error);
  if (failure.exitCode === 0) return 0;
  if (process.env['REFERRAL_DESK_DEBUG'] === '1') console.error(error);
  if (isJson) process.stdout.write(`${JSON.stringify({ error: failure.error })}\n`);
  // commander has told people what was wrong with the command line already
  if (!(error instanceof CommanderError) || isJson) process.stderr.write(`${failureLines(failure).join('\n')}\n`);
  return failure.exitCode;
}
