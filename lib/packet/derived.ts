// The files of a packet that follow from its case manifest and its referral: who makes a packet and who verifies it make them here.
// Always true: the same manifest and referral give the same bytes; what may be large comes in pieces, and is made anew each time.
import type { Referral } from '../../schemas/index.ts';
import { caseGraph } from '../formats/case-uco/index.ts';
import { csvText } from '../formats/csv.ts';
import { reportXml } from '../formats/cybertipline/index.ts';
import { vicsCase, type VicsContact } from '../formats/vics.ts';
import type { Case } from './case.ts';
import { MESSAGE_COLUMNS, messageRows } from './messages.ts';
import { CYBERTIPLINE, GRAPH, isHere, MESSAGES, partsOf, VICS } from './parts.ts';

export interface Derived {
  readonly path: string;
  /** Its text, in pieces. */
  readonly make: () => Iterable<string>;
}

export function derivedFiles(manifest: Omit<Case, 'files'>, referral: Referral): Derived[] {
  const { exhibits } = manifest;
  const vics = { id: manifest.referral.id, contact: contactOf(referral), files: exhibits.filter(isHere) };
  const all = [
    { path: CYBERTIPLINE, make: () => [reportXml(referral)] },
    { path: GRAPH, make: () => caseGraph(manifest) },
    { path: VICS, make: () => vicsCase(vics) },
    { path: MESSAGES, make: () => [csvText(MESSAGE_COLUMNS, messageRows(referral, exhibits))] },
  ];
  const held = new Set(partsOf(manifest));
  return all.filter(({ path }) => held.has(path));
}

/** Whom the referral says police should contact. */
function contactOf({ reporter }: Referral): VicsContact {
  const { firstName, lastName, email = [], phone = [] } = reporter.contactPerson ?? reporter.reportingPerson;
  const name = [firstName, lastName].flatMap((part) => part ?? []).join(' ');
  return { name, email: email[0]?.value, phone: phone[0]?.value };
}
