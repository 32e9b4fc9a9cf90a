// Annexes A and B: every member of every group, every message.
import type { ChatMember, Message, Stamp } from '../../schemas/index.ts';
import { note, nothing, subheading } from './blocks.ts';
import { countryOf, type GroupFacts } from './facts.ts';
import { DENSE, DENSE_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { CLOCKS, count, number, tight, word } from './words.ts';

export function everyMember(story: Story): void {
  if (story.groups.length === 0) {
    nothing(story.sheet, 'None: no chat group is part of this referral.');
    return;
  }
  note(
    story.sheet,
    'One line for each member, role and stretch of time, as sent. In grey below a number: its international form (E.164) as the desk reads it, where that differs. Country by its ISO code: as stated, else of the number. Z is UTC.',
  );
  for (const facts of story.groups) membersOf(story, facts);
}

function membersOf(story: Story, { group, name, pointer, entries }: GroupFacts): void {
  const { sheet } = story;
  const { members = [] } = group;
  subheading(sheet, `${name}  ${group.names?.at(-1)?.name ?? group.id}: ${count(entries, 'entry', 'entries')}`, {
    mark: `Members of ${name}`,
  });
  if (members.length === 0) {
    nothing(sheet, 'No members are listed.');
    return;
  }
  const columns = [
    { title: 'No.', width: 18, right: true },
    { title: 'Name shown · id' },
    { title: 'Phone as sent, E.164', width: 78 },
    { title: 'Country', width: 34 },
    { title: 'Role', width: 40 },
    { title: 'From', width: 78 },
    { title: 'To', width: 78 },
  ];
  const rows = members.map((member, at) => memberRow(story, member, `${pointer}/members/${at}`, at + 1));
  table(sheet, columns, rows, { style: DENSE, padding: 1, gap: 8 });
}

function memberRow(story: Story, member: ChatMember, pointer: string, at: number): Cell[] {
  const { seen, case: held } = story;
  const name = [seen.take(member, 'displayName'), seen.take(member, 'id')].filter((text) => text !== undefined);
  const from = countryOf(held, member, pointer);
  seen.match(member, 'country', from);
  seen.match(member.phone, 'country', from);
  return [
    number(at),
    name.join(' · '),
    phoneParts(story, member, pointer),
    from,
    seen.take(member, 'role'),
    tight(seen.take(member, 'from') ?? '–'),
    tight(seen.take(member, 'to') ?? '–'),
  ];
}

/** As sent; below it what the desk reads it as, unless that is the same. */
function phoneParts({ seen, case: held }: Story, { phone }: ChatMember, pointer: string): Part[] {
  if (phone === undefined) return [{ text: '–' }];
  const [sent, e164] = [seen.take(phone, 'value'), held.phones[`${pointer}/phone`]?.e164];
  seen.match(phone, 'e164', e164);
  return [{ text: sent }, ...(e164 === sent ? [] : grey(e164 ?? 'not read as a number'))];
}

export function everyMessage(story: Story): void {
  const { sheet, referral } = story;
  const messages = referral.messages ?? [];
  if (messages.length === 0) {
    nothing(sheet, 'None: no message is part of this referral.');
    return;
  }
  note(
    sheet,
    'In the order of the referral, word for word. Files are named by their exhibit numbers in annex C. Z is UTC.',
  );
  const names = namesOf(story);
  const columns = [
    { title: 'No., id', width: 50 },
    { title: 'Sent, by whose clock', width: 78 },
    { title: 'Group', width: 24 },
    { title: 'Sender', width: 76 },
    { title: 'Text' },
  ];
  const rows = messages.map((message, at) => messageRow(story, message, at + 1, names));
  table(sheet, columns, rows, { style: DENSE, padding: 1.5, gap: 8 });
}

/** The name shown of each member, by group and id. */
function namesOf({ groups }: Story): ReadonlyMap<string, string> {
  const known = groups.flatMap(({ group }) =>
    (group.members ?? []).flatMap(({ id, displayName }) =>
      id === undefined || displayName === undefined ? [] : [[`${group.id}\n${id}`, displayName] as const],
    ),
  );
  return new Map(known);
}

function messageRow(story: Story, message: Message, at: number, names: ReadonlyMap<string, string>): Cell[] {
  const { seen, groupName } = story;
  const chatGroup = seen.take(message, 'chatGroup');
  const sender = seen.take(message, 'sender');
  const name = names.get(`${chatGroup ?? ''}\n${sender}`);
  return [
    [{ text: number(at) }, ...grey(seen.take(message, 'id'))],
    sentParts(story, message),
    chatGroup === undefined ? '–' : groupName(chatGroup),
    [{ text: sender }, ...grey(name === sender ? undefined : name)],
    [...said(story, message), ...remarks(story, message)],
  ];
}

function grey(text: string | undefined): Part[] {
  return text === undefined ? [] : [{ text, style: DENSE_GREY }];
}

function stamp({ seen }: Story, held: Stamp): [string, string] {
  return [tight(seen.take(held, 'at')), word(CLOCKS, seen.take(held, 'clockSource'))];
}

function sentParts(story: Story, { sent }: Message): Part[] {
  const [at, clock] = stamp(story, sent);
  return [{ text: at === 'unknown' ? 'time unknown' : at }, ...grey(clock)];
}

function said({ seen }: Story, message: Message): Part[] {
  const text = seen.take(message, 'text');
  return text === undefined ? grey('no text') : [{ text }];
}

function remarks(story: Story, message: Message): Part[] {
  const { seen } = story;
  const recipients = seen.take(message, 'recipients');
  const replyTo = seen.take(message, 'replyTo');
  const lines = [
    replyTo && `Answers ${replyTo}`,
    recipients && `To: ${recipients.join(', ')}`,
    message.edited && `Edited: ${stamp(story, message.edited).join(', ')}`,
    message.deleted && `Deleted: ${stamp(story, message.deleted).join(', ')}`,
    filesOf(story, message),
  ];
  return lines.flatMap(grey);
}

function filesOf({ seen, exhibitsOf }: Story, { attachments = [] }: Message): string | undefined {
  if (attachments.length === 0) return undefined;
  const files = attachments.map((each) => {
    const [sha256, path] = [seen.take(each, 'sha256'), seen.take(each, 'path')];
    const found = exhibitsOf({ sha256, path });
    const said = [path, found.length === 0 ? sha256 : undefined]
      .filter((part) => part !== undefined)
      .join(', SHA-256 ');
    const name = found.map(({ exhibit }) => exhibit).join(', ') || 'not held by the desk';
    return said === '' ? name : `${name} (${said})`;
  });
  return `Files: ${files.join('; ')}`;
}
