// Chat groups: one compact part each, and one table over all. Every member stands in annex A.
import { fields, note, nothing, subheading } from './blocks.ts';
import { allCountries, differentNumbers, sum, UNKNOWN, type CountryCount, type GroupFacts } from './facts.ts';
import type { Catalogue } from './language/index.ts';
import { fieldRows, severally, type Row } from './listing.ts';
import { CELL_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Bar, type Cell, type Column } from './table.ts';
import { country, span, word } from './words.ts';

export function groups(story: Story): void {
  const { sheet, words } = story;
  if (story.groups.length === 0) {
    nothing(sheet, words.groups.none);
    return;
  }
  const parts = [overview, overall];
  for (const part of story.profile.countriesFirst ? parts.reverse() : parts) part(story);
  for (const facts of story.groups) oneGroup(story, facts);
}

function overview({ sheet, words, groups: all }: Story): void {
  const { groups: said, number } = words;
  const columns = [
    { title: '', width: 20 },
    { title: said.byName },
    { title: said.platform, width: 70 },
    ...[said.members, said.owners, said.admins, said.countries].map((title) => ({ title, width: 38, right: true })),
  ];
  const rows = all.map(({ group, name, members, roles, countries }): Cell[] => [
    name,
    group.names?.at(-1)?.name ?? [{ text: group.id, label: said.id }],
    group.platform,
    number(members),
    number(roles.get('owner') ?? 0),
    number(roles.get('admin') ?? 0),
    number(countries.filter((each) => each.country !== UNKNOWN).length),
  ]);
  const roleSum = (role: string): string => number(sum(all.map(({ roles }) => roles.get(role) ?? 0)));
  const members = number(sum(all.map((each) => each.members)));
  table(sheet, columns, rows, {
    total: ['', said.total, '', members, roleSum('owner'), roleSum('admin'), ''],
  });
}

function overall(story: Story): void {
  const { sheet, words, case: held, groups: all } = story;
  const { groups: said, number } = words;
  const counts = allCountries(all);
  subheading(sheet, said.overall, { room: 64 + Math.min(counts.length, 30) * 14 });
  const members = sum(all.map((each) => each.members));
  note(sheet, said.overallNote(members, differentNumbers(held, all)));
  const columns = [
    { title: said.country, width: 170 },
    { title: said.memberships, right: true },
    { title: said.groups, width: 44, right: true },
    { title: said.leaders, width: 44, right: true },
  ];
  const most = Math.max(1, ...counts.map((each) => each.members));
  const rows = counts.map((each): (Cell | Bar)[] => [
    country(words, each.country),
    { text: number(each.members), share: each.members / most },
    number(each.groups),
    number(each.leaders),
  ]);
  table(sheet, columns, rows, { padding: 1.5 });
}

function oneGroup(story: Story, facts: GroupFacts): void {
  const { sheet, words } = story;
  const { groups: said } = words;
  const title = said.group(facts.name);
  subheading(sheet, title, { room: roomFor(facts), mark: title });
  fields(sheet, groupRows(story, facts));
  if (facts.countries.length === 0) {
    nothing(sheet, said.noMembers);
    return;
  }
  const columns = side([
    { title: said.countryByNumber },
    { title: said.members, width: 36, right: true },
    { title: said.leaders, width: 36, right: true },
  ]);
  table(
    sheet,
    columns,
    beside(
      facts.countries.map((each) => countryRow(words, each)),
      3,
    ),
    { padding: 1.5 },
  );
}

/** About what the whole part takes, so that it is not torn without need; no more than is ever left free for it. */
function roomFor({ group, countries }: GroupFacts): number {
  const { names = [], inviteLinks = [], photos = [], description } = group;
  const lines = 4 + names.length + inviteLinks.length + 3 * photos.length + (description === undefined ? 0 : 1);
  return Math.min(58 + lines * 13 + Math.ceil(countries.length / 2) * 13, 480);
}

function countryRow(words: Catalogue, each: CountryCount): string[] {
  return [country(words, each.country), words.number(each.members), words.number(each.leaders)];
}

function groupRows(story: Story, facts: GroupFacts): Row[] {
  const { seen, words } = story;
  const { groups: said } = words;
  const { group, pointer } = facts;
  const links = seen.take(group, 'inviteLinks') ?? [];
  const description = seen.take(group, 'description');
  return [
    [said.id, seen.take(group, 'id')],
    [said.platform, seen.take(group, 'platform')],
    [said.names, namesOf(story, facts)],
    ...(description === undefined ? [] : [[said.description, description] as const]),
    [said.links, links.length === 0 ? words.common.noneStated : severally(links)],
    ...fieldRows(story, group, 'photos', pointer),
    [said.members, membersWords(words, facts)],
  ];
}

function namesOf({ seen, words }: Story, { group: { names = [] } }: GroupFacts): Cell {
  if (names.length === 0) return words.common.noneStated;
  return names.flatMap((each) => [
    { text: seen.take(each, 'name'), label: '' },
    { text: span(words, seen.take(each, 'from'), seen.take(each, 'to')), style: CELL_GREY, label: '', beside: true },
  ]);
}

function membersWords(words: Catalogue, { members, entries, roles }: GroupFacts): string {
  const { groups: said, codes, number, separator } = words;
  const byRole = [...roles].map(([role, many]) => `${word(codes, role)} ${number(many)}`).join(separator);
  const stretches = entries === members ? '' : said.overTime(entries);
  return members === 0 ? said.noneListed : `${number(members)}${stretches}: ${byRole}`;
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
