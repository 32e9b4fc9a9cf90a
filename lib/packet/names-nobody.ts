// A packet for triage names no victim, and neither may what goes with every packet: the words of the order, conditions of handling,
// findings that clear.
import type { Referral } from '../../schemas/index.ts';
import { entriesOf, type Core } from '../core.ts';
import { parseEntry } from '../custody.ts';
import { DeskError } from '../errors.ts';
import { wordsOf } from '../words.ts';
import type { CaseClearance } from './clearances.ts';
import { identifierFinder } from './identifiers.ts';
import type { PacketTerms } from './terms.ts';

interface Ordered {
  readonly purpose: string;
  readonly legalBasis: string;
  readonly terms: PacketTerms;
}

/** @throws DeskError input/invalid (the order names a victim), state/handling (what goes with it does) */
export async function demandNamesNobody(
  core: Core,
  referralId: string,
  { victim = [], handling }: Referral,
  { purpose, legalBasis, terms }: Ordered,
): Promise<void> {
  if (terms.role !== 'triage') return;
  const names = identifierFinder(victim);
  if (names(handling) || names(await findingsOf(core, referralId)))
    throw new DeskError(
      'state/handling',
      'What must go with it (conditions of handling, a finding that clears) names a victim: triage cannot have it.',
    );
  if (!names([purpose, legalBasis, terms.originatorConsent])) return;
  throw new DeskError(
    'input/invalid',
    'A packet for triage names no victim: take that out of purpose and legal basis.',
  );
}

/** What findings that clear say in words. */
async function findingsOf(core: Core, referralId: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const stored of entriesOf(core, referralId)) {
    if (!['clear', 'withdraw-clearance'].includes(parseEntry(stored.text).act)) continue;
    const { reason, decidedBy, reference } = await wordsOf<CaseClearance>(core, stored);
    found.push([reason, decidedBy, reference]);
  }
  return found;
}
