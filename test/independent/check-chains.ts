// Checks every entry against the one before it, and against the records and tables that stand beside it.
import { demand } from './bytes.ts';
import { demandNext, entryHash, readEntryText, readRecords, type Entry, type ObjectRecord } from './entry.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { canonical } from './json.ts';
import type { Ledger, StoredEntry } from './ledger.ts';

export interface Link {
  readonly n: number;
  readonly entry: Entry;
  readonly hash: string;
  readonly records: readonly ObjectRecord[];
}

export function nameOf({ entry }: Link): string {
  return `entry ${entry.seq} of ${entry.chain}`;
}

/** Every entry that could be read, in the order in which they were taken. */
export function checkChains(folder: Folder, findings: Findings): readonly Link[] {
  const heads = new Map<string, Link>();
  const links = folder.ledger.entries.flatMap((stored) => {
    const where = `entry ${stored.seq} of ${stored.chain}`;
    const link = findings.attempt(where, () => readLink(folder, stored));
    if (link === undefined) return [];
    findings.attempt(where, () => {
      demandNext(link.entry, heads.get(stored.chain));
    });
    heads.set(stored.chain, link);
    return [link];
  });
  const made = links.reduce((count, { records }) => count + records.length, 0);
  findings.expect(made === folder.ledger.objects.size, 'table object', 'names other objects than the entries');
  return links;
}

function readLink(folder: Folder, stored: StoredEntry): Link {
  const entry = readEntryText(stored.text);
  demand(entry.desk === folder.desk, 'of another desk');
  demand(entry.chain === stored.chain && entry.seq === stored.seq, 'stands in the place of another entry');
  const records = readRecords(stored.objects);
  demandRecords(folder.ledger, stored.n, entry, records);
  return { n: stored.n, entry, hash: entryHash(stored.text), records };
}

function demandRecords(ledger: Ledger, n: number, entry: Entry, records: readonly ObjectRecord[]): void {
  const ids = (all: readonly { readonly id: string }[]): string => canonical(all.map(({ id }) => id));
  demand(ids(records) === ids(entry.objects), 'its records are of other objects than it names');
  for (const { id, owner } of records) {
    demand(ledger.objects.get(id) === n, `object ${id} is entered elsewhere`);
    demand(owner === entry.chain || entry.chain === 'desk', `object ${id} belongs to another owner`);
  }
}

/** The last entry of each chain. */
export function headsOf(links: readonly Link[]): ReadonlyMap<string, Link> {
  return new Map(links.map((link) => [link.entry.chain, link]));
}

/** The chains whose destruction has been entered. */
export function endedOf(links: readonly Link[]): ReadonlySet<string> {
  return new Set(links.filter(({ entry }) => entry.act === 'destroy').map(({ entry }) => entry.chain));
}
