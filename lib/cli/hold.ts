// `hold`: an order that a referral may not be destroyed, and the order that ends it.
import type { Command } from 'commander';
import { idOf, referralOf, zonedTime } from './arguments.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine } from './command-line.ts';
import { withDesk } from './session.ts';

interface HoldOptions extends Common {
  readonly reason: string;
  readonly legalBasis?: string;
  readonly until?: string;
  readonly end?: string;
}

export function addHold(program: Command): void {
  addCommand(program, 'hold <referral>', {
    summary: 'keep a referral from being destroyed, by order; or end such a hold',
    example: 'hold 0f0e… --reason "asked for by the court" --legal-basis "order 12/26"',
    more: ['A hold never ends by itself: --until only says when it is to be looked at again. --end <hold> ends one.'],
  })
    .requiredOption('--reason <words>', 'why; entered, sealed')
    .option('--legal-basis <words>', 'law, order or file number')
    .option('--until <time>', 'when it is to be looked at again', zonedTime)
    .option('--end <hold>', 'end this hold instead')
    .action(acting(hold));
}

async function hold(referral: string, options: HoldOptions): Promise<Outcome> {
  const id = referralOf(referral);
  const { reason, legalBasis, until, end } = options;
  if (end !== undefined) return endHold(id, idOf(end, 'A hold'), options);
  if (legalBasis === undefined) throw new UsageError('Name the law, order or file number: --legal-basis "…".');
  const order = { reason, legalBasis, ...(until === undefined ? {} : { until }) };
  const answer = await withDesk(options, 'supervisor', ({ client }) => client.hold(id, order));
  return {
    words: [
      `Referral ${id} is held: nothing of it is destroyed until this hold is ended.`,
      `  hold ${answer.holdId}`,
      '',
      'To end it, by an order of its own:',
      `  ${commandLine(`hold ${id} --end ${answer.holdId} --reason "…"`)}`,
    ],
    json: answer,
  };
}

async function endHold(id: string, holdId: string, options: HoldOptions): Promise<Outcome> {
  const answer = await withDesk(options, 'supervisor', ({ client }) => client.endHold(id, holdId, options.reason));
  return { words: [`The hold on referral ${id} is ended, and the order that ended it is entered.`], json: answer };
}
