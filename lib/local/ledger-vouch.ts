// Whether the book's own entries vouch for its rows: every row names the newest entry, over all chains, that carries its label.
import type { DatabaseSync } from 'node:sqlite';

export interface Damage {
  readonly what: string;
  readonly where: string;
}

/** A query that answers the place of each thing wrong. */
export interface Check {
  readonly what: string;
  readonly where: string;
}

const LOOKUP_LABEL = 'row:lookup/0';

/** Each lookup row has an entry to itself, since all of them share one label. */
export const LOOKUP_CHECKS: readonly Check[] = [
  {
    what: 'The entry that a row names does not vouch for it.',
    where: `SELECT 'lookup' AS place FROM lookup r LEFT JOIN entry e ON e.chain = r.chain AND e.seq = r.seq
      WHERE r.label <> '${LOOKUP_LABEL}'
         OR json_type(CASE WHEN json_valid(e.text) THEN e.text END, '$.commitments."${LOOKUP_LABEL}"') IS NULL`,
  },
  {
    what: 'Two lookup rows name one entry.',
    where: `SELECT 'lookup' AS place FROM lookup GROUP BY chain, seq HAVING count(*) > 1`,
  },
];

const PAGE = 1000;

/**
 * Every row but lookup rows whose label is not its own, or which names another entry than the newest with its label. Entries are
 * read once; `undefined` is a place to let others have their turn. What is entered meanwhile is read before each page of rows,
 * and nothing comes between the two.
 */
export function* unvouchedRows(db: DatabaseSync): Generator<Damage | undefined> {
  const newest = newestLabels(db);
  while (newest.read()) yield undefined;
  const page = db.prepare(
    `SELECT r.kind, r.id, r.label, e.n FROM row r LEFT JOIN entry e ON e.chain = r.chain AND e.seq = r.seq
     WHERE (r.kind, r.id) > (?, ?) ORDER BY r.kind, r.id LIMIT ${PAGE}`,
  );
  for (let [kind, id, isMore] = ['', '', true]; isMore;) {
    while (newest.read());
    const rows = page.all(kind, id);
    const wrong = rows.filter((row) => !isVouched(row, newest.n));
    yield* wrong.map((row) => ({
      what: 'The newest entry about a row is not the one that it names.',
      where: `${String(row['kind'])}/${String(row['id'])}`,
    }));
    [kind, id] = [String(rows.at(-1)?.['kind']), String(rows.at(-1)?.['id'])];
    isMore = rows.length === PAGE;
    yield undefined;
  }
}

function isVouched(row: Record<string, unknown>, newest: (label: string) => number | undefined): boolean {
  const label = `row:${String(row['kind'])}/${String(row['id'])}`;
  return row['label'] === label && row['n'] === newest(label);
}

interface NewestLabels {
  /** Reads a page more; false when there is none. */
  readonly read: () => boolean;
  /** The entry's number, in the order they arrived. */
  readonly n: (label: string) => number | undefined;
}

function newestLabels(db: DatabaseSync): NewestLabels {
  const page = db.prepare(`SELECT n, text FROM entry WHERE n > ? ORDER BY n LIMIT ${PAGE}`);
  const newest = new Map<string, number>();
  let last = 0;
  return {
    read: () => {
      const entries = page.all(last);
      for (const { n, text } of entries) {
        last = Number(n);
        for (const label of rowLabels(String(text))) newest.set(label, last);
      }
      return entries.length > 0;
    },
    n: (label) => newest.get(label),
  };
}

function rowLabels(text: string): string[] {
  const isRow = (label: string): boolean => label.startsWith('row:') && label !== LOOKUP_LABEL;
  return Object.keys(commitmentsOf(text)).filter(isRow);
}

/** None where the text is not what an entry should be: other checks say so. */
function commitmentsOf(text: string): object {
  try {
    const { commitments } = JSON.parse(text) as { commitments?: unknown };
    return typeof commitments === 'object' && commitments !== null ? commitments : {};
  } catch {
    return {};
  }
}
