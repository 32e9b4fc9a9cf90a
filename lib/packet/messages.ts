// messages.csv: the referral's messages, a row each, in its own order, for a spreadsheet.
import type { Referral } from '../../schemas/index.ts';
import type { Exhibit } from './case.ts';

type Message = NonNullable<Referral['messages']>[number];
type Member = NonNullable<NonNullable<Referral['chatGroups']>[number]['members']>[number];

export const MESSAGE_COLUMNS = [
  'number',
  'group',
  'group names',
  'message',
  'sender',
  'sender shown as',
  'sender phone',
  'recipients',
  'sent',
  'clock',
  'edited',
  'deleted',
  'answers',
  'exhibits',
  'text',
] as const;

/** The rows beneath the columns, as plain text: making them safe for a spreadsheet is the CSV's own business. */
export function* messageRows(referral: Referral, exhibits: readonly Exhibit[]): Generator<string[]> {
  const groups = new Map((referral.chatGroups ?? []).map((group) => [group.id, group]));
  const members = new Map<string, Member>();
  for (const { id, members: all = [] } of groups.values()) {
    for (const member of all) if (member.id !== undefined) members.set(`${id}\n${member.id}`, member);
  }
  const find = exhibitFinder(referral, exhibits);
  for (const [n, message] of (referral.messages ?? []).entries()) {
    const { chatGroup: groupId = '', sender } = message;
    const member = members.get(`${groupId}\n${sender}`);
    const names = (groups.get(groupId)?.names ?? []).map(({ name }) => name).join(' / ');
    yield [String(n + 1), groupId, names, ...cellsOf(message, member), find(message).join(' '), message.text ?? ''];
  }
}

function cellsOf(message: Message, member: Member | undefined): string[] {
  return [
    message.id,
    message.sender,
    member?.displayName ?? '',
    member?.phone?.value ?? '',
    (message.recipients ?? []).join('; '),
    message.sent.at,
    message.sent.clockSource,
    message.edited?.at ?? '',
    message.deleted?.at ?? '',
    message.replyTo ?? '',
  ];
}

/** Which exhibits hung on a message: by digest, else by the name the reporter gave, in the referral before that of the sending. */
function exhibitFinder(
  { attachments: said = [] }: Referral,
  exhibits: readonly Exhibit[],
): (message: Message) => string[] {
  const byDigest = new Map(exhibits.map(({ sha256, exhibit }) => [sha256, exhibit]));
  const byName = new Map([
    ...exhibits.map(({ originalName, exhibit }) => [originalName, exhibit] as const),
    ...exhibits.map(({ declared, exhibit }) => [said[declared ?? -1]?.path, exhibit] as const),
  ]);
  return ({ attachments = [] }) =>
    attachments.map(({ sha256, path }) => byDigest.get(sha256 ?? '') ?? byName.get(path ?? '\0') ?? 'not held');
}
