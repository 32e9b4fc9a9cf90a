// Chat groups: one compact part each, and one table over all. Every member stands in annex A.
import { fields, note, nothing, subheading } from './blocks.ts';
import { allCountries, differentNumbers, sum, UNKNOWN, type CountryCount, type GroupFacts } from './facts.ts';
import { country } from './countries.ts';
import { fieldRows, severally, type Row } from './listing.ts';
import { CELL_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Column } from './table.ts';
import { count, number, span } from './words.ts';

export function groups(story: Story): void {
  const { sheet } = story;
  if (story.groups.length === 0) {
    nothing(sheet, 'No chat group is part of this referral.');
    return;
  }
  overview(story);
  overall(story);
  for (const facts of story.groups) oneGroup(story, facts);
}

function overview({ sheet, groups: all }: Story): void {
  const columns = [
    { title: '', width: 20 },
    { title: 'Group, by its last name' },
    { title: 'Platform', width: 70 },
    ...['Members', 'Owners', 'Admins', 'Countries'].map((title) => ({ title, width: 38, right: true })),
  ];
  const rows = all.map(({ group, name, members, roles, countries }): Cell[] => [
    name,
    group.names?.at(-1)?.name ?? [{ text: group.id, label: 'Id' }],
    group.platform,
    number(members),
    number(roles.get('owner') ?? 0),
    number(roles.get('admin') ?? 0),
    number(countries.filter((each) => each.country !== UNKNOWN).length),
  ]);
  const roleSum = (role: string): string => number(sum(all.map(({ roles }) => roles.get(role) ?? 0)));
  const members = number(sum(all.map((each) => each.members)));
  table(sheet, columns, rows, {
    total: ['', 'All groups: memberships', '', members, roleSum('owner'), roleSum('admin'), ''],
  });
}

function overall(story: Story): void {
  const { sheet, case: held, groups: all } = story;
  const counts = allCountries(all);
  subheading(sheet, 'Countries, over all groups', { room: 64 + Math.min(counts.length, 48) * 9 });
  const members = sum(all.map((each) => each.members));
  note(
    sheet,
    `Country as stated; where none is stated, that of the phone number, which is no statement about the member; else unknown. Who is in two groups counts twice: ${count(members, 'membership')}, ${count(differentNumbers(held, all), 'different phone number')}. Leaders are owners and admins.`,
  );
  const columns = side([
    { title: 'Country' },
    { title: 'Groups', width: 30, right: true },
    { title: 'Memberships', width: 48, right: true },
    { title: 'Leaders', width: 30, right: true },
  ]);
  const rows = counts.map((each) => [
    country(each.country),
    number(each.groups),
    number(each.members),
    number(each.leaders),
  ]);
  table(sheet, columns, beside(rows, 4));
}

function oneGroup(story: Story, facts: GroupFacts): void {
  const { sheet } = story;
  const { name } = facts;
  subheading(sheet, `Group ${name}`, { room: roomFor(facts), mark: `Group ${name}` });
  fields(sheet, groupRows(story, facts));
  if (facts.countries.length === 0) {
    nothing(sheet, 'No members are listed.');
    return;
  }
  const columns = side([
    { title: 'Country, stated or by number' },
    { title: 'Members', width: 36, right: true },
    { title: 'Leaders', width: 36, right: true },
  ]);
  table(sheet, columns, beside(facts.countries.map(countryRow), 3), { padding: 1.5 });
}

/** About what the whole part takes, so that it is not torn without need; no more than is ever left free for it. */
function roomFor({ group, countries }: GroupFacts): number {
  const { names = [], inviteLinks = [], photos = [], description } = group;
  const lines = 4 + names.length + inviteLinks.length + 3 * photos.length + (description === undefined ? 0 : 1);
  return Math.min(58 + lines * 13 + Math.ceil(countries.length / 2) * 13, 480);
}

function countryRow(each: CountryCount): string[] {
  return [country(each.country), number(each.members), number(each.leaders)];
}

function groupRows(story: Story, facts: GroupFacts): Row[] {
  const { seen } = story;
  const { group, pointer } = facts;
  const links = seen.take(group, 'inviteLinks') ?? [];
  const description = seen.take(group, 'description');
  return [
    ['Id', seen.take(group, 'id')],
    ['Platform', seen.take(group, 'platform')],
    ['Names over time', namesOf(story, facts)],
    ...(description === undefined ? [] : [['Description', description] as const]),
    ['Invite links', links.length === 0 ? 'none stated' : severally(links)],
    ...fieldRows(story, group, 'photos', pointer),
    ['Members', membersWords(facts)],
  ];
}

function namesOf({ seen }: Story, { group: { names = [] } }: GroupFacts): Cell {
  if (names.length === 0) return 'none stated';
  return names.flatMap((each) => [
    { text: seen.take(each, 'name'), label: '' },
    { text: span(seen.take(each, 'from'), seen.take(each, 'to')), style: CELL_GREY, label: '', beside: true },
  ]);
}

function membersWords({ members, entries, roles }: GroupFacts): string {
  const byRole = [...roles].map(([role, many]) => `${role} ${number(many)}`).join(', ');
  const stretches = entries === members ? '' : `, in ${count(entries, 'entry', 'entries')} over time`;
  return members === 0 ? 'none listed' : `${number(members)}${stretches}: ${byRole}`;
}

/** The same columns twice, for two lists beside each other. */
function side(columns: readonly Column[]): Column[] {
  return [...columns, { title: '', width: 2 }, ...columns];
}

/** Rows read down the left half, then down the right. */
function beside(rows: readonly string[][], width: number): string[][] {
  const half = Math.ceil(rows.length / 2);
  const blank = Array.from({ length: width }, () => '');
  return rows.slice(0, half).map((row, at) => [...row, '', ...(rows[half + at] ?? blank)]);
}
