// Whether the book vouches for a row: the entry that wrote it carries a commitment to all of it, which nobody can make without
// the secret of the chain's owner. A row that was put or altered past the desk has none.
import { rowValue, type Core } from './core.ts';
import { commitment, commitmentKey, parseEntry } from './custody.ts';
import { isCode } from './errors.ts';
import type { StoredRow } from './ports.ts';

/**
 * Whether the entry that a row names wrote it just so. An older row that was put back with its place is vouched for too:
 * what must not come back stands in the list of the destroyed.
 */
export async function isVouched(core: Pick<Core, 'ledger' | 'keys'>, row: StoredRow): Promise<boolean> {
  const { chain, seq, label } = row;
  const [stored] = await core.ledger.entries(chain, seq, 1);
  if (stored?.seq !== seq) return false;
  try {
    const expected = parseEntry(stored.text).commitments[label];
    const key = commitmentKey(await core.keys.readSecret(chain), chain, seq, label);
    return commitment(key, label, 'row', rowValue(row)) === expected;
  } catch (error) {
    if (isCode(error, 'proof/malformed') || isCode(error, 'keys/absent')) return false;
    throw error;
  }
}
