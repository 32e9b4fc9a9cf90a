// The first page: what this is, for whom, on what ground, how it may be used, the key figures, the digest, the contents.
// Always true: it says that a packet is signed, and whether it was encrypted; a reading copy says that it is no packet.
import type { Case } from '../packet/case.ts';
import { METHODS } from '../packet/name.ts';
import type { Catalogue } from './language/index.ts';
import { fields, important, paragraph } from './blocks.ts';
import { isCountry } from './countries.ts';
import { actorName, allCountries } from './facts.ts';
import type { Row } from './listing.ts';
import { ascent, flow, type Sheet } from './page.ts';
import { ACCENT, CELL, CELL_GREY, COLUMN, FIGURE, GREY, HAIR, MONO, PAGE, TITLE } from './scale.ts';
import type { Story } from './story.ts';
import { codesOf } from './places.ts';
import { partly } from './part.ts';
import type { Cell, Part } from './table.ts';
import { time, word } from './words.ts';

const WIDTH = PAGE.right - PAGE.left;

/** The first page, with the contents at its foot: how many pages it takes does not depend on what they say. */
export function cover(story: Story, sections: number): void {
  const { sheet, words } = story;
  sheet.turn();
  sheet.inside('P', () => {
    flow(sheet, sheet.lines(words.cover.kicker, { ...COLUMN, colour: ACCENT }, WIDTH));
  });
  sheet.y += 6;
  sheet.inside('H1', () => {
    flow(sheet, sheet.lines(titleOf(story), TITLE, WIDTH));
  });
  sheet.y += 3;
  paragraph(sheet, whatThisIs(story));
  sheet.y += 3;
  important(sheet, warning(story));
  if (story.case.packet?.part !== undefined) important(sheet, partly(words, story.case.packet));
  if (story.profile.stressesHandling) important(sheet, handlingWords(story));
  digest(story);
  figures(story);
  fields(sheet, identity(story));
  contents(sheet, sections);
}

function titleOf({ words: { cover: said }, case: { packet } }: Story): string {
  return packet === undefined ? said.titleOfCopy : said.titleFor(packet.agency.name);
}

function whatThisIs({ words: { cover: said }, case: { packet } }: Story): string {
  return `${packet === undefined ? said.whatCopyIs : said.whatThisIs} ${said.source('\u202E', '\u2023')} ${said.language}`;
}

