// Whether the book vouches for a row: the entry that wrote it carries a commitment to all of it, which nobody can make without
// the secret of the chain's owner. A row that was put or altered past the desk has none.
import { rowValue, type Core } from './core.ts';
import { commitment, commitmentKey, parseEntry } from './custody.ts';
import { isCode } from './errors.ts';
import type { Ledger, StoredRow } from './ports.ts';

type Vouching = Pick<Core, 'ledger' | 'keys'>;

/**
 * Whether the entry that a row names wrote it just so. An older row that was put back with its place is vouched for too:
 * what must not come back stands in the list of the destroyed.
 */
export async function isVouched(core: Vouching, row: StoredRow): Promise<boolean> {
  const { chain, seq } = row;
  const [stored] = await core.ledger.entries(chain, seq, 1);
  if (stored?.seq !== seq) return false;
  const both = `${chain} ${seq} ${row.label}\n${stored.text}\n${JSON.stringify(rowValue(row))}`;
  const found = foundIn(core.ledger);
  if (found.has(both) && !(await core.keys.isDestroyed(chain))) return true;
  const isSo = await holds(core, stored.text, row);
  if (isSo) remember(found, both);
  return isSo;
}

/** Whether the entry's commitment is one to this row. */
async function holds(core: Vouching, entry: string, row: StoredRow): Promise<boolean> {
  const { chain, seq, label } = row;
  try {
    const expected = parseEntry(entry).commitments[label];
    const key = commitmentKey(await core.keys.readSecret(chain), chain, seq, label);
    return commitment(key, label, 'row', rowValue(row)) === expected;
  } catch (error) {
    if (isCode(error, 'proof/malformed') || isCode(error, 'keys/absent')) return false;
    throw error;
  }
}

// ── what was found to hold ────────────────────────────────────────────────────────────────────────────────────────────

/** Entries with their rows, letter for letter, that were found to hold lately: an act looks at the same row several times. */
const FOUND = new WeakMap<Pick<Ledger, 'entries'>, Set<string>>();
const MOST_FOUND = 500;

function foundIn(ledger: Pick<Ledger, 'entries'>): Set<string> {
  const known = FOUND.get(ledger) ?? new Set();
  FOUND.set(ledger, known);
  return known;
}

/** What was found of one ledger holds for another that answers out of it. */
export function shareFound(of: Pick<Ledger, 'entries'>, to: Pick<Ledger, 'entries'>): void {
  FOUND.set(to, foundIn(of));
}

function remember(found: Set<string>, both: string): void {
  found.add(both);
  const [oldest] = found;
  if (found.size > MOST_FOUND && oldest !== undefined) found.delete(oldest);
}
