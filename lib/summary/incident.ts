// What happened, and when: the incident in the reporter's words, and its five times told apart from the desk's own.
import type { KnownTime } from '../../schemas/index.ts';
import { fields, nothing, quotation, roomFor, subheading } from './blocks.ts';
import { actorName } from './facts.ts';
import { label } from './labels.ts';
import { fieldRows, listing, type Row } from './listing.ts';
import { TIMES } from './meanings.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { CELL_BOLD, CELL_GREY } from './scale.ts';
import { CLOCKS, count, span, time, word, yesNo } from './words.ts';

export function whatHappened(story: Story): void {
  const { sheet, referral } = story;
  fields(sheet, summaryRows(story));
  const more = story.seen.take(referral, 'additionalInfo');
  subheading(sheet, 'In the words of the reporter');
  if (more === undefined) nothing(sheet, 'The reporter added none.');
  else quotation(sheet, more);
  subheading(sheet, 'Where on the net');
  if ((referral.internetDetails ?? []).length === 0) nothing(sheet, 'Not stated.');
  fields(sheet, placesOnNet(story));
}

function summaryRows(story: Story): Row[] {
  const { seen, referral } = story;
  const { incidentSummary: summary } = referral;
  const urgency = seen.take(summary, 'escalateToHighPriority');
  return [
    ['Kind of incident', seen.take(summary, 'incidentType')],
    ['Platform', seen.take(summary, 'platform') ?? 'not stated'],
    [
      'Urgency',
      urgency === undefined
        ? 'not escalated by the reporter'
        : [{ text: urgency, label: 'Escalated to high priority' }],
    ],
    ['Marks', marks(story)],
    ...fieldRows(story, referral, 'annotationBasis', ''),
    ...fieldRows(story, referral, 'batchedReport', ''),
  ];
}

function marks({ seen, referral }: Story): string {
  const held = referral.incidentSummary.reportAnnotations ?? {};
  const said = Object.entries(held).map(([name, value]) => {
    seen.note(held, name);
    return value ? label(name) : `${label(name)}: ${yesNo(false)}`;
  });
  return said.length === 0 ? 'none' : said.join(', ');
}

function placesOnNet(story: Story): Row[] {
  return (story.referral.internetDetails ?? []).flatMap((each, at) => listing(story, each, `/internetDetails/${at}`));
}

export function when(story: Story): void {
  const { sheet, referral, seen } = story;
  const { incidentSummary: summary } = referral;
  const columns = [
    { title: 'Time', width: 162 },
    { title: 'Moment or span', width: 152 },
    { title: 'On whose clock or word', width: 84 },
    { title: 'May be off by' },
  ];
  table(
    sheet,
    columns,
    TIMES.map((each) => timeRow(story, each)),
    { padding: 1.5 },
  );
  const described = seen.take(summary, 'incidentDateTimeDescription') ?? 'not stated';
  const single = time(seen.take(summary, 'incidentDateTime'));
  fields(sheet, [["CyberTipline's one time", [{ text: single }, { text: described, label: 'Described there as' }]]]);
  const rows = deskTimes(story);
  subheading(sheet, 'At the desk', { room: roomFor(sheet, rows) });
  fields(sheet, rows);
}

function timeRow(story: Story, [name, known, meaning]: (typeof TIMES)[number]): Cell[] {
  const held = story.referral.times?.[name];
  const title = [
    { text: known, style: CELL_BOLD },
    { text: meaning, style: CELL_GREY },
  ];
  if (held === undefined) return [title, 'not stated', '', ''];
  const said = [{ text: moment(story, held) }, ...remark(story, held)];
  return [title, said, word(CLOCKS, story.seen.take(held, 'source')), doubt(story, held)];
}

function moment({ seen }: Story, held: KnownTime): string {
  const [at, from, to] = [seen.take(held, 'at'), seen.take(held, 'from'), seen.take(held, 'to')];
  if (at === undefined) return span(from, to);
  return from === undefined && to === undefined ? time(at) : `${time(at)}; ${span(from, to)}`;
}

function remark({ seen }: Story, held: KnownTime): Part[] {
  const text = seen.take(held, 'note');
  return text === undefined ? [] : [{ text, label: 'Note' }];
}

function doubt({ seen }: Story, held: KnownTime): string {
  const seconds = seen.take(held, 'uncertaintySeconds');
  return typeof seconds === 'number' ? count(seconds, 'second') : 'unknown';
}

function deskTimes(story: Story): Row[] {
  const { case: held } = story;
  const { openedAt, finishedAt, keepUntil } = held.referral;
  return [
    ['Received', time(openedAt)],
    ['Finished', finishedAt === undefined ? 'not finished' : time(finishedAt)],
    [
      'Packet ordered',
      held.packet === undefined
        ? 'none'
        : `${time(held.packet.orderedAt)}, by ${actorName(held, held.packet.orderedBy)}`,
    ],
    ['Kept until', keepUntil === undefined ? 'not set' : time(keepUntil)],
    ['State as of', time(held.asOf)],
  ];
}
