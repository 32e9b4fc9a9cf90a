// `status` and `list`: what the desk knows of referrals without opening anything.
import { Option, type Command } from 'commander';
import type { DeskClient } from '../client/index.ts';
import { isCode } from '../errors.ts';
import type { FilingShown } from '../filing/shown.ts';
import type { Page } from '../ports.ts';
import type { ReferralRecord } from '../referral.ts';
import type { ReferralStatus } from '../status.ts';
import { lawfulWords } from './lawful-words.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { numberFrom, referralOf } from './arguments.ts';
import { UsageError } from './failure.ts';
import { commandLine } from './command-line.ts';
import { byteText } from './progress.ts';
import { withDesk } from './session.ts';

const STATES = ['open', 'finished', 'retracted', 'expired', 'destroying', 'destroyed'] as const;

interface ListOptions extends Common {
  readonly state?: (typeof STATES)[number];
  readonly after?: string;
  readonly limit?: number;
}

export function addStatus(program: Command): void {
  addCommand(program, 'status <referral>', {
    summary: 'how a referral stands: its dates, which files have arrived, its holds',
    example: 'status 0f0e0d0c-0b0a-4908-8706-050403020100',
  }).action(acting(status));
  addCommand(program, 'list', {
    summary: 'the referrals you may see, oldest first',
    example: 'list --state open --limit 20',
  })
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--limit <n>', 'at most so many, 1 to 200 (50 without)', numberFrom(1, 200))
    .option('--after <cursor>', 'go on where the page before ended')
    .action(acting(list));
}

async function status(referral: string, options: Common): Promise<Outcome> {
  const id = referralOf(referral);
  const found = await withDesk(options, 'supervisor', ({ client }) => client.status(id));
  return { words: statusWords(found), json: found };
}

export function statusWords(status: ReferralStatus): string[] {
  const { referralId, state, openedAt, expiresAt, closedAt, keepUntil, destroyedAt, holds, attachments, custody } =
    status;
  const missing = attachments.filter((attachment) => attachment.state === 'missing');
  const sealedBytes = attachments.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const line = (what: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`  ${what.padEnd(12)}${value}`];
  return [
    `Referral ${referralId}: ${state}`,
    ...line('report', status.report?.id),
    ...line('opened', openedAt),
    ...line('expires', state === 'open' ? `${expiresAt}, unless finished` : undefined),
    ...line('closed', closedAt),
    ...line('kept until', keepUntil),
    ...line('destroyed', destroyedAt),
    ...line('custody', `${custody.entries} entries, the last ${custody.head.slice(0, 16)}…`),
    ...line(
      'files',
      `${attachments.length - missing.length} sealed (${byteText(sealedBytes)}), ${missing.length} missing`,
    ),
    ...attachments.map(
      ({ id, ...file }) => `    ${id}  ${file.state}${file.sizeBytes === undefined ? '' : `  ${file.sizeBytes} bytes`}`,
    ),
    ...holds.map(
      ({ id, from, until }) =>
        `  hold        ${id} since ${from}${until === undefined ? '' : `, to be looked at again ${until}`}`,
    ),
    ...status.packets.flatMap(({ packetId, agency, state: stands, answers }) => [
      `  packet      ${packetId} for ${agency}: ${STANDS[stands]}`,
      ...answers.map(
        ({ answer, reason, at }) => `    ${at}  ${agency}: ${answer}${reason === undefined ? '' : `, ${reason}`}`,
      ),
    ]),
    ...status.filings.flatMap(filingWords),
    ...lawfulWords(status),
    ...(status.destruction === undefined
      ? []
      : line('destruction', `${status.destruction.id}, asked for ${status.destruction.requestedAt}`)),
    '',
    'Next:',
    `  ${commandLine(state === 'open' ? `finish ${referralId}` : `custody ${referralId} --out custody.json`)}`,
  ];
}

function filingWords({
  filingId,
  to,
  server,
  state,
  failure,
  failing,
  endedAt,
  orphans,
  ...more
}: FilingShown): string[] {
  const reason = failure ?? failing;
  const why = reason === undefined ? '' : ` (${reason.code}, ${reason.at})`;
  const when = endedAt === undefined ? '' : ` ${endedAt}`;
  return [
    `  filing      ${filingId} with ${to} (${server}): ${FILED[state]}${when}${why}`,
    ...(more.isReceiptLost === true
      ? ['    its answer to finish is lost; it said afterwards that it has the report']
      : []),
    ...(more.differing === undefined ? [] : [`    its answer names other files than were sent: ${more.differing}`]),
    ...(orphans === 0 ? [] : [`    it may hold ${orphans} reports without files, which end by themselves`]),
  ];
}

const FILED = {
  ordered: 'under way',
  delivered: 'delivered',
  refused: 'refused',
  undelivered: 'not surely delivered in time',
  dropped: 'given up: the referral was destroyed',
} as const;

const STANDS = { ordered: 'being made', frozen: 'made', dropped: 'never made' } as const;

async function list(options: ListOptions): Promise<Outcome> {
  const page = await withDesk(options, 'supervisor', ({ client }) => pageOf(client, options));
  return { words: pageWords(page), json: page };
}

/** @throws UsageError where --after is no cursor: all else is known to be right before it is sent */
async function pageOf(client: DeskClient, { state, after, limit }: ListOptions): Promise<Page<ReferralRecord>> {
  try {
    return await client.list({ state, after, limit });
  } catch (error) {
    if (after === undefined || !isCode(error, 'input/malformed')) throw error;
    throw new UsageError('--after takes what the page before said: begin without it.');
  }
}

function pageWords({ items, next }: Page<ReferralRecord>): string[] {
  if (items.length === 0) return ['No referral.'];
  return [
    ...items.map(
      ({ id, state, openedAt, holds }) => `${id}  ${state.padEnd(10)} ${openedAt}${holds.length > 0 ? '  held' : ''}`,
    ),
    ...(next === undefined ? [] : ['', 'There are more:', `  ${commandLine(`list --after ${next}`)}`]),
  ];
}
