// `init`: a new desk in a folder of its own. The first keys are shown here and nowhere again.
import type { Command } from 'commander';
import { initLocalDesk } from '../local/open.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, fromHere, quoted } from './command-line.ts';
import { readPassphrase } from './passphrase.ts';
import { dataFolder, demandHere } from './session.ts';
import { keepTrust } from './trust.ts';

interface InitOptions extends Common {
  readonly keys?: string;
}

export function addInit(program: Command): void {
  addCommand(program, 'init', {
    summary: 'make a desk in an empty folder, and show the first keys once',
    example: 'init --data ./desk-data --keys /media/stick/desk-keys',
    more: [
      'The key file opens everything the desk holds. --keys puts it on a medium of its own; --passphrase-file locks it.',
      'A lost key file comes back only out of a backup.',
    ],
  })
    .option('--keys <dir>', 'where the keys folder goes (else: in the data folder)')
    .action(acting(init));
}

async function init(options: InitOptions): Promise<Outcome> {
  demandHere(options);
  const dir = dataFolder(options);
  const keys = options.keys === undefined ? undefined : fromHere(options.keys);
  const passphrase = await readPassphrase(options);
  const founded = await initLocalDesk({ dir, keys, passphrase });
  const trust = await keepTrust(dir, founded.trust);
  const { fingerprint } = founded.trust;
  return {
    words: [
      `A desk was made in ${dir}.`,
      '',
      'Its first keys, shown this once; give each to its person by a safe way:',
      ...Object.entries(founded.keys).map(([who, key]) => `  ${who.padEnd(13)}${key}`),
      '',
      `The key file is ${founded.folder.keyFile}.`,
      'Whoever has it opens everything; if it is lost, only a backup brings it back. Make one as soon as there is something to lose:',
      `  ${commandLine(`backup --data ${quoted(dir)} --out <dir> --secrets <other dir>`)}`,
      '',
      `What agencies need to check this desk is ${trust}.`,
      'Send it by another way than the evidence, and let them read these words back to you on the telephone:',
      `  ${fingerprint}`,
      '',
      'Next:',
      `  ${commandLine(`serve --data ${quoted(dir)} --port 8700`)}`,
      `  ${commandLine(`submit referral.json files/ --data ${quoted(dir)}`)}`,
    ],
    json: { desk: founded.desk, keys: founded.keys, trust, fingerprint },
  };
}
