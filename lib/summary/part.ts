// What a packet says that shows a part of its referral: how much is here, what kind of parts are left out and why, and how it is proved
// that what is here belongs to the whole.
import type { Case, ShownPart } from '../packet/case.ts';
import { fields, note, nothing, paragraph } from './blocks.ts';
import { label } from './labels.ts';
import type { Catalogue } from './language/index.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';

/** On the cover. */
export function partly({ part: said }: Catalogue, { part, terms }: NonNullable<Case['packet']>): string {
  if (part === undefined) return '';
  const { parts, exhibits, isExact } = part;
  const cover = isExact === true ? said.coverExactly : said.cover;
  const much = cover(parts.here, parts.of, exhibits.here, exhibits.of);
  return terms.role === 'triage' ? `${much} ${said.triage}` : much;
}

export function whatIsLeftOut({ sheet, words, case: { packet } }: Story): void {
  const { part } = packet ?? {};
  if (part === undefined) return;
  const { part: said } = words;
  paragraph(sheet, part.isExact === true ? said.proof : said.proofAtLeast);
  const { parts, exhibits, looks } = part;
  fields(sheet, [
    [said.parts, said.here(parts.here, parts.of)],
    [said.files, said.filesHere(exhibits.here, exhibits.told, exhibits.of)],
    [said.looks, said.here(looks.here, looks.of)],
  ]);
  const triage = leftOutFor(part, 'triage');
  if (triage > 0) note(sheet, said.leftForTriage(triage));
  listed(sheet, words, part.leftOut);
}

function leftOutFor({ leftOut }: ShownPart, reason: string): number {
  return leftOut.reduce((sum, { parts, why }) => (why === reason ? sum + parts : sum), 0);
}

function listed(sheet: Story['sheet'], words: Catalogue, leftOut: ShownPart['leftOut']): void {
  const { part: said } = words;
  if (leftOut.length === 0) {
    nothing(sheet, said.nothingLeft);
    return;
  }
  const columns = [
    { title: said.field, width: 150 },
    { title: said.reason },
    { title: said.number, width: 40, right: true },
  ];
  const rows = leftOut.map(({ field, why, parts }): Cell[] => [
    label(words, field),
    said.why[why],
    words.number(parts),
  ]);
  table(sheet, columns, rows);
}
