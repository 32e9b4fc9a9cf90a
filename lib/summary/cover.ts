// The first page: what this is, for whom, on what ground, how it may be used, the key figures, the digest, the contents.
// Always true: it says that a packet is signed and not encrypted; a reading copy says that it is no packet.
import type { Referral } from '../../schemas/index.ts';
import { fields, important, paragraph } from './blocks.ts';
import { isCountry } from './countries.ts';
import { actorName, allCountries } from './facts.ts';
import type { Row } from './listing.ts';
import { ascent, flow, type Sheet } from './page.ts';
import { ACCENT, CELL, CELL_GREY, COLUMN, FIGURE, GREY, HAIR, MONO, PAGE, TITLE } from './scale.ts';
import type { Story } from './story.ts';
import { codesOf } from './places.ts';
import type { Cell, Part } from './table.ts';
import { number, time } from './words.ts';

const WIDTH = PAGE.right - PAGE.left;
export const READING_COPY = 'Reading copy, not a packet';
/** A reading copy has no file data/case.json. */
export const COPY_SOURCE = 'what this copy was drawn from';

/** The first page, with the contents at its foot. */
export function cover(story: Story, sections: number): void {
  const { sheet } = story;
  sheet.turn();
  flow(sheet, sheet.lines('REFERRAL DESK  ·  SUMMARY', { ...COLUMN, colour: ACCENT }, WIDTH));
  sheet.y += 6;
  flow(sheet, sheet.lines(titleOf(story), TITLE, WIDTH));
  sheet.y += 3;
  paragraph(sheet, whatThisIs(story));
  sheet.y += 3;
  important(sheet, warning(story));
  digest(story);
  figures(story);
  fields(sheet, identity(story));
  contents(sheet, sections);
}

function titleOf({ case: held }: Story): string {
  return held.packet === undefined ? 'Referral: reading copy' : `Referral to ${held.packet.agency.name}`;
}

function whatThisIs({ case: held }: Story): string {
  const source =
    'It is drawn from the case manifest and the referral alone, shows no images, and says nothing that they do not say. Code points in brackets, such as \u202E, stand for characters that it does not draw; the referral holds them as sent. The small mark in the margin, and before grey labels, stands where the desk speaks; where a sender writes that mark, it is printed as \u2023.';
  return held.packet === undefined
    ? `This is a summary of one referral as it stands at the desk. ${source}`
    : `This is the summary of one packet: a referral, its evidence as it was received, and the proofs that go with them. ${source}`;
}

function identity(story: Story): Row[] {
  const { case: held, referral } = story;
  const rows: [string, Cell | undefined][] = [
    ['Referral', held.referral.id],
    ['Came as', held.referral.report && `CyberTipline report, numbered ${held.referral.report.id} by this desk`],
    ['Packet', held.packet?.id ?? `none: ${READING_COPY.toLowerCase()}`],
    ['Desk', held.desk],
    ['For', held.packet?.agency.name],
    ['Ordered', held.packet && `${time(held.packet.orderedAt)}, by ${actorName(held, held.packet.orderedBy)}`],
    ['State as of', time(held.asOf)],
    ['Purpose', held.packet?.purpose],
    ['Legal basis', held.packet?.legalBasis],
    ['Handling', handlingParts(referral)],
    ['Incident', held.referral.incidentType],
    ["Reporter's contact", contact(referral)],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** With its conditions, since they bind whoever reads no further. */
function handlingParts(referral: Referral): Cell {
  const codes = codesOf(referral);
  if (codes.length === 0) return 'no handling codes stated';
  return codes.flatMap(({ code, meaning, conditions }) => [
    { text: `${code}: ${meaning}` },
    ...conditions.map((text) => ({ text, label: 'Conditions' })),
  ]);
}

function contact({ reporter }: Referral): Cell {
  const person = reporter.contactPerson ?? reporter.reportingPerson;
  const name = [person.firstName, person.lastName].filter((each) => each !== undefined).join(' ');
  const parts: Part[] = [
    ...(name === '' ? [] : [{ text: name }]),
    ...(person.email ?? []).map(({ value }) => ({ text: value, label: 'E-mail' })),
    ...(person.phone ?? []).map(({ value }) => ({ text: value, label: 'Phone' })),
  ];
  return parts.length === 0 ? 'not stated' : parts;
}

function figures(story: Story): void {
  const { case: held, referral, groups, sheet } = story;
  const countries = allCountries(groups).filter((each) => isCountry(each.country));
  const members = groups.reduce((sum, each) => sum + each.members, 0);
  const shown: [number, string][] = [
    [groups.length, 'chat groups'],
    [members, 'memberships'],
    [countries.length, 'countries, stated or by number'],
    [referral.messages?.length ?? 0, 'messages'],
    [held.exhibits.length, 'files'],
    [held.custody.entries, 'custody entries'],
  ];
  sheet.rule(HAIR, 0.5);
  sheet.y += 9;
  const step = WIDTH / shown.length;
  shown.forEach(([value, name], at) => {
    put(sheet, number(value), FIGURE, PAGE.left + at * step, sheet.y);
    sheet.lines(name, CELL_GREY, step - 8).forEach((line, below) => {
      const y = sheet.y + FIGURE.leading + below * CELL_GREY.leading;
      sheet.draw(line, PAGE.left + at * step, y + ascent(CELL_GREY));
    });
  });
  sheet.y += FIGURE.leading + 2 * CELL_GREY.leading + 9;
  sheet.rule(HAIR, 0.5);
  sheet.y += 12;
}

function put(sheet: Sheet, text: string, style: typeof CELL, x: number, y: number): void {
  const [line] = sheet.lines(text, style, WIDTH);
  if (line !== undefined) sheet.draw(line, x, y + ascent(style));
}

function digest({ sheet, case: held, caseSha256 }: Story): void {
  const source =
    held.packet === undefined ? `SHA-256 of ${COPY_SOURCE}` : 'SHA-256 of the case manifest, data/case.json';
  flow(sheet, sheet.lines(source, CELL_GREY, WIDTH));
  flow(sheet, sheet.lines(caseSha256, { ...MONO, size: 10, leading: 15 }, WIDTH));
  sheet.y += 9;
}

function warning({ case: held }: Story): string {
  return held.packet === undefined
    ? 'This is a reading copy and not a packet: nothing is signed, and it proves nothing. It is not encrypted: whoever holds it can read it.'
    : 'The packet is signed but NOT encrypted: whoever holds it can read it.';
}

function contents(sheet: Sheet, sections: number): void {
  const rows = Math.ceil(sections / 2);
  const height = rows * 13 + 18;
  if (sheet.room() < height + 12) sheet.turn();
  const top = PAGE.bottom - height;
  sheet.y = PAGE.bottom;
  put(sheet, 'Contents', COLUMN, PAGE.left, top);
  sheet.whole.marks.forEach(({ title, page }, at) => {
    const x = PAGE.left + (at < rows ? 0 : WIDTH / 2 + 12);
    entry(sheet, title, page, x, top + 15 + (at % rows) * 13);
  });
}

function entry(sheet: Sheet, title: string, page: number, x: number, y: number): void {
  const width = WIDTH / 2 - 12;
  put(sheet, title, CELL, x, y);
  const [line] = sheet.lines(String(page), { ...CELL, colour: GREY }, width);
  if (line !== undefined) sheet.draw(line, x + width - line.width, y + ascent(CELL));
}
