// What one act reads of the book, read once: entries, which never change, for the whole of it, and rows until the act looks where its chain stands.
// Always true: what an act decides on was read after the place in its chain was, and is not told to another act, but for what never
// changes (lately.ts, vouch.ts).
import type { Core } from './core.ts';
import type { Owner, RowKey, StoredEntry, StoredRow } from './ports.ts';
import { shareFound } from './vouch.ts';

/** The same core, for one act. `append` renews it: rows are read anew for each attempt, and after it. */
export function readingOnce(core: Core): Core {
  const entries = new Map<string, Promise<StoredEntry[]>>();
  const secrets = new Map<Owner, Promise<Uint8Array>>();
  const rows = new Map<string, Promise<StoredRow | undefined>>();
  const { ledger, keys } = core;
  const entriesOf = (chain: string, from: number, limit: number): Promise<StoredEntry[]> =>
    limit === 1
      ? remembered(entries, `${from} ${chain}`, () => ledger.entries(chain, from, 1), isThere)
      : ledger.entries(chain, from, limit);
  const rowOf = (key: RowKey): Promise<StoredRow | undefined> =>
    remembered(rows, `${key.kind}/${key.id}`, () => ledger.row(key));
  const secretOf = async (owner: Owner): Promise<Uint8Array> =>
    Uint8Array.from(await remembered(secrets, owner, () => keys.readSecret(owner)));
  /** Who holds the secret acts on: that it was destroyed since shows in the chain, where nothing can be added then. */
  const isDestroyed = async (owner: Owner): Promise<boolean> => {
    const isHeld = secrets.get(owner)?.then(
      () => true,
      () => false,
    );
    return (await isHeld) === true ? false : keys.isDestroyed(owner);
  };
  const once = { ...ledger, entries: entriesOf, row: rowOf };
  shareFound(ledger, once);
  return {
    ...core,
    ledger: once,
    keys: { ...keys, readSecret: secretOf, isDestroyed },
    renew: () => {
      rows.clear();
    },
  };
}

function isThere(found: readonly StoredEntry[]): boolean {
  return found.length > 0;
}

/** What fails, or may still come, is asked for again. */
function remembered<T>(
  known: Map<string, Promise<T>>,
  name: string,
  ask: () => Promise<T>,
  isLasting: (found: T) => boolean = () => true,
): Promise<T> {
  const held = known.get(name);
  if (held !== undefined) return held;
  const asked = ask();
  const forget = (): void => {
    if (known.get(name) === asked) known.delete(name);
  };
  known.set(name, asked);
  asked.then((found) => {
    if (!isLasting(found)) forget();
  }, forget);
  return asked;
}
