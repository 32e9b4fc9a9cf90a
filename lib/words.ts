// What an entry says that no one may read who has only the chain: the words sealed beside it, opened.
import type { Core } from './core.ts';
import type { Entry } from './custody.ts';
import type { StoredEntry } from './ports.ts';
import { nthObject } from './referral.ts';
import { openSmall } from './seal.ts';

/**
 * The words that an entry made in place `n` of what is sealed beside it, as `sealJson` took them.
 * @param entry as for `nthObject`
 * @throws DeskError absent/object, ledger/failed (the book was altered past the desk), keys/absent, sealed/damaged, vault/absent, vault/damaged
 */
export async function wordsOf<T>(core: Core, stored: StoredEntry, n = 0, entry?: Entry): Promise<T> {
  return JSON.parse((await openSmall(core, nthObject(stored, n, entry))).toString('utf8')) as T;
}
