// What happened, and when: the incident in the reporter's words, and its five times told apart from the desk's own.
import type { KnownTime } from '../../schemas/index.ts';
import { fields, nothing, quotation, roomFor, subheading } from './blocks.ts';
import { incidentKind, orderedBy } from './cover.ts';
import { label } from './labels.ts';
import { fieldRows, listing, type Row } from './listing.ts';
import type { Story } from './story.ts';
import { TIMES, timeline } from './timeline.ts';
import { table, type Cell, type Part } from './table.ts';
import { CELL_BOLD, CELL_GREY } from './scale.ts';
import { span, time, word, yesNo } from './words.ts';

/** In the order in which they follow one another. */

export function whatHappened(story: Story): void {
  const { sheet, words, referral } = story;
  const { incident: said } = words;
  fields(sheet, summaryRows(story));
  const more = story.seen.take(referral, 'additionalInfo');
  subheading(sheet, said.inTheirWords);
  if (more === undefined) nothing(sheet, said.noWords);
  else quotation(sheet, more);
  subheading(sheet, said.onTheNet);
  if ((referral.internetDetails ?? []).length === 0) nothing(sheet, said.netNotStated);
  fields(sheet, placesOnNet(story));
}

function summaryRows(story: Story): Row[] {
  const { seen, words, referral } = story;
  const { incident: said } = words;
  const { incidentSummary: summary } = referral;
  const urgency = seen.take(summary, 'escalateToHighPriority');
  const haste: Row = [
    said.urgency,
    urgency === undefined ? said.notEscalated : [{ text: urgency, label: said.escalated }],
  ];
  return [
    [said.kind, incidentKind(words, seen.take(summary, 'incidentType'))],
    [said.platform, seen.take(summary, 'platform') ?? words.common.notStated],
    ...(story.leavesOut('priority') ? [] : [haste]),
    [said.marks, marks(story)],
    ...fieldRows(story, referral, 'annotationBasis', ''),
    ...fieldRows(story, referral, 'batchedReport', ''),
  ];
}

function marks({ seen, words, referral }: Story): string {
  const held = referral.incidentSummary.reportAnnotations ?? {};
  const said = Object.entries(held).map(([name, value]) => {
    seen.note(held, name);
    const title = label(words, name);
    return value ? title : `${title}: ${yesNo(words, false)}`;
  });
  return said.length === 0 ? words.common.none : said.join(words.separator);
}

function placesOnNet(story: Story): Row[] {
  return (story.referral.internetDetails ?? []).flatMap((each, at) => listing(story, each, `/internetDetails/${at}`));
}

export function when(story: Story): void {
  const { sheet, referral, seen, words } = story;
  const { times: said } = words;
  const { incidentSummary: summary } = referral;
  const columns = [
    { title: said.time, width: 162 },
    { title: said.moment, width: 152 },
    { title: said.clock, width: 84 },
    { title: said.doubt },
  ];
  table(
    sheet,
    columns,
    TIMES.map((each) => timeRow(story, each)),
    { padding: 1.5 },
  );
  timeline(story);
  const described = seen.take(summary, 'incidentDateTimeDescription') ?? words.common.notStated;
  const single = time(words, seen.take(summary, 'incidentDateTime'));
  fields(sheet, [[said.single, [{ text: single }, { text: described, label: said.described }]]]);
  const rows = deskTimes(story);
  subheading(sheet, said.atTheDesk, { room: roomFor(sheet, rows) });
  fields(sheet, rows);
}

function timeRow(story: Story, name: (typeof TIMES)[number]): Cell[] {
  const { words } = story;
  const [known, meaning] = words.times.known[name];
  const held = story.referral.times?.[name];
  const title = [
    { text: known, style: CELL_BOLD },
    { text: meaning, style: CELL_GREY },
  ];
  if (held === undefined) return [title, words.common.notStated, '', ''];
  const said = [{ text: moment(story, held) }, ...remark(story, held)];
  return [title, said, word(words.clocks, story.seen.take(held, 'source')), doubt(story, held)];
}

function moment({ seen, words }: Story, held: KnownTime): string {
  const [at, from, to] = [seen.take(held, 'at'), seen.take(held, 'from'), seen.take(held, 'to')];
  if (at === undefined) return span(words, from, to);
  const moment = time(words, at);
  return from === undefined && to === undefined ? moment : `${moment}; ${span(words, from, to)}`;
}

function remark({ seen, words }: Story, held: KnownTime): Part[] {
  const text = seen.take(held, 'note');
  return text === undefined ? [] : [{ text, label: words.common.note }];
}

function doubt({ seen, words: { common } }: Story, held: KnownTime): string {
  const seconds = seen.take(held, 'uncertaintySeconds');
  return typeof seconds === 'number' ? common.seconds(seconds) : common.unknown;
}

function deskTimes(story: Story): Row[] {
  const { case: held, words } = story;
  const { times: said } = words;
  const { openedAt, finishedAt, keepUntil } = held.referral;
  return [
    [said.received, time(words, openedAt)],
    [said.finished, finishedAt === undefined ? said.notFinished : time(words, finishedAt)],
    [said.ordered, held.packet === undefined ? words.common.none : orderedBy(story, held.packet)],
    [said.keptUntil, keepUntil === undefined ? said.notSet : time(words, keepUntil)],
    [words.cover.stateAsOf, time(words, held.asOf)],
  ];
}
