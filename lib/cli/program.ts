// The command line as a whole, with the one command that is asked for.
import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { commandLine } from './command-line.ts';
import { shownLines } from './shown.ts';
import { versionText } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0  done
  1  findings, or refused
  2  wrong use: options, arguments, a file that is not there
  3  failure: the vault, the ledger, an alarm that could not be sent, the program itself
  130  stopped by a signal; "submit" goes on when run again

Begin with:
  ${commandLine('demo')}`;

/**
 * @param argv what follows the program's name
 * @param isJson whether stdout and stderr are for programs: then commander prints nothing but help
 */
export async function buildProgram(argv: readonly string[], isJson: boolean): Promise<Command> {
  const program = new Command('referral-desk')
    .description('Takes reports of online child abuse, seals the evidence, and hands it to the police.')
    .version(versionText())
    .exitOverride()
    .enablePositionalOptions() // `log export --out` is the option of `export`, not of `log`
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .showHelpAfterError('(add --help for what this command takes)')
    .addHelpText('after', EXIT_CODES);
  program.configureOutput({
    writeErr: (text) => {
      if (!isJson) process.stderr.write(shownLines(text));
    },
  });
  const asked = argv.filter((word) => !word.startsWith('-') && word !== 'help')[0];
  for (const { commands, load } of COMMANDS) {
    if (commands.some(([usage]) => usage.split(' ')[0] === asked)) (await load())(program);
    else for (const [usage, summary] of commands) program.command(usage).summary(summary);
  }
  return program;
}