function identity(story: Story): Row[] {
  const { case: held, words } = story;
  const { cover: said } = words;
  const rows: [string, Cell | undefined][] = [
    [said.referral, held.referral.id],
    [said.cameAs, held.referral.report && said.report(held.referral.report.id)],
    [said.packet, held.packet?.id ?? said.noPacket],
    [said.desk, held.desk],
    [said.for, held.packet?.agency.name],
    [said.ordered, held.packet && orderedBy(story, held.packet)],
    [said.stateAsOf, time(words, held.asOf)],
    [said.purpose, held.packet?.purpose],
    [said.legalBasis, held.packet?.legalBasis],
    [said.handling, handlingParts(story)],
    [said.profile, profileParts(story)],
    [said.incident, incidentKind(words, held.referral.incidentType)],
    [said.contact, contact(story)],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

export function orderedBy({ words, case: held }: Story, packet: NonNullable<Case['packet']>): string {
  return words.common.by(time(words, packet.orderedAt), actorName(words, held, packet.orderedBy));
}

/** In the reader's words, and as the closed list has it. */
export function incidentKind(words: Catalogue, code: string): Cell {
  const known = word(words.codes, code);
  return known === code ? code : [{ text: known }, { text: code, label: 'CyberTipline' }];
}

/** Nothing is silently absent: what the profile leaves out is named, with the reason. */
function profileParts({ words: { cover: said }, profile: { name, leftOut } }: Story): Part[] {
  return [
    { text: said.profiles[name] },
    ...leftOut.map((each) => ({ text: said.omissions[each], label: said.leftOut })),
  ];
}

/** In the desk's words alone; conditions, which a sender wrote, stand below. */
function handlingWords({ words, referral, case: held }: Story): string {
  const codes = codesOf(words, referral);
  const { handling } = held.referral;
  if (codes.length === 0) return handling.length > 0 ? words.part.handling(handling.join(' ')) : words.handling.none;
  return codes.map(({ code, meaning }) => `${code}: ${meaning}`).join('\n');
}

/** With its conditions, since they bind whoever reads no further. */
function handlingParts({ words, referral, case: held }: Story): Cell {
  const codes = codesOf(words, referral);
  const { handling } = held.referral;
  const consents = consentParts(words, held);
  if (codes.length === 0 && handling.length > 0)
    return [{ text: words.part.handling(handling.join(' ')), own: true }, ...consents];
  if (codes.length === 0) return words.cover.noHandling;
  return [
    ...codes.flatMap(({ code, meaning, conditions }) => [
      { text: `${code}: ${meaning}`, own: true },
      ...conditions.map((text) => ({ text, label: words.common.conditions })),
    ]),
    ...consents,
  ];
}

/** By whose word it goes to a second agency (H2): the originator's own, or the supervisor's. */
function consentParts({ cover: said }: Catalogue, { packet }: Case): Part[] {
  const { consent, originatorConsent } = packet?.terms ?? {};
  return [
    ...(consent === undefined ? [] : [{ text: `H2: ${said.consented} ${consent}`, own: true }]),
    ...(originatorConsent === undefined ? [] : [{ text: originatorConsent, label: said.consentStated }]),
  ];
}

function contact({ words, referral: { reporter } }: Story): Cell {
  const person = reporter.contactPerson ?? reporter.reportingPerson;
  const name = [person.firstName, person.lastName].filter((each) => each !== undefined).join(' ');
  const parts: Part[] = [
    ...(name === '' ? [] : [{ text: name }]),
    ...(person.email ?? []).map(({ value }) => ({ text: value, label: words.cover.email })),
    ...(person.phone ?? []).map(({ value }) => ({ text: value, label: words.cover.phone })),
  ];
  return parts.length === 0 ? words.common.notStated : parts;
}

function figures(story: Story): void {
  const { case: held, referral, groups, sheet, words } = story;
  const countries = allCountries(groups).filter((each) => isCountry(each.country));
  const members = groups.reduce((sum, each) => sum + each.members, 0);
  const shown: [number, string][] = [
    [groups.length, words.cover.groups],
    [members, words.cover.memberships],
    [countries.length, words.cover.countries],
    [referral.messages?.length ?? 0, words.cover.messages],
    [held.exhibits.length, words.cover.files],
    [held.custody.entries, words.cover.entries],
  ];
  sheet.rule(HAIR, 0.5);
  sheet.y += 9;
  const step = WIDTH / shown.length;
  sheet.inside('L', () => {
    shown.forEach(([value, name], at) => {
      figure(sheet, words.number(value), name, PAGE.left + at * step, step - 8);
    });
  });
  sheet.y += FIGURE.leading + 2 * CELL_GREY.leading + 9;
  sheet.rule(HAIR, 0.5);
  sheet.y += 12;
}

function figure(sheet: Sheet, value: string, name: string, x: number, width: number): void {
  sheet.inside('LI', () => {
    sheet.inside('Lbl', () => {
      put(sheet, value, FIGURE, x, sheet.y);
    });
    sheet.inside('LBody', () => {
      sheet.lines(name, CELL_GREY, width).forEach((line, below) => {
        sheet.draw(line, x, sheet.y + FIGURE.leading + below * CELL_GREY.leading + ascent(CELL_GREY));
      });
    });
  });
}

function put(sheet: Sheet, text: string, style: typeof CELL, x: number, y: number): void {
  const [line] = sheet.lines(text, style, WIDTH, true);
  if (line !== undefined) sheet.draw(line, x, y + ascent(style));
}

function digest({ sheet, words, case: held, caseSha256 }: Story): void {
  const source = held.packet === undefined ? words.page.copyDigest : words.cover.caseDigest;
  sheet.inside('P', () => {
    flow(sheet, sheet.lines(source, CELL_GREY, WIDTH, true));
  });
  sheet.inside('P', () => {
    flow(sheet, sheet.lines(caseSha256, { ...MONO, size: 10, leading: 15 }, WIDTH));
  });
  sheet.y += 9;
}

function warning({ words: { cover: said }, case: held }: Story): string {
  if (held.packet === undefined) return said.copyWarning;
  const { encryption } = held.packet.terms;
  if (encryption === 'none') return said.notEncrypted;
  return said.encrypted(METHODS[encryption.method], encryption.recipient);
}

function contents(sheet: Sheet, sections: number): void {
  const rows = Math.ceil(sections / 2);
  const height = rows * 13 + 18;
  if (sheet.room() < height + 12) sheet.turn();
  const top = PAGE.bottom - height;
  sheet.y = PAGE.bottom;
  sheet.inside('H2', () => {
    put(sheet, sheet.words.cover.contents, COLUMN, PAGE.left, top);
  });
  sheet.inside('TOC', () => {
    sheet.marks.forEach(({ title, page }, at) => {
      const x = PAGE.left + (at < rows ? 0 : WIDTH / 2 + 12);
      entry(sheet, title, page, x, top + 15 + (at % rows) * 13);
    });
  });
}

function entry(sheet: Sheet, title: string, page: number, x: number, y: number): void {
  const width = WIDTH / 2 - 12;
  const [line] = sheet.lines(String(page), { ...CELL, colour: GREY }, width);
  sheet.inside('TOCI', () => {
    sheet.inside('P', () => {
      put(sheet, title, CELL, x, y);
    });
    sheet.inside('P', () => {
      if (line !== undefined) sheet.draw(line, x + width - line.width, y + ascent(CELL));
    });
  });
}
