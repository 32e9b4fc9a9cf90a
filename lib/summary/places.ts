// Where: countries that may have to act. And what else steers the work: how it may be used, links, sources, what is not held.
import type { Referral } from '../../schemas/index.ts';
import { fields, nothing, paragraph, roomFor, subheading } from './blocks.ts';
import { country } from './countries.ts';
import { plainCode } from './labels.ts';
import { listing, type Row } from './listing.ts';
import { HANDLING_WORDS, INFORMATION_WORDS, SOURCE_WORDS } from './meanings.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { time, word } from './words.ts';

export function where(story: Story): void {
  const { sheet, seen, referral } = story;
  const hints = referral.jurisdictionHints ?? [];
  if (hints.length === 0) {
    nothing(sheet, 'The reporter names no country that may have to act.');
    return;
  }
  const columns = [
    { title: 'Country that may have to act', width: 150 },
    { title: 'What points there', width: 80 },
    { title: 'Note' },
  ];
  table(
    sheet,
    columns,
    hints.map((hint) => [
      country(seen.take(hint, 'country')),
      plainCode('basis', seen.take(hint, 'basis')),
      seen.take(hint, 'note') ?? '',
    ]),
  );
}

export function handling(story: Story): void {
  const { sheet, seen, referral } = story;
  const { codes = [], sourceEvaluation, informationEvaluation } = referral.handling ?? {};
  for (const each of codes) for (const key of ['code', 'conditions'] as const) seen.take(each, key);
  if (referral.handling !== undefined)
    for (const key of ['sourceEvaluation', 'informationEvaluation'] as const) seen.take(referral.handling, key);
  if (codes.length === 0) nothing(sheet, 'No handling codes are stated: ask the reporter before passing anything on.');
  const rows = codesOf(referral).map(({ code, meaning, conditions }): Row => {
    return [`Code ${code}`, [{ text: meaning }, ...conditions.map((text) => ({ text, label: 'Conditions' }))]];
  });
  fields(sheet, [
    ...rows,
    ['Source', graded(sourceEvaluation, SOURCE_WORDS)],
    ['Information', graded(informationEvaluation, INFORMATION_WORDS)],
  ]);
}

interface HandlingCode {
  readonly code: string;
  readonly meaning: string;
  readonly conditions: readonly string[];
}

/** Each code once, with the conditions of all the places where it stands. */
export function codesOf({ handling: held }: Referral): HandlingCode[] {
  return [...Map.groupBy(held?.codes ?? [], ({ code }) => code)].map(([code, same]) => ({
    code,
    meaning: word(HANDLING_WORDS, code),
    conditions: [...new Set(same.flatMap(({ conditions }) => conditions ?? []))],
  }));
}

function graded(grade: string | undefined, words: Readonly<Record<string, string>>): string {
  return grade === undefined ? 'not evaluated' : `${grade}: ${word(words, grade)}`;
}

export function sources(story: Story): void {
  const { referral } = story;
  links(story);
  part(
    story,
    'Where the material was found',
    listing(story, referral.provenance ?? {}, '/provenance'),
    'No data set or address is named.',
  );
  possession(story);
  part(story, 'Seen but not held', each(story, 'unheldMaterial'), 'Nothing is stated.');
  part(story, 'Other referrals and records', each(story, 'linkedReferrals'), 'None is linked.');
}

function links({ sheet, seen, referral }: Story): void {
  const held = referral.distributionLinks ?? [];
  subheading(sheet, 'Places that lead people there');
  if (held.length === 0) {
    nothing(sheet, 'None is stated.');
    return;
  }
  const columns = [
    { title: 'Kind', width: 84 },
    { title: 'Address' },
    { title: 'Seen', width: 104 },
    { title: 'Note', width: 130 },
  ];
  const rows = held.map((link): Cell[] => [
    plainCode('kind', seen.take(link, 'kind')),
    seen.take(link, 'url'),
    time(seen.take(link, 'seenAt') ?? 'not stated'),
    seen.take(link, 'note') ?? '',
  ]);
  table(sheet, columns, rows);
}

/** What is stated, and no more; that files came in is the desk's own knowledge. */
function possession(story: Story): void {
  const { sheet, seen, referral } = story;
  const said = seen.take(referral, 'possession');
  const statement = referral.possessionStatement;
  const rows = statement === undefined ? [] : listing(story, statement, '/possessionStatement');
  const files = story.case.exhibits.length === 0 ? '' : ' Files were handed over: see annex C.';
  const stands = statement === undefined ? '' : ' A statement stands in place of files:';
  subheading(sheet, 'Possession', { room: 20 + roomFor(sheet, rows) });
  paragraph(sheet, `${POSSESSION[said ?? 'unstated']}${files}${stands}`);
  fields(sheet, rows);
}

const POSSESSION = {
  held: 'The reporter states that it holds the material.',
  none: 'The reporter states that it does not hold the material.',
  unstated: 'Not stated.',
} as const;

function each(story: Story, key: 'unheldMaterial' | 'linkedReferrals'): Row[] {
  const held = story.referral[key] ?? [];
  return held.flatMap((item, at) => listing(story, item, `/${key}/${at}`, held.length > 1 ? `No. ${at + 1}` : ''));
}

function part({ sheet }: Story, title: string, rows: readonly Row[], none: string): void {
  subheading(sheet, title, { room: Math.max(20, roomFor(sheet, rows)) });
  if (rows.length === 0) nothing(sheet, none);
  fields(sheet, rows);
}
