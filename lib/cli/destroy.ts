// `destroy` and `approve`: the lawful end of a finished referral takes two persons, each with a key of her own.
import type { Command } from 'commander';
import type { DeskClient } from '../client/index.ts';
import type { Certificate } from '../destroy.ts';
import { isCode } from '../errors.ts';
import { idOf, referralOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine } from './command-line.ts';
import { demandWritable, writeOutput } from './paths.ts';
import { demandPersonsKey, withDesk } from './session.ts';

interface DestroyOptions extends Common {
  readonly reason: string;
  readonly legalBasis: string;
}

interface ApproveOptions extends Common {
  readonly certificate?: string;
}

const TWO_PERSONS = [
  'Takes two persons, each with a key of her own (--key, also at the machine itself): one asks, another approves.',
  'A referral is kept until its retention has ended and no hold stands.',
];

export function addDestroy(program: Command): void {
  addCommand(program, 'destroy <referral>', {
    summary: 'ask for the destruction of a finished referral; another person must approve',
    example: 'destroy 0f0e… --reason "asked for by the person concerned" --legal-basis "order 13/26" --key rdk_…',
    more: TWO_PERSONS,
  })
    .requiredOption('--reason <words>', 'why; entered, sealed')
    .requiredOption('--legal-basis <words>', 'law, order or file number')
    .action(acting(destroy));
  addCommand(program, 'approve <referral> <destruction>', {
    summary: 'approve a destruction and carry it out; writes the signed certificate',
    example: 'approve 0f0e… 1a2b… --key rdk_…',
    more: TWO_PERSONS,
  })
    .option(
      '--certificate <file>',
      'where the certificate goes (else: <id of the referral>.certificate.json, where you stand)',
    )
    .action(acting(approve));
}

async function destroy(referral: string, options: DestroyOptions): Promise<Outcome> {
  demandPersonsKey(options);
  const id = referralOf(referral);
  const { reason, legalBasis } = options;
  const answer = await withDesk(options, 'supervisor', ({ client }) =>
    client.requestDestruction(id, { reason, legalBasis }),
  );
  return {
    words: [
      `The destruction of referral ${id} is asked for. Nothing is destroyed yet: another person approves with her own key:`,
      `  ${commandLine(`approve ${id} ${answer.destructionId} --key <her key>`)}`,
    ],
    json: answer,
  };
}

async function approve(referral: string, destruction: string, options: ApproveOptions): Promise<Outcome> {
  demandPersonsKey(options);
  const id = referralOf(referral);
  const destructionId = idOf(destruction, 'A destruction');
  const path = options.certificate ?? `${id}.certificate.json`;
  await demandWritable(path);
  const certificate = await withDesk(options, 'supervisor', ({ client }) => approveOnce(client, id, destructionId));
  const file = await writeOutput(path, `${JSON.stringify(certificate, undefined, 2)}\n`);
  const copies = certificate.copies.length + certificate.backups.length;
  return {
    words: [
      `Referral ${id} is destroyed: its secret is gone, and with it every sealed byte of it, wherever a copy lies.`,
      `The certificate is ${file}.`,
      copies === 0
        ? 'No copy outside the desk is known.'
        : `It names ${copies} copies and backups that are known: see to them.`,
    ],
    json: { ...certificate, file },
  };
}

/** The certificate, also of what was destroyed before: so one that was lost on the way is had again. */
async function approveOnce(client: DeskClient, id: string, destructionId: string): Promise<Certificate> {
  try {
    return await client.approveDestruction(id, destructionId);
  } catch (error) {
    if (!isCode(error, 'absent/destroyed') && !isCode(error, 'state/not-open')) throw error;
    return client.certificate(id);
  }
}
