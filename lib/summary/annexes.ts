// Annexes A and B: every member of every group, every message.
// Always true: rows are made one by one while they are drawn, since there may be a hundred thousand of them.
import type { ChatMember, Message, Stamp } from '../../schemas/index.ts';
import { fields, note, nothing, subheading } from './blocks.ts';
import { countryOf, UNKNOWN, type GroupFacts } from './facts.ts';
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
    'One line for each member, role and stretch of time, as sent. Below a number: its international form (E.164) as the desk reads it, where that differs. Country by its ISO code: as stated; in brackets and grey, where none is stated, that of the number. Z is UTC.',
  );
  for (const facts of story.groups) membersOf(story, facts);
}

function membersOf(story: Story, { group, name, pointer, entries }: GroupFacts): void {
  const { sheet } = story;
  const { members = [] } = group;
  subheading(sheet, `Group ${name}: ${count(entries, 'entry', 'entries')}`, { mark: `Members of ${name}`, room: 80 });
  fields(sheet, [['Latest name', group.names?.at(-1)?.name ?? 'not stated']]);
  if (members.length === 0) {
    nothing(sheet, 'No members are listed.');
    return;
  }
  const columns = [
    { title: 'No.', width: 17, right: true },
    { title: 'Name shown' },
    { title: 'Id', width: 40 },
    { title: 'Phone as sent', width: 80 },
    { title: 'Country', width: 30 },
    { title: 'Role', width: 34 },
    { title: 'From', width: 74 },
    { title: 'To', width: 74 },
  ];
  table(sheet, columns, memberRows(story, members, pointer), { style: DENSE, padding: 1, gap: 6 });
}

function* memberRows(story: Story, members: readonly ChatMember[], pointer: string): Generator<Cell[]> {
  const { seen, case: held } = story;
  for (const [at, member] of members.entries()) {
    const here = `${pointer}/members/${at}`;
    const stated = seen.take(member, 'country');
    const country = countryOf(held, member, here);
    seen.match(member.phone, 'country', country);
    yield [
      number(at + 1),
      seen.take(member, 'displayName') ?? '',
      seen.take(member, 'id') ?? '',
      phoneParts(story, member, here),
      countryCell(stated, country),
      seen.take(member, 'role'),
      tight(seen.take(member, 'from') ?? '–'),
      tight(seen.take(member, 'to') ?? '–'),
    ];
  }
}

/** In brackets what nobody stated: the country of the number. */
function countryCell(stated: string | undefined, country: string): Cell {
  if (country === UNKNOWN) return '–';
  return stated === undefined ? grey(`(${country})`) : country;
}

/** As sent; below it what the desk reads it as, unless that is the same. */
function phoneParts({ seen, case: held }: Story, { phone }: ChatMember, pointer: string): Part[] {
  if (phone === undefined) return [{ text: '–' }];
  const [sent, e164] = [seen.take(phone, 'value'), held.phones[`${pointer}/phone`]?.e164];
  seen.match(phone, 'e164', e164);
  if (e164 === sent) return [{ text: sent }];
  return [{ text: sent }, e164 === undefined ? { text: 'not read', label: '' } : { text: e164, label: 'Read' }];
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
    'In the order of the referral, word for word. What stands behind the mark and a label is no part of the text. Files are named by their exhibit numbers in annex C. Z is UTC.',
  );
  const columns = [
    { title: 'No., id', width: 50 },
    { title: 'Sent, by whose clock', width: 78 },
    { title: 'Group', width: 28 },
    { title: 'Sender', width: 76 },
    { title: 'Text' },
  ];
  table(sheet, columns, messageRows(story, messages), { style: DENSE, padding: 1.5, gap: 8 });
}

function* messageRows(story: Story, messages: readonly Message[]): Generator<Cell[]> {
  const names = namesOf(story);
  const repeated = repeatedIds(messages);
  for (const [at, message] of messages.entries()) {
    const { seen, groupName } = story;
    const chatGroup = seen.take(message, 'chatGroup');
    const group = chatGroup === undefined ? { text: '–' } : groupName(chatGroup);
    yield [
      [{ text: number(at + 1) }, { text: seen.take(message, 'id'), style: DENSE_GREY, label: '' }],
      [...stamp(story, message.sent), ...later(story, message)],
      [group],
      people(story, message, names.get(memberKey(chatGroup ?? '', message.sender))),
      [...said(story, message), ...answers(story, message, group, repeated), ...files(story, message)],
    ];
  }
}

/** The name shown of each member, by group and id. */
function namesOf({ groups }: Story): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const { group } of groups)
    for (const { id, displayName } of group.members ?? [])
      if (id !== undefined && displayName !== undefined) known.set(memberKey(group.id, id), displayName);
  return known;
}

/** Told apart whatever characters the two are made of. */
function memberKey(group: string, id: string): string {
  return `${group.length} ${group}${id}`;
}

/** Ids that name more than one message: they are only unique within a group. */
function repeatedIds(messages: readonly Message[]): ReadonlySet<string> {
  const [once, more] = [new Set<string>(), new Set<string>()];
  for (const { id } of messages) (once.has(id) ? more : once).add(id);
  return more;
}

function grey(text: string): Part[] {
  return [{ text, style: DENSE_GREY }];
}

function stamp({ seen }: Story, held: Stamp): Part[] {
  const at = tight(seen.take(held, 'at'));
  return [{ text: at === 'unknown' ? 'time unknown' : at }, ...grey(word(CLOCKS, seen.take(held, 'clockSource')))];
}

/** What was done to it afterwards. */
function later(story: Story, { edited, deleted }: Message): Part[] {
  return [
    ...(edited === undefined ? [] : [{ text: '', label: 'Edited' }, ...stamp(story, edited)]),
    ...(deleted === undefined ? [] : [{ text: '', label: 'Deleted' }, ...stamp(story, deleted)]),
  ];
}

/** Sender, name shown in the group, and to whom it went when not to all. */
function people({ seen }: Story, message: Message, name: string | undefined): Part[] {
  const sender = seen.take(message, 'sender');
  const recipients = seen.take(message, 'recipients') ?? [];
  return [
    { text: sender },
    ...(name === undefined || name === sender ? [] : [{ text: name, style: DENSE_GREY, label: '' }]),
    ...recipients.map((text) => ({ text, label: 'To' })),
  ];
}

function said({ seen }: Story, message: Message): Part[] {
  const text = seen.take(message, 'text');
  return text === undefined ? [{ text: '', label: 'No text' }] : [{ text }];
}

/** Names the group where the id alone could be another message's. */
function answers({ seen }: Story, message: Message, group: Part, repeated: ReadonlySet<string>): Part[] {
  const id = seen.take(message, 'replyTo');
  if (id === undefined) return [];
  if (!repeated.has(id) || message.chatGroup === undefined) return [{ text: id, label: 'Answers' }];
  return [{ text: id, label: group.label === undefined ? `Answers, in ${group.text}` : 'Answers, in the same group' }];
}

function files({ seen, exhibitsOf }: Story, { attachments = [] }: Message): Part[] {
  return attachments.flatMap((each): Part[] => {
    const [sha256, path] = [seen.take(each, 'sha256'), seen.take(each, 'path')];
    const found = exhibitsOf({ sha256, path });
    const name = found.map(({ exhibit }) => exhibit).join(', ') || 'not held by the desk';
    return [
      { text: name, label: 'File' },
      ...(path === undefined ? [] : [{ text: path, label: 'Named' }]),
      ...(sha256 === undefined || found.length > 0 ? [] : [{ text: sha256, label: 'SHA-256' }]),
    ];
  });
}
