// `consent`: the reporter lets a referral go to another agency than it was handed to (handling code H2), or does so no longer.
import type { Command } from 'commander';
import { referralOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { withDesk } from './session.ts';

interface ConsentOptions extends Common {
  readonly to: string;
  readonly reason: string;
  readonly end?: true;
}

export function addConsent(program: Command): void {
  addCommand(program, 'consent <referral>', {
    summary: 'let a referral of yours go on to another agency (H2), with a reporter’s own key; or end that',
    example: 'consent 0f0e… --to de-bka --reason "asked for on 3 December"',
    more: ['Ended, nothing more is ordered for it and no link made; what is ordered stands.'],
  })
    .requiredOption('--to <agency>', 'the agency, or the recipient of a filing')
    .requiredOption('--reason <words>', 'why; entered, sealed, told to nobody')
    .option('--end', 'end the consent that was given')
    .action(acting(consent));
}

async function consent(referral: string, options: ConsentOptions): Promise<Outcome> {
  const id = referralOf(referral);
  const { to, reason, end } = options;
  const request = { to, reason, ...(end === undefined ? {} : { end }) };
  const answer = await withDesk(options, 'reporter', ({ client }) => client.consent(id, request));
  const said = end === true ? `Entered: it goes to ${to} no longer.` : `Entered: it may go to ${to}.`;
  return { words: [said], json: answer };
}
