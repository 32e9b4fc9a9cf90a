// `custody`: a chain with its proof, for whoever checks the desk's word without the desk.
import type { Command } from 'commander';
import { readProof } from '../proofs/index.ts';
import type { Custody } from '../status.ts';
import { referralOf } from './arguments.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, quoted } from './command-line.ts';
import { readInput, writeOutput } from './paths.ts';
import { withDesk } from './session.ts';

interface CustodyOptions extends Common {
  readonly since?: string;
  readonly out?: string;
}

export function addCustody(program: Command): void {
  addCommand(program, 'custody <referral|desk>', {
    summary: 'export the chain of a referral, or of the desk itself, with its proof in the log',
    example: 'custody 0f0e… --out custody.json',
    more: ['It holds ids, times and commitments, and no word out of the referral.'],
  })
    .option(
      '--since <size>',
      'prove also that the log grew out of an earlier one: its size, or the file of its checkpoint',
    )
    .option('--out <file>', 'write it there (else: to stdout)')
    .action(acting(custody));
}

async function custody(chain: string, options: CustodyOptions): Promise<Outcome> {
  const since = options.since === undefined ? undefined : await sizeOf(options.since);
  const exported = await withDesk(options, 'auditor', ({ client }) =>
    chain === 'desk' ? client.deskCustody(since) : client.custody(referralOf(chain), since),
  );
  if (options.out === undefined) return { words: [JSON.stringify(exported, undefined, 2)], json: exported };
  const file = await writeOutput(options.out, `${JSON.stringify(exported, undefined, 2)}\n`);
  return { words: custodyWords(exported, file), json: { ...exported, file } };
}

function custodyWords({ entries, inclusion }: Custody, file: string): string[] {
  const logged = inclusion === undefined ? 0 : inclusion.seq + 1;
  return [
    `${entries.length} entries are in ${file}; ${logged} of them are proved to stand in the log.`,
    '',
    'Anyone checks them without the desk:',
    `  ${commandLine(`verify ${quoted(file)} --trust trust.json --against <a receipt that was kept>`)}`,
  ];
}

/** A size as it stands, or that of the checkpoint in a file. */
async function sizeOf(since: string): Promise<number> {
  if (/^[0-9]{1,15}$/.test(since)) return Number(since);
  const proof = readProof((await readInput(since)).toString('utf8'));
  if (proof.kind !== 'checkpoint') throw new UsageError('--since takes a size or the file of a checkpoint.');
  return Number(proof.note.split('\n')[1]);
}
