// What was cleared: it stands before all else, since whoever reads on must know it.
// Always true: it says whose finding it is and what it is about, and claims no more than was entered.
import type { Case } from '../packet/case.ts';
import { fields, important, subheading } from './blocks.ts';
import type { Row } from './listing.ts';
import type { Story } from './story.ts';
import { time } from './words.ts';

export function isCleared({ clearances }: Case): boolean {
  return clearances.length > 0;
}

export function clearance({ sheet, words, case: { clearances, packet } }: Story): void {
  const { clearance: said } = words;
  const isPart = packet?.part !== undefined;
  for (const [n, found] of clearances.entries()) {
    if (clearances.length > 1) subheading(sheet, said.finding(n + 1));
    if (found.withdrawn !== undefined) important(sheet, said.withdrawn);
    important(sheet, said[found.about === 'referral' ? 'whole' : 'part'][found.finding]);
    fields(sheet, [...rowsOf(words, found, isPart), ...endOf(words, found)]);
  }
}

/** Why it stands no more. */
function endOf(words: Story['words'], { withdrawn }: Case['clearances'][number]): Row[] {
  const { clearance: said } = words;
  if (withdrawn === undefined) return [];
  const { reason, decidedBy, reference, at } = withdrawn;
  return [
    [said.withdrawal, time(words, at)],
    [said.reason, reason],
    [said.decidedBy, decidedBy],
    ...(reference === undefined ? [] : [[said.reference, reference] as const]),
  ];
}

/** In a part other things may stand at a place of the whole: it is named with the file that says what stood there. */
function rowsOf(words: Story['words'], found: Case['clearances'][number], isPart: boolean): Row[] {
  const { clearance: said } = words;
  const { about, reason, decidedBy, reference, agency, at } = found;
  return [
    ...(about === 'referral' ? [] : [[said.about, isPart ? `${about} (data/disclosure.json)` : about] as const]),
    [said.reason, reason],
    [said.decidedBy, decidedBy],
    ...(reference === undefined ? [] : [[said.reference, reference] as const]),
    [said.of, agency ?? said.desk],
    [said.entered, time(words, at)],
  ];
}
