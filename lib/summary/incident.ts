// What happened, and when: the incident in the reporter's words, and its five times told apart from the desk's own.
import type { KnownTime } from '../../schemas/index.ts';
import { fields, note, nothing, paragraph, subheading } from './blocks.ts';
import { listing, type Row } from './listing.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { actorName } from './cover.ts';
import { CELL_BOLD, CELL_GREY } from './scale.ts';
import { CLOCKS, count, label, span, time, TIME_MEANINGS, TIMES, word, yesNo } from './words.ts';

export function whatHappened(story: Story): void {
  const { sheet, referral } = story;
  fields(sheet, summaryRows(story));
  const more = story.seen.take(referral, 'additionalInfo');
  subheading(sheet, 'In the words of the reporter');
  if (more === undefined) nothing(sheet, 'The reporter added none.');
  else paragraph(sheet, more);
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
    ['Urgency', urgency === undefined ? 'not escalated by the reporter' : `Escalated to high priority: ${urgency}`],
    ['Marks', marks(story)],
    ...listing(story, { basisOfMark: referral.annotationBasis }, ''),
    ...listing(story, { batchedReport: referral.batchedReport }, ''),
  ];
}

function marks({ seen, referral }: Story): string {
  const held = referral.incidentSummary.reportAnnotations ?? {};
  const names = Object.keys(held) as (keyof typeof held)[];
  if (names.length === 0) return 'none';
  return names.map((name) => `${label(name)}${seen.take(held, name) === true ? '' : `: ${yesNo(false)}`}`).join(', ');
}

function placesOnNet(story: Story): Row[] {
  return (story.referral.internetDetails ?? []).flatMap((each, at) => listing(story, each, `/internetDetails/${at}`));
}

export function when(story: Story): void {
  const { sheet, referral, seen } = story;
  const { incidentSummary: summary } = referral;
  const columns = [
    { title: 'Time', width: 108 },
    { title: 'Moment or span', width: 192 },
    { title: 'On whose clock or word', width: 92 },
    { title: 'May be off by' },
  ];
  table(
    sheet,
    columns,
    Object.keys(TIMES).map((name) => timeRow(story, name as keyof typeof TIMES)),
  );
  const described = seen.take(summary, 'incidentDateTimeDescription');
  note(
    sheet,
    `CyberTipline's single incident time reads ${time(seen.take(summary, 'incidentDateTime'))}. ${described === undefined ? 'What kind of time it is was not described there.' : `It is described there as: ${described}`}`,
  );
  subheading(sheet, 'At the desk', { room: 60 });
  fields(sheet, deskTimes(story));
}

function timeRow(story: Story, name: keyof typeof TIMES): Cell[] {
  const held = story.referral.times?.[name];
  const meaning = { text: TIME_MEANINGS[name], style: CELL_GREY };
  const title = [{ text: TIMES[name], style: CELL_BOLD }, meaning];
  if (held === undefined) return [title, 'not stated', '', ''];
  const said = [{ text: moment(story, held) }, ...remark(story, held)];
  return [title, said, word(CLOCKS, story.seen.take(held, 'source')), doubt(story, held)];
}

function moment({ seen }: Story, held: KnownTime): string {
  const [at, from, to] = [seen.take(held, 'at'), seen.take(held, 'from'), seen.take(held, 'to')];
  if (at === undefined) return span(from, to);
  return from === undefined && to === undefined ? time(at) : `${time(at)}; ${span(from, to)}`;
}

function remark({ seen }: Story, held: KnownTime) {
  const text = seen.take(held, 'note');
  return text === undefined ? [] : [{ text, style: CELL_GREY }];
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
        : `${time(held.packet.orderedAt)}, by ${actorName(story, held.packet.orderedBy)}`,
    ],
    ['Kept until', keepUntil === undefined ? 'not set' : time(keepUntil)],
    ['State as of', time(held.asOf)],
  ];
}
