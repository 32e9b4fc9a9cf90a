// The command line as a whole: which commands there are, in the order in which one meets them.
import { Command } from 'commander';
import { addBackup } from './backup.ts';
import { addCheck } from './check.ts';
import { addClear } from './clear.ts';
import { addClose } from './close.ts';
import { addCustody } from './custody.ts';
import { addDemo } from './demo.ts';
import { addDestroy } from './destroy.ts';
import { addExplain } from './explain.ts';
import { addFile } from './file.ts';
import { addHold } from './hold.ts';
import { addInit } from './init.ts';
import { addKeys } from './keys.ts';
import { addLog } from './log.ts';
import { addPacket } from './packet.ts';
import { addPeople } from './people.ts';
import { addRegimes } from './regime.ts';
import { addRestore } from './restore.ts';
import { addServe } from './serve.ts';
import { addStatus } from './status.ts';
import { addSubmit } from './submit.ts';
import { addTrust } from './trust.ts';
import { addVerify } from './verify.ts';
import { addView } from './view.ts';
import { addWatch } from './watch.ts';
import { commandLine } from './paths.ts';
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

const COMMANDS: readonly ((program: Command) => void)[] = [
  // to begin with
  addDemo,
  addInit,
  addServe,
  // a referral's life
  addCheck,
  addSubmit,
  addStatus,
  addView,
  addClose,
  addPacket,
  addFile,
  addRegimes,
  addClear,
  addHold,
  addDestroy,
  // for whoever checks the desk
  addCustody,
  addLog,
  addVerify,
  addTrust,
  addWatch,
  addExplain,
  // the house
  addPeople,
  addKeys,
  addBackup,
  addRestore,
];

/** @param isJson whether stdout and stderr are for programs: then commander prints nothing but help */
export function buildProgram(isJson: boolean): Command {
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
  for (const add of COMMANDS) add(program);
  return program;
}
