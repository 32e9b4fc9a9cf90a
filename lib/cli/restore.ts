// `restore`: a desk out of the two parts of a backup. What was destroyed stays destroyed, and everything is gone over again.
import type { Command } from 'commander';
import { readTrust } from '../proofs/index.ts';
import { openLocalDesk } from '../local/open.ts';
import { restoreBackup, type RestoredDesk } from '../local/backup.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, fromHere, quoted } from './command-line.ts';
import { demandFolder, readInput } from './paths.ts';
import { readPassphrase } from './passphrase.ts';
import { dataFolder, demandHere } from './session.ts';
import { keepTrust } from './trust.ts';

interface RestoreCommandOptions extends Common {
  readonly from: string;
  readonly secrets: string;
  readonly keys?: string;
  readonly checkpoint?: string;
  readonly trust?: string;
}

export function addRestore(program: Command): void {
  addCommand(program, 'restore', {
    summary: 'put a backup back into an empty folder, and go over everything',
    example: 'restore --from /mnt/backup --secrets /media/stick/backup --data ./desk-data',
    more: [
      'Give the newest checkpoint somebody kept (--checkpoint): only so is it known whether entries were lost.',
      'If the key of the log was replaced since the backup was made, give the newest trust.json too (--trust).',
      'A keys folder that survived (--keys) is kept: it knows what was destroyed and whose keys were revoked since.',
    ],
  })
    .requiredOption('--from <dir>', "the backup's book and sealed bytes")
    .requiredOption('--secrets <dir>', "the backup's secrets and key file")
    .option('--keys <dir>', 'where the keys folder is or goes (else: in the data folder)')
    .option('--checkpoint <file>', 'the newest checkpoint of this desk that was kept elsewhere')
    .option('--trust <file>', "the desk's newest trust.json, where the checkpoint is signed by a newer key")
    .action(acting(restore));
}

async function restore(options: RestoreCommandOptions): Promise<Outcome> {
  demandHere(options);
  await demandFolder(options.from);
  await demandFolder(options.secrets);
  const dir = dataFolder(options);
  const passphrase = await readPassphrase(options);
  const checkpoint = await readText(options.checkpoint);
  const trust = await readText(options.trust);
  const restored = await restoreBackup({
    dir,
    passphrase,
    from: fromHere(options.from),
    secrets: fromHere(options.secrets),
    keys: options.keys === undefined ? undefined : fromHere(options.keys),
    checkpoint,
    trust: trust === undefined ? undefined : readTrust(trust),
  });
  const local = await openLocalDesk({ dir, passphrase });
  const trustFile = await keepTrust(dir, await local.desk.trust().finally(() => local.close()));
  return {
    words: [
      `Desk ${restored.desk} was put back into ${dir}; its trust.json is ${trustFile}.`,
      LOG_WORDS[restored.log],
      ...(restored.destroyedSince > 0
        ? [`${restored.destroyedSince} referrals were destroyed after the backup was made; they stay destroyed.`]
        : []),
      ...(restored.linksEnded > 0
        ? [
            `${restored.linksEnded} links to packets were ended, since they may have been used meanwhile: make new ones.`,
          ]
        : []),
      ...(restored.filingsStopped > 0
        ? [
            `${restored.filingsStopped} filings were given up, since they may have been delivered meanwhile: look with the recipient before you file again.`,
          ]
        : []),
      ...(restored.revokedSince > 0
        ? [`${restored.revokedSince} actors' keys were revoked after the backup was made; they stay revoked.`]
        : []),
      ...restored.notes,
      ...findingWords(restored),
      '',
      'Next:',
      `  ${commandLine(`serve --data ${quoted(dir)} --port 8700`)}`,
    ],
    json: { ...restored, data: dir, trust: trustFile },
    exitCode: restored.findings.length === 0 ? 0 : 1,
  };
}

async function readText(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : (await readInput(path)).toString('utf8');
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
