// Counting: members by country and role, messages by group, files by type. Numbers in the summary come from here.
// Always true: nothing is guessed; what has no country, time or type is counted under its own heading.
import type { Case, Exhibit } from '../packet/case.ts';
import type { Catalogue } from './language/index.ts';
import { word } from './words.ts';
import type { ChatGroup, ChatMember, Message, Referral } from '../../schemas/index.ts';
import { readInstant, type Instant } from '../../schemas/instant.ts';

export const UNKNOWN = 'unknown';

/** `Ada Example (officer)`, as far as the desk can still say. */
export function actorName({ common, custody }: Catalogue, { actors }: Case, id: string): string {
  if (id === 'desk') return common.theDesk;
  const actor = actors.find((each) => each.id === id);
  return actor === undefined ? id : `${actor.name ?? id} (${word(custody.roles, actor.role)})`;
}

/** What was stated; else the country of the phone number; else unknown. */
export function countryOf({ phones }: Case, member: ChatMember, pointer: string): string {
  if (member.country !== undefined) return member.country;
  return phones[`${pointer}/phone`]?.country ?? member.phone?.country ?? UNKNOWN;
}

export interface CountryCount {
  readonly country: string;
  members: number;
  /** Owners and admins. */
  leaders: number;
}

export interface GroupFacts {
  readonly group: ChatGroup;
  /** `G1`: its place in the referral. */
  readonly name: string;
  readonly pointer: string;
  readonly entries: number;
  readonly members: number;
  readonly roles: ReadonlyMap<string, number>;
  /** Most members first. */
  readonly countries: readonly CountryCount[];
}

const RANKS = ['owner', 'admin', 'moderator', 'member', 'unknown'];

interface Person {
  role: string;
  country: string;
}

export function groupFacts(held: Case, { chatGroups = [] }: Referral): GroupFacts[] {
  return chatGroups.map((group, at) => {
    const pointer = `/chatGroups/${at}`;
    const people = peopleOf(held, group, pointer);
    return {
      group,
      name: `G${at + 1}`,
      pointer,
      entries: group.members?.length ?? 0,
      members: people.length,
      roles: tally(people.map(({ role }) => role)),
      countries: byCountry(people),
    };
  });
}

/** One for each id, else for each number; with the highest role of all its stretches of time. */
function peopleOf(held: Case, { members = [] }: ChatGroup, pointer: string): Person[] {
  const people = new Map<string, Person>();
  for (const [at, member] of members.entries()) {
    const here = `${pointer}/members/${at}`;
    const key = member.id ?? numberOf(held, member, here) ?? here;
    const known = people.get(key);
    const found = { role: member.role, country: countryOf(held, member, here) };
    people.set(key, known === undefined ? found : merged(known, found));
  }
  return [...people.values()];
}

function merged(a: Person, b: Person): Person {
  const role = RANKS.indexOf(a.role) <= RANKS.indexOf(b.role) ? a.role : b.role;
  return { role, country: a.country === UNKNOWN ? b.country : a.country };
}

function numberOf({ phones }: Case, member: ChatMember, pointer: string): string | undefined {
  return phones[`${pointer}/phone`]?.e164 ?? member.phone?.value;
}

function byCountry(people: readonly Person[]): CountryCount[] {
  const counts = new Map<string, CountryCount>();
  for (const { country, role } of people) {
    const known = counts.get(country) ?? { country, members: 0, leaders: 0 };
    known.members += 1;
    known.leaders += role === 'owner' || role === 'admin' ? 1 : 0;
    counts.set(country, known);
  }
  return sorted(counts.values());
}

function sorted<T extends CountryCount>(counts: Iterable<T>): T[] {
  return [...counts].sort((a, b) => b.members - a.members || (a.country < b.country ? -1 : 1));
}

/** Over all groups; who is in two groups counts twice. */
export function allCountries(groups: readonly GroupFacts[]): (CountryCount & { readonly groups: number })[] {
  const same = Map.groupBy(
    groups.flatMap(({ countries }) => countries),
    ({ country }) => country,
  );
  const sums = [...same].map(([country, counts]) => ({
    country,
    groups: counts.length,
    members: sum(counts.map(({ members }) => members)),
    leaders: sum(counts.map(({ leaders }) => leaders)),
  }));
  return sorted(sums);
}

/** How many different phone numbers the members of all groups have. */
export function differentNumbers(held: Case, groups: readonly GroupFacts[]): number {
  const numbers = groups.flatMap(({ group, pointer }) =>
    (group.members ?? []).map((member, at) => numberOf(held, member, `${pointer}/members/${at}`)),
  );
  return new Set(numbers.filter((each) => each !== undefined)).size;
}

export interface MessageFacts {
  readonly count: number;
  readonly senders: number;
  readonly withFiles: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** How many of the times have no zone. */
  readonly zoneless: number;
  readonly clocks: ReadonlyMap<string, number>;
}

/** By the group's id, which is undefined for what was sent outside all groups; and of all of them. */
export interface Spoken {
  readonly groups: readonly (readonly [string | undefined, MessageFacts])[];
  readonly all: MessageFacts;
}

export function messageFacts(messages: readonly Message[]): Spoken {
  const sent = messages.map((message) => ({ message, at: message.sent.at, read: readInstant(message.sent.at) }));
  const groups = Map.groupBy(sent, ({ message }) => message.chatGroup);
  return { groups: [...groups].map(([id, some]) => [id, factsOf(some)] as const), all: factsOf(sent) };
}

function factsOf(sent: readonly (Read & { readonly message: Message })[]): MessageFacts {
  const [first, last] = outermostOf(sent);
  return {
    count: sent.length,
    senders: new Set(sent.map(({ message }) => message.sender)).size,
    withFiles: sent.filter(({ message: { attachments = [] } }) => attachments.length > 0).length,
    first,
    last,
    zoneless: sent.filter(({ read }) => read?.hasZone === false).length,
    clocks: tally(sent.map(({ message }) => message.sent.clockSource)),
  };
}

/** The first and the last of them, whatever zone the machine is in; those without a zone are ordered as if they were UTC. */
export function outermost(times: Iterable<string>): [string | undefined, string | undefined] {
  return outermostOf(Array.from(times, (at) => ({ at, read: readInstant(at) })));
}

/** A time as it was written, and as it was read. */
interface Read {
  readonly at: string;
  readonly read: Instant | undefined;
}

function outermostOf(times: readonly Read[]): [string | undefined, string | undefined] {
  let [first, last]: [string | undefined, string | undefined] = [undefined, undefined];
  let [earliest, latest] = [Infinity, -Infinity];
  for (const { at, read } of times) {
    if (read === undefined) continue;
    if (first === undefined || read.ms < earliest) [first, earliest] = [at, read.ms];
    if (last === undefined || read.ms >= latest) [last, latest] = [at, read.ms];
  }
  return [first, last];
}

export interface TypeCount {
  /** Undefined where none is stated. */
  readonly type: string | undefined;
  readonly files: number;
  readonly sizeBytes: number;
}

export function fileTypes(exhibits: readonly Exhibit[]): TypeCount[] {
  const same = Map.groupBy(exhibits, ({ contentType }) => contentType);
  const counts = [...same].map(([type, files]) => {
    return { type, files: files.length, sizeBytes: sum(files.map(({ sizeBytes }) => sizeBytes)) };
  });
  return counts.sort((a, b) => b.files - a.files || ((a.type ?? '') < (b.type ?? '') ? -1 : 1));
}

export function tally<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
