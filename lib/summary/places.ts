// Where: countries that may have to act. And what else steers the work: how it may be used, links, sources, what is not held.
import type { Referral } from '../../schemas/index.ts';
import { fields, nothing, paragraph, roomFor, subheading } from './blocks.ts';
import { plainCode } from './labels.ts';
import type { Catalogue } from './language/index.ts';
import { listing, type Row } from './listing.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { country, time, word } from './words.ts';

export function where(story: Story): void {
  const { sheet, seen, words, referral } = story;
  const { places: said, common } = words;
  const hints = referral.jurisdictionHints ?? [];
  if (hints.length === 0) {
    nothing(sheet, said.none);
    return;
  }
  const columns = [{ title: said.country, width: 150 }, { title: said.basis, width: 80 }, { title: common.note }];
  table(
    sheet,
    columns,
    hints.map((hint) => [
      country(words, seen.take(hint, 'country')),
      plainCode(words, 'basis', seen.take(hint, 'basis')),
      seen.take(hint, 'note') ?? '',
    ]),
  );
}

export function handling(story: Story): void {
  const { sheet, seen, words, referral } = story;
  const { handling: said, common } = words;
  const { codes = [], sourceEvaluation, informationEvaluation } = referral.handling ?? {};
  for (const each of codes) for (const key of ['code', 'conditions'] as const) seen.take(each, key);
  if (referral.handling !== undefined)
    for (const key of ['sourceEvaluation', 'informationEvaluation'] as const) seen.take(referral.handling, key);
  if (codes.length === 0) nothing(sheet, said.none);
  const rows = codesOf(words, referral).map(({ code, meaning, conditions }): Row => {
    return [said.code(code), [{ text: meaning }, ...conditions.map((text) => ({ text, label: common.conditions }))]];
  });
  const evaluations: Row[] = [
    [said.source, graded(words, sourceEvaluation, said.sources)],
    [said.information, graded(words, informationEvaluation, said.informations)],
  ];
  fields(sheet, [...rows, ...(story.leavesOut('evaluation') ? [] : evaluations)]);
}

interface HandlingCode {
  readonly code: string;
  readonly meaning: string;
  readonly conditions: readonly string[];
}

/** Each code once, with the conditions of all the places where it stands. */
export function codesOf({ handling: said }: Catalogue, { handling: held }: Referral): HandlingCode[] {
  return [...Map.groupBy(held?.codes ?? [], ({ code }) => code)].map(([code, same]) => ({
    code,
    meaning: word(said.codes, code),
    conditions: [...new Set(same.flatMap(({ conditions }) => conditions ?? []))],
  }));
}

function graded(words: Catalogue, grade: string | undefined, grades: Readonly<Record<string, string>>): Cell {
  if (grade === undefined) return words.handling.notEvaluated;
  return [{ text: `${grade}: ${word(grades, grade)}`, own: true }];
}

export function sources(story: Story): void {
  const {
    referral,
    words: { sources: said },
  } = story;
  links(story);
  part(story, said.found, listing(story, referral.provenance ?? {}, '/provenance'), said.noneFound);
  possession(story);
  part(story, said.notHeld, each(story, 'unheldMaterial'), said.noneHeld);
  part(story, said.linked, each(story, 'linkedReferrals'), said.noneLinked);
}

function links({ sheet, seen, words, referral }: Story): void {
  const { sources: said, common } = words;
  const held = referral.distributionLinks ?? [];
  subheading(sheet, said.leading);
  if (held.length === 0) {
    nothing(sheet, said.noneLeading);
    return;
  }
  const columns = [
    { title: said.kind, width: 84 },
    { title: said.address },
    { title: said.seen, width: 104 },
    { title: common.note, width: 130 },
  ];
  const rows = held.map((link): Cell[] => [
    plainCode(words, 'kind', seen.take(link, 'kind')),
    seen.take(link, 'url'),
    time(words, seen.take(link, 'seenAt') ?? common.notStated),
    seen.take(link, 'note') ?? '',
  ]);
  table(sheet, columns, rows);
}

/** What is stated, and no more; that files came in is the desk's own knowledge. */
function possession(story: Story): void {
  const { sheet, seen, words, referral } = story;
  const { sources: said } = words;
  const claim = seen.take(referral, 'possession') ?? 'unstated';
  const statement = referral.possessionStatement;
  const rows = statement === undefined ? [] : listing(story, statement, '/possessionStatement');
  const files = story.case.exhibits.length === 0 ? [] : [said.filesCame];
  const stands = statement === undefined ? [] : [said.statement];
  subheading(sheet, said.possession, { room: 20 + roomFor(sheet, rows) });
  paragraph(sheet, [said[claim], ...files, ...stands].join(' '));
  fields(sheet, rows);
}

function each(story: Story, key: 'unheldMaterial' | 'linkedReferrals'): Row[] {
  const held = story.referral[key] ?? [];
  return held.flatMap((item, at) =>
    listing(story, item, `/${key}/${at}`, held.length > 1 ? story.words.common.the(at + 1) : ''),
  );
}

function part({ sheet }: Story, title: string, rows: readonly Row[], none: string): void {
  subheading(sheet, title, { room: Math.max(20, roomFor(sheet, rows)) });
  if (rows.length === 0) nothing(sheet, none);
  fields(sheet, rows);
}
