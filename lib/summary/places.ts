// Where: countries that may have to act. And what else steers the work: how it may be used, links, sources, what is not held.
import { fields, nothing, paragraph, subheading } from './blocks.ts';
import { listing, type Row } from './listing.ts';
import type { Story } from './story.ts';
import { table } from './table.ts';
import { country, HANDLING_WORDS, INFORMATION_WORDS, SOURCE_WORDS, time, word } from './words.ts';

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
    hints.map((hint) => [country(seen.take(hint, 'country')), seen.take(hint, 'basis'), seen.take(hint, 'note') ?? '']),
  );
}

export function handling(story: Story): void {
  const { sheet, seen, referral } = story;
  const { codes = [], ...rest } = referral.handling ?? {};
  const rows: Row[] = codes.map((each) => {
    const code = seen.take(each, 'code');
    const conditions = seen.take(each, 'conditions');
    return [`Code ${code}`, `${word(HANDLING_WORDS, code)}${conditions === undefined ? '' : `: ${conditions}`}`];
  });
  if (rows.length === 0) nothing(sheet, 'No handling codes are stated: ask the reporter before passing anything on.');
  if (referral.handling !== undefined) {
    seen.take(referral.handling, 'sourceEvaluation');
    seen.take(referral.handling, 'informationEvaluation');
  }
  fields(sheet, [
    ...rows,
    ['Source', graded(rest.sourceEvaluation, SOURCE_WORDS)],
    ['Information', graded(rest.informationEvaluation, INFORMATION_WORDS)],
  ]);
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
  const rows = held.map((link) => [
    seen.take(link, 'kind'),
    seen.take(link, 'url'),
    time(seen.take(link, 'seenAt') ?? 'not stated'),
    seen.take(link, 'note') ?? '',
  ]);
  table(sheet, columns, rows);
}

function possession(story: Story): void {
  const { sheet, seen, referral } = story;
  subheading(sheet, 'Possession');
  const said = seen.take(referral, 'possession');
  paragraph(
    sheet,
    said === 'none'
      ? 'Possession: none. The reporter may not hold the material; a statement stands in its place.'
      : `Possession: ${said === undefined ? 'not stated, which means held' : 'held'}. The reporter hands over files.`,
  );
  if (referral.possessionStatement !== undefined)
    fields(sheet, listing(story, referral.possessionStatement, '/possessionStatement'));
}

function each(story: Story, key: 'unheldMaterial' | 'linkedReferrals'): Row[] {
  const held = story.referral[key] ?? [];
  return held.flatMap((item, at) => listing(story, item, `/${key}/${at}`, held.length > 1 ? `No. ${at + 1}` : ''));
}

function part({ sheet }: Story, title: string, rows: readonly Row[], none: string): void {
  subheading(sheet, title);
  if (rows.length === 0) nothing(sheet, none);
  fields(sheet, rows);
}
