// Messages and files in numbers. The messages themselves stand in annex B, the files in annex C.
// Always true: what is said of looking at files never goes beyond the state that the case manifest gives.
import { VIEWED } from '../packet/case.ts';
import { note, nothing, paragraph, subheading } from './blocks.ts';
import { fileTypes, messageFacts, spoken, sum, tally, type MessageFacts } from './facts.ts';
import { disagreements } from './looks.ts';
import { VIEWED_MEANINGS, VIEWED_WORDS } from './meanings.ts';
import { CELL_BOLD } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { bytes, CLOCKS, count, number, time, word } from './words.ts';

export function messagesInNumbers(story: Story): void {
  const { sheet, referral, groupName } = story;
  const messages = referral.messages ?? [];
  if (messages.length === 0) {
    nothing(sheet, 'No message is part of this referral.');
    return;
  }
  const columns = [
    { title: 'Group', width: 62 },
    { title: 'Messages', width: 42, right: true },
    { title: 'Senders', width: 38, right: true },
    { title: 'With files', width: 40, right: true },
    { title: 'First', width: 106 },
    { title: 'Last' },
  ];
  const places = new Map(story.groups.map(({ group }, at) => [group.id, at]));
  const place = (id: string | undefined): number => (id === undefined ? -2 : (places.get(id) ?? -1));
  const known = messageFacts(referral).sort((a, b) => place(a.chatGroup) - place(b.chatGroup));
  const rows = known.map((facts) =>
    numbersRow(facts.chatGroup === undefined ? { text: 'none' } : groupName(facts.chatGroup), facts),
  );
  const all = spoken(messages);
  table(sheet, columns, rows, { total: numbersRow({ text: 'All' }, all) });
  const clocks = [...all.clocks].map(([clock, many]) => `${word(CLOCKS, clock)}, ${number(many)}`);
  note(sheet, `Whose clock the times rest on: ${clocks.join('; ')}. ${zones(all)}${changes(story)}`);
}

function zones({ zoneless }: Pick<MessageFacts, 'zoneless'>): string {
  return zoneless === 0 ? '' : `Without a zone: ${number(zoneless)}, placed between the others as if they were UTC. `;
}

function numbersRow(name: Part, facts: Omit<MessageFacts, 'chatGroup'>): Cell[] {
  const { senders, withFiles, first = 'unknown', last = 'unknown' } = facts;
  return [[name], number(facts.count), number(senders), number(withFiles), time(first), time(last)];
}

function changes({ referral: { messages = [] } }: Story): string {
  const edited = messages.filter((each) => each.edited !== undefined).length;
  const deleted = messages.filter((each) => each.deleted !== undefined).length;
  return `Marked as edited: ${number(edited)}; as deleted: ${number(deleted)}.`;
}

export function filesInNumbers(story: Story): void {
  const { sheet, case: held } = story;
  const { exhibits } = held;
  if (exhibits.length === 0) {
    nothing(sheet, 'The desk holds no file of this referral.');
    return;
  }
  const total = sum(exhibits.map(({ sizeBytes }) => sizeBytes));
  const different = new Set(exhibits.map(({ sha256 }) => sha256)).size;
  paragraph(
    sheet,
    `${count(exhibits.length, 'file')}, ${bytes(total)}; ${number(different)} different by SHA-256. Each has an exhibit number, given by the desk.`,
  );
  const columns = [
    { title: 'Media type, as the submitter states it' },
    { title: 'Files', width: 60, right: true },
    { title: 'Bytes', width: 90, right: true },
  ];
  const rows = fileTypes(exhibits).map(({ type, files, sizeBytes }) => [
    type ?? 'not stated',
    number(files),
    number(sizeBytes),
  ]);
  table(sheet, columns, rows, { total: ['All files', number(exhibits.length), number(total)] });
  viewedStates(story);
}

function viewedStates(story: Story): void {
  const {
    sheet,
    case: { exhibits },
  } = story;
  subheading(sheet, 'Who has looked at them, and on whose word', { room: 215 });
  const counts = tally(exhibits.map(({ viewed }) => viewed));
  const columns = [
    { title: 'State', width: 150, style: CELL_BOLD },
    { title: 'Files', width: 36, right: true },
    { title: 'What it means, and no more' },
  ];
  const rows = VIEWED.map((state): Cell[] => [
    VIEWED_WORDS[state],
    number(counts.get(state) ?? 0),
    VIEWED_MEANINGS[state],
  ]);
  table(sheet, columns, rows);
  disagreeing(story);
}

/** Nothing where all statements agree. */
function disagreeing(story: Story): void {
  const { sheet } = story;
  const found = disagreements(story.case, story.referral);
  if (found.length === 0) return;
  sheet.need(80);
  note(
    sheet,
    'Statements about the same bytes that do not agree. The state above follows the rule; annex D lists every look.',
  );
  const columns = [
    { title: 'What does not agree' },
    { title: 'Files', width: 36, right: true },
    { title: 'First exhibit', width: 60 },
  ];
  table(
    sheet,
    columns,
    found.map(({ what, exhibits }) => [what, number(exhibits.length), exhibits[0] ?? '–']),
  );
}
