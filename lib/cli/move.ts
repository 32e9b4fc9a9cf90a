// `move`: a desk on this machine is carried over to AWS, and is a desk there from then on. Cut short, the same command goes on.
import type { Command } from 'commander';
import { Option } from 'commander';
import { DeskError } from '../errors.ts';
import type { Moved } from '../move.ts';
import { markMoved } from '../local/folder.ts';
import { localFont } from '../local/fonts.ts';
import { openLocalDesk } from '../local/open.ts';
import { localScratch } from '../local/scratch.ts';
import type { Watched } from '../watch.ts';
import { alarmOf, type AlarmOptions } from './alarm.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { readInput } from './paths.ts';
import { readPassphrase } from './passphrase.ts';
import { startProgress } from './progress.ts';
import { dataFolder, demandHere } from './session.ts';
import { keepTrust } from './trust.ts';

interface MoveCommandOptions extends Common, AlarmOptions {
  readonly to: 'aws';
  readonly stack?: string;
}

export function addMove(program: Command): void {
  addCommand(program, 'move', {
    summary: 'carry this desk over to AWS, where it goes on; the folder is a copy from then on',
    example: 'move --to aws --stack stack.json',
    more: [
      'The stack is deployed for this desk (its id: see status or trust.json) and empty; its names are given by --stack, a JSON object of the variables that',
      'its lambdas have, or by the environment. Stop the desk that serves, and let nobody use the stack, until this command has ended.',
      'Everything is copied, keys are wrapped for KMS, and all of it is gone over there. Only then the folder stops being a desk.',
      'Cut short, run it again: it goes on where it was.',
    ],
  })
    .addOption(new Option('--to <place>', 'where to').choices(['aws']).makeOptionMandatory())
    .option('--stack <file>', 'names of buckets, tables and keys, as a JSON object (else: the environment)')
    .action(acting(move));
}

async function move(options: MoveCommandOptions): Promise<Outcome> {
  demandHere(options);
  const dir = dataFolder(options);
  const parts = await partsOf(options.stack);
  const local = await openLocalDesk({ dir, passphrase: await readPassphrase(options), alarm: alarmOf(options) });
  try {
    demandSame(parts.desk, local.folder.desk);
    const { moveToAws, openAwsDesk } = await import('../aws/open.ts');
    const lent = { font: localFont, scratch: localScratch(`${local.folder.vaultFolder}/tmp`), alarm: alarmOf(options) };
    const progress = startProgress('carrying', 'things');
    let done = 0;
    const onProgress = (): void => {
      progress.update(++done, 0);
    };
    const { moved, trust } = await moveToAws(local.ports, parts, lent, { onProgress });
    progress.end();
    const watched = await openAwsDesk(parts, lent).desk.watch();
    if (watched.findings.length > 0) return unsound(moved, watched);
    const trustFile = await keepTrust(dir, trust);
    await markMoved(local.folder, 'aws');
    return arrived(local.folder.desk, moved, trustFile);
  } finally {
    await local.close();
  }
}

/** Clients are made as the SDK makes them of its own settings. @throws UsageError, DeskError input/invalid (names each variable) */
async function partsOf(file: string | undefined) {
  const { readEnvironment } = await import('../aws/environment.ts');
  const { awsClients } = await import('../aws/clients.ts');
  return { ...readEnvironment(file === undefined ? process.env : await variablesIn(file)).parts, ...awsClients() };
}

async function variablesIn(file: string): Promise<Record<string, string>> {
  const text = (await readInput(file)).toString('utf8');
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const isFlat = Object.values(value).every((each) => typeof each === 'string');
    if (!Array.isArray(value) && isFlat) return value as Record<string, string>;
  } catch {
    // said below
  }
  throw new UsageError('The file of --stack is no JSON object of names: take the variables of the stack’s lambdas.');
}

function demandSame(there: string, here: string): void {
  if (there === here) return;
  throw new DeskError('state/exists', `That stack is of another desk: deploy one for ${here} (DESK_NAME).`);
}

function unsound(moved: Moved, watched: Watched): Outcome {
  return {
    words: [
      'The desk was carried over, but not all of it is sound there; it stays a desk here:',
      ...watched.findings.map(({ code, where }) => `  ${code}  ${where}`),
    ],
    json: { ok: false, moved, findings: watched.findings },
    exitCode: 1,
  };
}

function arrived(desk: string, moved: Moved, trust: string): Outcome {
  const { entries, files, secrets, lookups, persons, logSize } = moved;
  return {
    words: [
      `Desk ${desk} is on AWS now, and all of it was gone over there: ${entries} entries, ${files} sealed files, ${secrets} secrets.`,
      `  ${lookups} referrals and ${persons} persons are found under the new lookup key; the log goes on at ${logSize} entries.`,
      `  Its keys are new, and the old ones vouch for them: ${trust}. Hand it out.`,
      '',
      'This folder is a copy and no desk any more. Keep it for as long as your rules for backups say, then destroy it:',
      'the secrets in it open everything that is not destroyed.',
    ],
    json: { ok: true, desk, moved, trust },
  };
}
