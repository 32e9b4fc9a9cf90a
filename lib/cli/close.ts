// `finish` and `retract`: how a referral ends its open time.
import type { Command } from 'commander';
import type { DeskClient } from '../client/index.ts';
import { isCode, type DeskError } from '../errors.ts';
import type { Receipt } from '../receipt.ts';
import { referralOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine, quoted } from './command-line.ts';
import { demandWritable } from './paths.ts';
import { receiptName, writeReceipt } from './receipt-file.ts';
import { withDesk } from './session.ts';

interface FinishOptions extends Common {
  readonly receipt?: string;
}

interface RetractOptions extends Common {
  readonly reason?: string;
}

export function addClose(program: Command): void {
  addCommand(program, 'finish <referral>', {
    summary: 'close a referral: nothing is added from now on, and it is preserved; keeps the signed receipt',
    example: 'finish 0f0e0d0c-0b0a-4908-8706-050403020100',
  })
    .option('--receipt <file>', 'where the receipt goes (else: <id of the referral>.receipt.json, where you stand)')
    .action(acting(finish));
  addCommand(program, 'retract <referral>', {
    summary: 'take an unfinished referral back; the clock then destroys it',
    example: 'retract 0f0e0d0c-0b0a-4908-8706-050403020100',
  })
    .option('--reason <words>', 'why; entered, sealed')
    .action(acting(retract));
}

async function finish(referral: string, options: FinishOptions): Promise<Outcome> {
  const id = referralOf(referral);
  const path = options.receipt ?? receiptName(id);
  await demandWritable(path);
  const { receipt, refusal } = await withDesk(options, 'reporter', ({ client }) => finishOnce(client, id));
  const file = await writeReceipt(path, receipt);
  const next = closedWords(file);
  if (refusal === undefined) {
    return {
      words: [`Referral ${id} is finished: nothing can be added, and it is preserved.`, ...next],
      json: { referralId: id, state: 'finished', receipt: file },
    };
  }
  const { code, message } = refusal;
  return {
    words: [`Referral ${id} was finished before; nothing was changed, and its receipt was fetched again.`, ...next],
    json: { referralId: id, state: 'finished', receipt: file, alreadyFinished: true, error: { code, message } },
    exitCode: 1,
  };
}

interface Finished {
  readonly receipt: Receipt;
  /** Why the desk did not finish it: it was finished before. */
  readonly refusal?: DeskError;
}

async function finishOnce(client: DeskClient, id: string): Promise<Finished> {
  try {
    return { receipt: await client.finish(id) };
  } catch (error) {
    if (!isCode(error, 'state/already-finished')) throw error;
    return { receipt: await client.receipt(id), refusal: error };
  }
}

function closedWords(file: string): string[] {
  return [
    `The receipt is ${file}. Keep it apart from the desk: with it anyone can check the desk's word.`,
    '',
    'Next:',
    `  ${commandLine(`verify ${quoted(file)} --trust trust.json <your files>`)}`,
  ];
}

async function retract(referral: string, options: RetractOptions): Promise<Outcome> {
  const id = referralOf(referral);
  const answer = await withDesk(options, 'reporter', ({ client }) => client.retract(id, options.reason));
  return {
    words: [`Referral ${id} is taken back. Unless a hold stands, the clock destroys it soon; its chain remains.`],
    json: answer,
  };
}
