// `restore`: a desk out of the two parts of a backup. What was destroyed stays destroyed, and everything is gone over again.
import type { Command } from 'commander';
import { openLocalDesk } from '../local/open.ts';
import { restoreBackup, type RestoredDesk } from '../local/backup.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, fromHere, quoted, readInput } from './paths.ts';
import { readPassphrase } from './passphrase.ts';
import { dataFolder, demandHere } from './session.ts';
import { keepTrust } from './trust.ts';

interface RestoreCommandOptions extends Common {
  readonly from: string;
  readonly secrets: string;
  readonly keys?: string;
  readonly checkpoint?: string;
}

export function addRestore(program: Command): void {
  addCommand(program, 'restore', {
    summary: 'put a backup back into an empty folder, and go over everything',
    example: 'restore --from /mnt/backup --secrets /media/stick/backup --data ./desk-data',
    more: [
      'Give the newest checkpoint somebody kept (--checkpoint): only so is it known whether entries were lost.',
      'A keys folder that survived (--keys) is kept: it knows what was destroyed since.',
    ],
  })
    .requiredOption('--from <dir>', "the backup's book and sealed bytes")
    .requiredOption('--secrets <dir>', "the backup's secrets and key file")
    .option('--keys <dir>', 'where the keys folder is or goes (else: in the data folder)')
    .option('--checkpoint <file>', 'the newest checkpoint of this desk that was kept elsewhere')
    .action(acting(restore));
}

async function restore(options: RestoreCommandOptions): Promise<Outcome> {
  demandHere(options);
  const dir = dataFolder(options);
  const passphrase = await readPassphrase(options);
  const { checkpoint } = options;
  const restored = await restoreBackup({
    dir,
    passphrase,
    from: fromHere(options.from),
    secrets: fromHere(options.secrets),
    keys: options.keys === undefined ? undefined : fromHere(options.keys),
    checkpoint: checkpoint === undefined ? undefined : (await readInput(checkpoint)).toString('utf8'),
  });
  const local = await openLocalDesk({ dir, passphrase });
  const trust = await local.desk.trust().finally(() => local.close());
  const trustFile = await keepTrust(dir, trust);
  return {
    words: [
      `Desk ${restored.desk} was put back into ${dir}; its trust.json is ${trustFile}.`,
      LOG_WORDS[restored.log],
      ...(restored.destroyedSince > 0
        ? [`${restored.destroyedSince} referrals were destroyed after the backup was made; they stay destroyed.`]
        : []),
      ...findingWords(restored),
      '',
      'Next:',
      `  ${commandLine(`serve --data ${quoted(dir)} --port 8700`)}`,
    ],
    json: { ...restored, data: dir, trust: trustFile },
    exitCode: restored.findings.length === 0 ? 0 : 1,
  };
}

const LOG_WORDS: Readonly<Record<RestoredDesk['log'], string>> = {
  unchecked: 'No checkpoint was given: whether entries made after the backup were lost is not known.',
  held: 'The log holds the checkpoint: no entry before it was lost.',
  behind:
    'Entries made after the backup are lost. A new log was begun that names the old one: tell those who hold receipts.',
};

function findingWords({ findings }: RestoredDesk): string[] {
  if (findings.length === 0) return ['Everything was gone over, and all of it holds.'];
  return [`${findings.length} findings:`, ...findings.map(({ code, where }) => `  ✗ ${where} [${code}]`)];
}
