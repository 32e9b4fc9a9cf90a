// `clear`, `withdraw`, `notices`, `notice`, `acknowledge-notice`: a finding that clears follows a packet to everyone who has it, until each has said so.
import { Option, type Command } from 'commander';
import type { Clearance, NoticeShown } from '../../schemas/index.ts';
import { CLEARANCES } from '../../schemas/codes.ts';
import type { Cleared } from '../clear.ts';
import { idOf, numberFrom, referralOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { commandLine } from './command-line.ts';
import { demandWritable, writeOutput } from './paths.ts';
import { withDesk } from './session.ts';

interface ClearOptions extends Common {
  readonly finding: Clearance;
  readonly about: string;
  readonly reason: string;
  readonly decidedBy: string;
  readonly reference?: string;
  readonly packet?: boolean;
}

interface WithdrawOptions extends Omit<ClearOptions, 'finding' | 'about'> {
  readonly clearance: number;
}

interface ListOptions extends Common {
  readonly after?: string;
  readonly limit?: number;
}

const EXAMPLE_ID = '0f0e0d0c-0b0a-4908-8706-050403020100';

export function addClear(program: Command): void {
  addCommand(program, 'clear <id>', {
    summary: 'enter that it is not illegal, or that somebody is innocent, and tell everyone who received it',
    example: `clear ${EXAMPLE_ID} --finding innocent --about /personOrUserReported/0 --reason "…" --decided-by "Example Court"`,
    more: [
      'Links that nobody used, packets that are not made and filings that are not begun are ended with it. Where it is about',
      'the whole referral and a regime was named that it falls under, it may be destroyed as soon as the law that was named allows.',
      'An investigator gives the id of her packet (--packet): her finding is told to all, and ends nothing.',
    ],
  })
    .addOption(new Option('--finding <finding>', 'what was found').choices(CLEARANCES).makeOptionMandatory())
    .option('--about <pointer>', 'the person or attachment, by JSON pointer', 'referral')
    .requiredOption('--reason <words>', 'on what it rests; sealed, and told to all who received it')
    .requiredOption('--decided-by <words>', 'who found so: a court, an authority, a person')
    .option('--reference <words>', 'file number, judgment')
    .option('--packet', 'the id is that of a packet, and the finding its agency’s')
    .action(acting(clear));
  addCommand(program, 'withdraw <id>', {
    summary: 'withdraw a finding that cleared, and tell everyone who was told of it',
    example: `withdraw ${EXAMPLE_ID} --clearance 14 --reason "…" --decided-by "Example Court"`,
    more: [
      'What the finding ended stays ended; it is kept again as long as before. With --packet: of the agency’s own.',
    ],
  })
    .requiredOption('--clearance <n>', 'the finding: the number of its entry', numberFrom(0, 1_000_000_000))
    .requiredOption('--reason <words>', 'why it does not stand; sealed, and told to all who received it')
    .requiredOption('--decided-by <words>', 'who found so')
    .option('--reference <words>', 'file number, judgment')
    .option('--packet', 'the id is that of a packet, and the finding its agency’s')
    .action(acting(withdraw));
  addCommand(program, 'notices', {
    summary: 'the notices of clearance you may see, oldest first, and which were acknowledged',
    example: 'notices --limit 20',
  })
    .option('--limit <n>', 'at most so many, 1 to 200 (50 without)', numberFrom(1, 200))
    .option('--after <cursor>', 'go on where the page before ended')
    .action(acting(list));
  addCommand(program, 'notice <notice>', {
    summary: 'write a notice as a signed statement, which an agency can file and "verify" checks',
    example: `notice ${EXAMPLE_ID} --out notice.json`,
  })
    .requiredOption('--out <file>', 'where to')
    .action(acting(write));
  addCommand(program, 'acknowledge-notice <notice>', {
    summary: 'say that a notice arrived: with an investigator’s key, or by hand, with how it was told',
    example: `acknowledge-notice ${EXAMPLE_ID} --note "told by letter, answered on 3 December"`,
  })
    .option('--note <words>', 'what was done with it; from a supervisor, how it was told and to whom; sealed')
    .action(acting(acknowledge));
}

async function clear(id: string, options: ClearOptions): Promise<Outcome> {
  const { finding, about, reason, decidedBy, reference, packet = false } = options;
  const named = packet ? idOf(id, 'A packet') : referralOf(id);
  const request = { finding, about, reason, decidedBy, ...(reference === undefined ? {} : { reference }) };
  const cleared = await withDesk(options, 'supervisor', ({ client }) =>
    packet ? client.clearPacket(named, request) : client.clear(named, request),
  );
  return { words: clearedWords(cleared), json: cleared };
}

async function withdraw(id: string, options: WithdrawOptions): Promise<Outcome> {
  const { clearance, reason, decidedBy, reference, packet = false } = options;
  const named = packet ? idOf(id, 'A packet') : referralOf(id);
  const request = { clearance, reason, decidedBy, ...(reference === undefined ? {} : { reference }) };
  const withdrawn = await withDesk(options, 'supervisor', ({ client }) =>
    packet ? client.withdrawPacket(named, request) : client.withdraw(named, request),
  );
  return {
    words: [`Entered: the finding of entry ${clearance} is withdrawn.`, ...noticeWords(withdrawn)],
    json: withdrawn,
  };
}

function noticeWords({ notices }: Pick<Cleared, 'notices'>): string[] {
  return notices.length === 0 ? ['Nobody had received it: no notice.'] : ['Notices:', ...notices.map(noticeLine)];
}

function clearedWords(cleared: Pick<Cleared, 'clearance' | 'notices' | 'ended'>): string[] {
  const { clearance, ended } = cleared;
  const { links, orders, filings } = ended;
  return [
    `Entered as ${clearance.seq}: ${clearance.finding}, about ${clearance.about === 'referral' ? 'the whole referral' : 'a part of it'}.`,
    `Ended with it: ${links} unused links, ${orders} packets not made yet, ${filings} filings not begun.`,
    ...noticeWords(cleared),
  ];
}

async function list(options: ListOptions): Promise<Outcome> {
  const { after, limit } = options;
  const page = await withDesk(options, 'supervisor', ({ client }) => client.notices({ after, limit }));
  const { items, next } = page;
  const words = items.length === 0 ? ['No notice.'] : items.map(noticeLine);
  const more = next === undefined ? [] : ['', 'There are more:', `  ${commandLine(`notices --after ${next}`)}`];
  return { words: [...words, ...more], json: page };
}

function noticeLine({ noticeId, agency, recipient, clearance, acknowledged, withdraws }: NoticeShown): string {
  const whom = agency ?? `${recipient ?? ''} (to be told by hand)`;
  const stands = acknowledged === undefined ? 'not acknowledged' : `acknowledged ${acknowledged.at}`;
  const hand = acknowledged?.isByHand === true ? ', by hand' : '';
  const end = withdraws === undefined ? '' : 'WITHDRAWN: ';
  return `${noticeId}  ${whom}  ${end}${clearance.finding}, ${clearance.about}  ${clearance.at}  ${stands}${hand}`;
}

async function write(notice: string, options: Common & { readonly out: string }): Promise<Outcome> {
  const noticeId = idOf(notice, 'A notice');
  await demandWritable(options.out);
  const document = await withDesk(options, 'supervisor', ({ client }) => client.notice(noticeId));
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const file = await writeOutput(options.out, text);
  return {
    words: [`The notice is ${file}, signed. To check it:`, `  ${commandLine(`verify ${file} --trust trust.json`)}`],
    json: { noticeId, file },
  };
}

async function acknowledge(notice: string, options: Common & { readonly note?: string }): Promise<Outcome> {
  const noticeId = idOf(notice, 'A notice');
  const request = options.note === undefined ? {} : { note: options.note };
  const answer = await withDesk(options, 'supervisor', ({ client }) => client.acknowledgeNotice(noticeId, request));
  return { words: [`Entered: notice ${noticeId} arrived.`], json: { noticeId, ...answer } };
}
