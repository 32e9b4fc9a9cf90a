// `backup`: a copy of the desk in two parts that belong apart: what anyone may hold, and what opens it.
import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, fromHere, quoted } from './command-line.ts';
import { byteText } from './progress.ts';
import { backupAnswer, BACKUP_PATH } from './local-routes.ts';
import { demandHere, withDesk } from './session.ts';

interface BackupOptions extends Common {
  readonly out: string;
  readonly secrets: string;
  readonly keepDays?: number;
}

export function addBackup(program: Command): void {
  addCommand(program, 'backup', {
    summary: 'copy the desk: book and sealed bytes to one place, secrets and key file to another',
    example: 'backup --out /mnt/backup/today --secrets /media/stick/today',
    more: [
      'Whoever holds both parts opens everything: keep them apart. A copy of the secrets outlives a destruction until it is',
      'deleted: say with --keep-days when that is, and do it; certificates name the date.',
    ],
  })
    .requiredOption('--out <dir>', 'where book and sealed bytes go: an absent or empty folder')
    .requiredOption('--secrets <dir>', 'where secrets and key file go: another place')
    .option('--keep-days <n>', 'after how many days every copy is gone (90 without)', wholeNumber)
    .action(acting(backup));
}

async function backup(options: BackupOptions): Promise<Outcome> {
  const out = fromHere(options.out);
  const secretsOut = fromHere(options.secrets);
  const { keepDays } = options;
  demandHere(options);
  const request = { out, secretsOut, ...(keepDays === undefined ? {} : { keepDays }) };
  const answer = await withDesk(options, 'operator', ({ client }) => client.send('POST', BACKUP_PATH, request));
  const made = backupAnswer.parse(answer);
  return {
    words: [
      `Backup ${made.id}: ${made.files} files, ${byteText(made.bytes)}.`,
      `  book and sealed bytes  ${out}`,
      `  secrets and key file   ${secretsOut}`,
      `Delete every copy by ${made.expiresAt}. To put it back:`,
      `  ${commandLine(`restore --from ${quoted(out)} --secrets ${quoted(secretsOut)} --data <empty folder>`)}`,
    ],
    json: { ...made, out, secrets: secretsOut },
  };
}
