// `file`: a finished referral is filed with a recipient such as NCMEC. Whoever owns the folder delivers it, this command or a `serve`
// that runs; it is filed once, however often this is run.
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { serverOf, waitForFiling } from '../client/index.ts';
import type { LeftOut } from '../filing/left-out.ts';
import type { FilingOrdered } from '../filing/order.ts';
import type { FilingStatus } from '../filing/shown.ts';
import { addAlarmOptions, type AlarmOptions } from './alarm.ts';
import { referralOf } from './arguments.ts';
import { acting, addCommand, remark, type Outcome } from './frame.ts';
import { addNcmecOptions, type NcmecOptions } from './ncmec.ts';
import { commandLine } from './command-line.ts';
import { startProgress } from './progress.ts';
import { withDesk } from './session.ts';

interface FileOptions extends AlarmOptions, NcmecOptions {
  readonly to: string;
  readonly wait: boolean;
  readonly conditionsAccepted?: true;
}

export function addFile(program: Command): void {
  const command = addCommand(program, 'file <referral>', {
    summary: 'file a finished referral with NCMEC, exactly once, and keep its answer',
    example: 'file 0f0e0d0c-0b0a-4908-8706-050403020100 --to ncmec --ncmec-url test --ncmec-credentials ncmec.json',
    more: [
      'What NCMEC would refuse is named before anything is sent. Run again, it goes on or says how it stands: nothing is filed twice.',
      'Where "serve" runs on the folder, that one delivers, with the URL and credentials it was given.',
      'Ends with 1 when NCMEC refused it, or when it could not be delivered in time.',
    ],
  })
    .requiredOption('--to <recipient>', 'with whom: ncmec')
    .option('--conditions-accepted', 'the recipient knows the conditions (H3) and accepts them')
    .option('--no-wait', 'only order it; "status" says how it stands');
  addAlarmOptions(addNcmecOptions(command)).action(acting(file));
}

async function file(referral: string, options: FileOptions): Promise<Outcome> {
  const referralId = referralOf(referral);
  const { to, ncmecUrl, conditionsAccepted } = options;
  return withDesk(options, 'supervisor', async ({ client }) => {
    const server = ncmecUrl === undefined ? {} : { server: serverOf(ncmecUrl) };
    const accepted = conditionsAccepted === undefined ? {} : { conditionsAccepted };
    const ordered = await client.orderFiling(referralId, { to, ...server, ...accepted }, randomUUID());
    const { filingId, isNew, leftOut } = ordered;
    remark(isNew ? `Ordered: filing ${filingId}.` : `It was ordered before: filing ${filingId}.`);
    for (const line of leftOutWords(leftOut)) remark(line);
    if (!options.wait) return orderedOutcome(referralId, to, ordered);
    const status = await waitForFiling(client, referralId, filingId, { onStatus: showProgress() });
    return endedOutcome(referralId, status, leftOut);
  });
}

const LEFT_OUT = {
  own: 'CyberTipline has no place for it',
  newer: 'this recipient does not know it yet',
  characters: 'XML cannot carry some of its characters',
} as const;

function leftOutWords(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ field, why, count }) => `Left out: ${field} (${count}): ${LEFT_OUT[why]}.`);
}

/** How far it is, and each reason why it does not get on, once. */
function showProgress(): (status: FilingStatus) => void {
  const progress = startProgress('filing', 'calls');
  let said = '';
  return ({ state, calls, failing }) => {
    if (failing !== undefined && failing.code !== said)
      remark(`It does not get through (${failing.code}); the desk tries again by itself.`);
    said = failing?.code ?? said;
    if (calls !== undefined) progress.update(calls.done, calls.all);
    if (state !== 'ordered') progress.end();
  };
}

// ── what came of it ───────────────────────────────────────────────────────────────────────────────────────────────────

function orderedOutcome(referralId: string, to: string, { filingId, isNew, leftOut }: FilingOrdered): Outcome {
  return {
    words: [
      `Referral ${referralId} is ordered to be filed with ${to}; whoever runs the desk delivers it. How it stands:`,
      `  ${commandLine(`status ${referralId}`)}`,
    ],
    json: { referralId, filingId, to, state: 'ordered', isNew, leftOut },
  };
}

function endedOutcome(referralId: string, status: FilingStatus, leftOut: readonly LeftOut[]): Outcome {
  const json = { referralId, ...status, leftOut };
  return status.state === 'delivered'
    ? { words: deliveredWords(referralId, status), json }
    : { words: failedWords(referralId, status), json, exitCode: 1 };
}

function deliveredWords(
  referralId: string,
  { to, server, reportId, receipt, isReceiptLost, differing }: FilingStatus,
): string[] {
  const seq = receipt === undefined ? '' : ` as entry ${receipt.seq} of its chain`;
  return [
    `Referral ${referralId} is filed with ${to} (${server}): report ${reportId ?? 'of which the number is lost'}.`,
    isReceiptLost === true
      ? `The answer to finish never came; what ${to} said when asked, that it has the report, is sealed${seq}.`
      : `The answer to finish, the legal receipt, is sealed word for word${seq}; --json shows it.`,
    ...(differing === undefined ? [] : [`WARNING: it names other files than were sent (${differing}): ask ${to}.`]),
  ];
}

function failedWords(referralId: string, { to, state, failure, refusal, orphans, step }: FilingStatus): string[] {
  const reason = failure === undefined ? '' : ` (${failure.code})`;
  const words = { refused: `${to} does not take it`, undelivered: 'it was not delivered in time' };
  const isInDoubt =
    step !== undefined && (step.name === 'finish' || (step.name === 'retract' && step.standing !== 'done'));
  return [
    `Referral ${referralId} ${isInDoubt ? 'MAY BE filed, and nobody could tell' : 'is not filed'}: ${state === 'refused' || state === 'undelivered' ? words[state] : state}${reason}.`,
    ...(refusal === undefined
      ? []
      : [
          `What it answered (HTTP ${refusal.status}) is sealed word for word as entry ${refusal.seq} of its chain; --json shows it.`,
        ]),
    ...(orphans === 0 ? [] : [`${to} may hold ${orphans} reports without files, which end by themselves.`]),
    'Mend what is to be mended and run the same command again: it goes on where this stands.',
  ];
}
