// Messages and files in numbers. The messages themselves stand in annex B, the files in annex C.
// Always true: what is said of looking at files never goes beyond the state that the case manifest gives.
import { VIEWED } from '../packet/viewed-state.ts';
import { note, nothing, paragraph, subheading } from './blocks.ts';
import { fileTypes, messageFacts, sum, tally, type MessageFacts } from './facts.ts';
import type { Catalogue } from './language/index.ts';
import { disagreements } from './looks.ts';
import { CELL_BOLD } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { bytes, time, word } from './words.ts';

export function messagesInNumbers(story: Story): void {
  const { sheet, words, referral, groupName } = story;
  const { messages: said } = words;
  const messages = referral.messages ?? [];
  if (messages.length === 0) {
    nothing(sheet, said.none);
    return;
  }
  const columns = [
    { title: said.group, width: 62 },
    { title: said.messages, width: 42, right: true },
    { title: said.senders, width: 38, right: true },
    { title: said.withFiles, width: 40, right: true },
    { title: said.first, width: 106 },
    { title: said.last },
  ];
  const places = new Map(story.groups.map(({ group }, at) => [group.id, at]));
  const place = (id: string | undefined): number => (id === undefined ? -2 : (places.get(id) ?? -1));
  const { groups, all } = messageFacts(messages);
  const known = groups.toSorted(([a], [b]) => place(a) - place(b));
  const rows = known.map(([id, facts]) =>
    numbersRow(words, id === undefined ? { text: said.noGroup } : groupName(id), facts),
  );
  table(sheet, columns, rows, { total: numbersRow(words, { text: said.all }, all) });
  const clocks = [...all.clocks].map(
    ([clock, many]) => `${word(words.clocks, clock)}${words.separator}${words.number(many)}`,
  );
  const zoneless = all.zoneless === 0 ? [] : [said.zoneless(all.zoneless)];
  note(sheet, [said.clocks(clocks.join('; ')), ...zoneless, changes(story)].join(' '));
}

function numbersRow(words: Catalogue, name: Part, facts: MessageFacts): Cell[] {
  const { count, senders, withFiles, first = 'unknown', last = 'unknown' } = facts;
  return [[name], ...[count, senders, withFiles].map(words.number), ...[first, last].map((at) => time(words, at))];
}

function changes({ words, referral: { messages = [] } }: Story): string {
  const edited = messages.filter((each) => each.edited !== undefined).length;
  const deleted = messages.filter((each) => each.deleted !== undefined).length;
  return words.messages.changed(edited, deleted);
}

export function filesInNumbers(story: Story): void {
  const { sheet, words, case: held } = story;
  const { files: said, common, number } = words;
  const { exhibits } = held;
  if (exhibits.length === 0) {
    nothing(sheet, said.none);
    return;
  }
  const total = sum(exhibits.map(({ sizeBytes }) => sizeBytes));
  const different = new Set(exhibits.map(({ sha256 }) => sha256)).size;
  paragraph(sheet, said.intro(exhibits.length, bytes(words, total), different));
  const columns = [
    { title: said.type },
    { title: said.files, width: 60, right: true },
    { title: said.bytes, width: 90, right: true },
  ];
  const rows = fileTypes(exhibits).map(({ type, files, sizeBytes }) => [
    type ?? common.notStated,
    number(files),
    number(sizeBytes),
  ]);
  table(sheet, columns, rows, { total: [said.all, number(exhibits.length), number(total)] });
  viewedStates(story);
}

function viewedStates(story: Story): void {
  const {
    sheet,
    words: { files: said, number },
    case: { exhibits },
  } = story;
  subheading(sheet, said.looked, { room: 215 });
  const counts = tally(exhibits.map(({ viewed }) => viewed));
  const columns = [
    { title: said.state, width: 150, style: CELL_BOLD },
    { title: said.files, width: 36, right: true },
    { title: said.means },
  ];
  const rows = VIEWED.map((state): Cell[] => [
    said.viewed[state],
    number(counts.get(state) ?? 0),
    said.viewedMeaning[state],
  ]);
  table(sheet, columns, rows);
  disagreeing(story);
}

/** Nothing where all statements agree. */
function disagreeing(story: Story): void {
  const { sheet, words } = story;
  const { files: said } = words;
  const found = disagreements(story.case, story.referral);
  if (found.length === 0) return;
  sheet.need(80);
  note(sheet, said.disagreeNote);
  const columns = [
    { title: said.disagree },
    { title: said.files, width: 36, right: true },
    { title: said.firstExhibit, width: 60 },
  ];
  table(
    sheet,
    columns,
    found.map(({ what, exhibits }) => [said.disagreements[what], words.number(exhibits.length), exhibits[0] ?? '–']),
  );
}
