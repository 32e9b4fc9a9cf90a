// What a finding that clears may say: of something that is there, in words that name no victim.
import type { ClearRequest, Referral } from '../schemas/index.ts';
import { DeskError } from './errors.ts';
import { identifierFinder } from './packet/identifiers.ts';

/** What is sealed beside the entry of a finding. `agency`: whose finding it is; the desk's own without one. */
export interface ClearWords extends ClearRequest {
  readonly agency?: string;
}

/** @throws DeskError input/invalid (the referral has nothing there) */
export function demandThere(about: string, document: object): void {
  if (about === 'referral' || valueAt(document, about) !== undefined) return;
  throw new DeskError('input/invalid', 'The referral has nothing at this pointer.', {
    findings: [{ code: 'absent', path: '/about', message: 'Write the pointer of a person or an attachment in it.' }],
  });
}

/** The words go to all who received it, and into packets for triage, which name no victim. @throws DeskError input/invalid */
export function demandNameless(
  { reason, decidedBy, reference }: Pick<ClearWords, 'reason' | 'decidedBy' | 'reference'>,
  { victim = [] }: Referral,
): void {
  if (!identifierFinder(victim)([reason, decidedBy, reference])) return;
  throw new DeskError('input/invalid', 'The words of a finding name no victim: they go to all who received it.', {
    findings: [{ code: 'names-victim', path: '/reason', message: 'Take out what names a victim.' }],
  });
}

/** What stands at a JSON pointer whose keys need no unescaping. */
function valueAt(document: object, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
}
