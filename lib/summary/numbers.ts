// Messages and files in numbers. The messages themselves stand in annex B, the files in annex C.
// Always true: what is said of looking at files never goes beyond the state that the case manifest gives.
import { VIEWED } from '../packet/case.ts';
import { note, nothing, paragraph, subheading } from './blocks.ts';
import { fileTypes, messageFacts, spoken, sum, tally, type MessageFacts } from './facts.ts';
import { CELL_BOLD } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { bytes, CLOCKS, count, number, time, VIEWED_MEANINGS, VIEWED_WORDS, word } from './words.ts';

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
  const place = (id: string | undefined): number => story.groups.findIndex(({ group }) => group.id === id);
  const known = messageFacts(referral).sort((a, b) => place(a.chatGroup) - place(b.chatGroup));
  const rows = known.map((facts) =>
    numbersRow(facts.chatGroup === undefined ? 'none' : groupName(facts.chatGroup), facts),
  );
  table(sheet, columns, rows, { total: numbersRow('All', spoken(messages)) });
  const clocks = [...spoken(messages).clocks].map(([clock, many]) => `${word(CLOCKS, clock)}, ${number(many)}`);
  note(sheet, `Whose clock the times rest on: ${clocks.join('; ')}. ${changes(story)}`);
}

function numbersRow(name: string, facts: Omit<MessageFacts, 'chatGroup'>): string[] {
  const { senders, withFiles, first = 'unknown', last = 'unknown' } = facts;
  return [name, number(facts.count), number(senders), number(withFiles), time(first), time(last)];
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
  const rows = fileTypes(exhibits).map(({ type, files, sizeBytes }) => [type, number(files), number(sizeBytes)]);
  table(sheet, columns, rows, { total: ['All files', number(exhibits.length), number(total)] });
  viewedStates(story);
}

function viewedStates({ sheet, case: { exhibits } }: Story): void {
  subheading(sheet, 'Who has looked at them, and on whose word', { room: 90 });
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
}
