// The referral's document, opened from what is sealed beside its first entry.
import type { Referral } from '../../schemas/index.ts';
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import type { PhoneFacts } from '../formats/phone.ts';
import type { StoredEntry } from '../ports.ts';
import { wordsOf } from '../words.ts';

export interface OpenedDocument {
  readonly referral: Referral;
  readonly phones: Readonly<Record<string, PhoneFacts>>;
}

/** @throws DeskError ledger/failed, and what a damaged vault throws */
export async function openDocument(
  core: Core,
  owner: string,
): Promise<OpenedDocument & { readonly first: StoredEntry }> {
  const [first] = await core.ledger.entries(owner, 0, 1);
  if (first === undefined) throw new DeskError('ledger/failed', 'The book lacks the first entry of the chain.');
  const { referral, phones } = await wordsOf<OpenedDocument>(core, first, 1); // no more of it: beside them stands how its sender finds it
  return { referral, phones, first };
}
