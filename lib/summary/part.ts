// What a packet says that shows a part of its referral: how much is here, what kind of parts are left out and why, and how it is proved
// that what is here belongs to the whole.
import type { Case, ShownPart } from '../packet/case.ts';
import { fields, note, nothing, paragraph } from './blocks.ts';
import { label } from './labels.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { count, number } from './words.ts';

/** At the head of every page. */
export const PART = 'Part of a referral';

const WHY: Readonly<Record<ShownPart['leftOut'][number]['why'], string>> = {
  asked: 'the order leaves it out',
  triage: 'for triage: it is about a victim, or something in it names one',
  file: 'it names a file that is left out',
};

/** On the cover, in one sentence. */
export function partly({ part, terms }: NonNullable<Case['packet']>): string {
  if (part === undefined) return '';
  const { parts, exhibits } = part;
  const what = `This is a PART of the referral: ${number(parts.here)} of ${count(parts.of, 'part')} and ${number(exhibits.here)} of ${count(exhibits.of, 'file')}.`;
  const why = terms.role === 'triage' ? ' It is for triage: it names no victim, and holds no files.' : '';
  return `${what}${why} Where it says that something is not stated, it may have been left out.`;
}

export function whatIsLeftOut({ sheet, case: { packet } }: Story): void {
  const { part, terms } = packet ?? {};
  if (part === undefined || terms === undefined) return;
  paragraph(
    sheet,
    'That what is here belongs to the whole is proved: data/disclosure.json has a salted digest of every part of the referral, in its order, and together they are what the desk sealed when it came. Nothing of what is left out can be read or guessed from them. Which fields were left out the desk says; how many, and that all else is as it was sealed, is proved.',
  );
  const { parts, exhibits, looks } = part;
  fields(sheet, [
    ['Parts of the referral', `${number(parts.here)} of ${number(parts.of)} are here`],
    ['Files', `${number(exhibits.here)} of ${number(exhibits.of)} are here; ${number(exhibits.told)} are told of`],
    ['Looks entered at the desk', `${number(looks.here)} of ${number(looks.of)} are told`],
    ['For', terms.role === 'triage' ? 'triage' : 'investigation'],
  ]);
  const triage = leftOutFor(part, 'triage');
  if (triage > 0) note(sheet, `${count(triage, 'part')} left out for triage.`);
  listed(sheet, part.leftOut);
}

function leftOutFor({ leftOut }: ShownPart, reason: string): number {
  return leftOut.reduce((sum, { parts, why }) => (why === reason ? sum + parts : sum), 0);
}

function listed(sheet: Story['sheet'], leftOut: ShownPart['leftOut']): void {
  if (leftOut.length === 0) {
    nothing(sheet, 'Of the referral itself nothing is left out.');
    return;
  }
  const columns = [{ title: 'Field', width: 150 }, { title: 'Why' }, { title: 'Parts', width: 40, right: true }];
  const rows = leftOut.map(({ field, why, parts }): Cell[] => [label(field), WHY[why], number(parts)]);
  table(sheet, columns, rows);
}
