// Annexes A and B: every member of every group, every message.
// Always true: rows are made one by one while they are drawn, since there may be a hundred thousand of them.
import type { ChatMember, Message, Stamp } from '../../schemas/index.ts';
import { fields, note, nothing, subheading } from './blocks.ts';
import { countryOf, UNKNOWN, type GroupFacts } from './facts.ts';
import { DENSE, DENSE_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { longTable, type Cell, type Part } from './table.ts';
import { tight, word } from './words.ts';

export async function everyMember(story: Story): Promise<void> {
  const { everyMember: said } = story.words;
  if (story.groups.length === 0) {
    nothing(story.sheet, said.none);
    return;
  }
  note(story.sheet, said.note);
  for (const facts of story.groups) await membersOf(story, facts);
}

async function membersOf(story: Story, { group, name, pointer, entries }: GroupFacts): Promise<void> {
  const { sheet, words } = story;
  const { everyMember: said, common } = words;
  const { members = [] } = group;
  subheading(sheet, said.group(name, entries), { mark: said.mark(name), room: 80 });
  fields(sheet, [[said.latest, group.names?.at(-1)?.name ?? common.notStated]]);
  if (members.length === 0) {
    nothing(sheet, words.groups.noMembers);
    return;
  }
  const columns = [
    { title: common.number, width: 17, right: true },
    { title: said.name },
    { title: common.id, width: 40 },
    { title: said.phone, width: 80 },
    { title: said.country, width: 30 },
    { title: said.role, width: 34 },
    { title: said.from, width: 74 },
    { title: said.to, width: 74 },
  ];
  await longTable(sheet, columns, memberRows(story, members, pointer), { style: DENSE, padding: 1, gap: 6 });
}

function* memberRows(story: Story, members: readonly ChatMember[], pointer: string): Generator<Cell[]> {
  const { seen, words, case: held } = story;
  for (const [at, member] of members.entries()) {
    const here = `${pointer}/members/${at}`;
    const stated = seen.take(member, 'country');
    const country = countryOf(held, member, here);
    seen.match(member.phone, 'country', country);
    yield [
      words.number(at + 1),
      seen.take(member, 'displayName') ?? '',
      seen.take(member, 'id') ?? '',
      phoneParts(story, member, here),
      countryCell(stated, country),
      word(words.codes, seen.take(member, 'role')),
      tight(words, seen.take(member, 'from') ?? '–'),
      tight(words, seen.take(member, 'to') ?? '–'),
    ];
  }
}

/** In brackets what nobody stated: the country of the number. */
function countryCell(stated: string | undefined, country: string): Cell {
  if (country === UNKNOWN) return '–';
  return stated === undefined ? grey(`(${country})`) : country;
}

/** As sent; below it what the desk reads it as, unless that is the same. */
function phoneParts({ seen, words, case: held }: Story, { phone }: ChatMember, pointer: string): Part[] {
  if (phone === undefined) return [{ text: '–' }];
  const [sent, e164] = [seen.take(phone, 'value'), held.phones[`${pointer}/phone`]?.e164];
  seen.match(phone, 'e164', e164);
  if (e164 === sent) return [{ text: sent }];
  return [
    { text: sent },
    e164 === undefined ? { text: words.everyMember.notRead, label: '' } : { text: e164, label: words.everyMember.read },
  ];
}

export async function everyMessage(story: Story): Promise<void> {
  const { sheet, referral, words } = story;
  const { everyMessage: said } = words;
  const messages = referral.messages ?? [];
  if (messages.length === 0) {
    nothing(sheet, said.none);
    return;
  }
  note(sheet, said.note);
  const columns = [
    { title: said.id, width: 50 },
    { title: said.sent, width: 78 },
    { title: said.group, width: 28 },
    { title: said.sender, width: 76 },
    { title: said.text },
  ];
  await longTable(sheet, columns, messageRows(story, messages), { style: DENSE, padding: 1.5, gap: 8 });
}

function* messageRows(story: Story, messages: readonly Message[]): Generator<Cell[]> {
  const names = namesOf(story);
  const repeated = repeatedIds(messages);
  for (const [at, message] of messages.entries()) {
    const { seen, words, groupName } = story;
    const chatGroup = seen.take(message, 'chatGroup');
    const group = chatGroup === undefined ? { text: '–' } : groupName(chatGroup);
    yield [
      [{ text: words.number(at + 1) }, { text: seen.take(message, 'id'), style: DENSE_GREY, label: '' }],
      [...stamp(story, message.sent), ...later(story, message)],
      [group],
      people(story, message, names.get(chatGroup)?.get(message.sender)),
      [...text(story, message), ...answers(story, message, group, repeated), ...files(story, message)],
    ];
  }
}

/** The name shown of each member, by group and id. */
function namesOf({ groups }: Story): ReadonlyMap<string | undefined, ReadonlyMap<string, string>> {
  const known = new Map<string, Map<string, string>>();
  for (const { group } of groups) {
    const names = known.get(group.id) ?? new Map<string, string>();
    known.set(group.id, names);
    for (const { id, displayName } of group.members ?? [])
      if (id !== undefined && displayName !== undefined) names.set(id, displayName);
  }
  return known;
}

/** Ids that name more than one message: they are only unique within a group. */
function repeatedIds(messages: readonly Message[]): ReadonlySet<string> {
  const [once, more] = [new Set<string>(), new Set<string>()];
  for (const { id } of messages) (once.has(id) ? more : once).add(id);
  return more;
}

const NOTHING: readonly Part[] = [];

function grey(text: string): Part[] {
  return [{ text, style: DENSE_GREY }];
}

function stamp({ seen, words }: Story, held: Stamp): Part[] {
  const at = seen.take(held, 'at');
  const clock = word(words.clocks, seen.take(held, 'clockSource'));
  return [{ text: at === 'unknown' ? words.everyMessage.timeUnknown : tight(words, at) }, ...grey(clock)];
}

/** What was done to it afterwards. */
function later(story: Story, { edited, deleted }: Message): readonly Part[] {
  if (edited === undefined && deleted === undefined) return NOTHING;
  const { everyMessage: said } = story.words;
  return [
    ...(edited === undefined ? [] : [{ text: '', label: said.edited }, ...stamp(story, edited)]),
    ...(deleted === undefined ? [] : [{ text: '', label: said.deleted }, ...stamp(story, deleted)]),
  ];
}

/** Sender, name shown in the group, and to whom it went when not to all. */
function people({ seen, words }: Story, message: Message, name: string | undefined): Part[] {
  const sender = seen.take(message, 'sender');
  const recipients = seen.take(message, 'recipients') ?? [];
  return [
    { text: sender },
    ...(name === undefined || name === sender ? [] : [{ text: name, style: DENSE_GREY, label: '' }]),
    ...recipients.map((text) => ({ text, label: words.everyMessage.to })),
  ];
}

function text({ seen, words }: Story, message: Message): Part[] {
  const said = seen.take(message, 'text');
  return said === undefined ? [{ text: '', label: words.everyMessage.noText }] : [{ text: said }];
}

/** Names the group where the id alone could be another message's. */
function answers({ seen, words }: Story, message: Message, group: Part, repeated: ReadonlySet<string>): Part[] {
  const id = seen.take(message, 'replyTo');
  if (id === undefined) return [];
  const said = words.everyMessage;
  if (!repeated.has(id) || message.chatGroup === undefined) return [{ text: id, label: said.answers }];
  return [{ text: id, label: group.label === undefined ? said.answersIn(group.text) : said.answersInSame }];
}

function files({ seen, words, exhibitsOf }: Story, { attachments = [] }: Message): readonly Part[] {
  if (attachments.length === 0) return NOTHING;
  return attachments.flatMap((each): Part[] => {
    const [sha256, path] = [seen.take(each, 'sha256'), seen.take(each, 'path')];
    const found = exhibitsOf({ sha256, path });
    const name = found.map(({ exhibit }) => exhibit).join(', ') || words.everyMessage.notHeld;
    return [
      { text: name, label: words.everyMessage.file },
      ...(path === undefined ? [] : [{ text: path, label: words.everyMessage.named }]),
      ...(sha256 === undefined || found.length > 0 ? [] : [{ text: sha256, label: 'SHA-256' }]),
    ];
  });
}
