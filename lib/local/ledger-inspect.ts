// Looks for damage in the book that its verbs would not meet: a corrupt file, tables that contradict each other, gaps. One
// query after another; between two of them others have their turn. Names ids and places, never a lookup row's id.
import type { DatabaseSync } from 'node:sqlite';
import { LOOKUP_CHECKS, unvouchedRows, type Check, type Damage } from './ledger-vouch.ts';
import { LOOKUPS, ROWS, type RowTables } from './ledger-layout.ts';
import { hashOf } from './ledger-log.ts';

export async function* inspectLedger(db: DatabaseSync, isScrubDue: () => boolean): AsyncGenerator<Damage> {
  if (isScrubDue()) yield { what: 'Removed rows still stand in the write-ahead log.', where: 'ledger' };
  for (const check of [...CHECKS, leafHashes, logSizes, tileSizes, unvouchedRows]) {
    yield* attempt(() => (typeof check === 'function' ? check(db) : ask(db, check)));
    await breathe();
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const NOT_OBJECTS = `json_each(CASE WHEN json_valid(e.objects) THEN e.objects ELSE '[]' END)`;

const CHECKS: readonly Check[] = [
  {
    what: 'The file is corrupt.',
    where: `SELECT integrity_check AS place FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
  },
  {
    what: 'An entry is missing before this one.',
    where: `SELECT chain || '/' || seq AS place FROM
      (SELECT chain, seq, coalesce(lag(seq) OVER (PARTITION BY chain ORDER BY seq), -1) AS before FROM entry)
      WHERE seq <> before + 1`,
  },
  {
    what: 'An entry arrived before the one it follows.',
    where: `SELECT chain || '/' || seq AS place FROM
      (SELECT chain, seq, n, lag(n) OVER (PARTITION BY chain ORDER BY seq) AS before FROM entry) WHERE n < before`,
  },
  {
    what: 'The text of an entry is not JSON.',
    where: `SELECT chain || '/' || seq AS place FROM entry
      WHERE NOT json_valid(text) OR NOT json_valid(objects) OR json_type(objects) <> 'array'`,
  },
  {
    what: 'An object of an entry is not in the list of objects.',
    where: `SELECT e.chain || '/' || e.seq AS place FROM entry e, ${NOT_OBJECTS} j
      LEFT JOIN object o ON o.id = j.value ->> 'id' WHERE o.n IS NOT e.n`,
  },
  {
    what: 'An object is listed that no entry has.',
    where: `SELECT o.id AS place FROM object o WHERE NOT EXISTS
      (SELECT 1 FROM entry e, ${NOT_OBJECTS} j WHERE e.n = o.n AND j.value ->> 'id' = o.id)`,
  },
  ...rowChecks(ROWS, `r.kind || '/' || r.id`, `l.kind || '/' || l.id`, `r.kind = 'lookup'`),
  ...rowChecks(LOOKUPS, `'lookup'`, `'lookup'`, `r.kind <> 'lookup'`),
  ...LOOKUP_CHECKS,
  {
    what: 'An entry is neither pending nor in the log.',
    where: `SELECT e.chain || '/' || e.seq AS place FROM entry e
      WHERE NOT EXISTS (SELECT 1 FROM pending p WHERE p.n = e.n)
        AND NOT EXISTS (SELECT 1 FROM leaf l WHERE l.n = e.n AND l.log = (SELECT max(log) FROM checkpoint))`,
  },
  {
    what: 'An entry is pending although it is in the log.',
    where: `SELECT e.chain || '/' || e.seq AS place FROM pending p JOIN entry e ON e.n = p.n
      JOIN leaf l ON l.n = p.n AND l.log = (SELECT max(log) FROM checkpoint)`,
  },
  {
    what: 'Something is pending that is no entry.',
    where: 'SELECT p.n AS place FROM pending p LEFT JOIN entry e ON e.n = p.n WHERE e.n IS NULL',
  },
  {
    what: 'A leaf of the log has no entry.',
    where: `SELECT l.log || '/' || l.position AS place FROM leaf l LEFT JOIN entry e ON e.n = l.n WHERE e.n IS NULL`,
  },
  {
    what: 'A leaf of the log is missing before this one.',
    where: `SELECT log || '/' || position AS place FROM
      (SELECT log, position, coalesce(lag(position) OVER (PARTITION BY log ORDER BY position), -1) AS before FROM leaf)
      WHERE position <> before + 1`,
  },
  {
    what: 'A checkpoint is missing before this one.',
    where: `SELECT log || '/' || size AS place FROM
      (SELECT log, size, k, row_number() OVER (ORDER BY k) AS place FROM checkpoint) WHERE k <> place`,
  },
  {
    what: 'A checkpoint does not follow the one before it.',
    where: `SELECT log || '/' || size AS place FROM
      (SELECT log, size, lag(log) OVER w AS log0, lag(size) OVER w AS size0 FROM checkpoint WINDOW w AS (ORDER BY k))
      WHERE NOT ((log = log0 AND size >= size0) OR log = log0 + 1)`,
  },
];

function rowChecks({ rows, lists }: RowTables, rowPlace: string, listPlace: string, isMisplaced: string): Check[] {
  const names = `json_each(CASE WHEN json_valid(r.lists) THEN r.lists ELSE '[]' END)`;
  return [
    {
      what: 'A row is not JSON.',
      where: `SELECT ${rowPlace} AS place FROM ${rows} r
        WHERE NOT json_valid(r.value) OR json_type(r.value) <> 'object'
           OR NOT json_valid(r.lists) OR json_type(r.lists) <> 'array'`,
    },
    {
      what: 'A row lies where no verb finds it.',
      where: `SELECT ${rowPlace} AS place FROM ${rows} r WHERE ${isMisplaced}`,
    },
    {
      what: 'A row was written by an entry that is not there.',
      where: `SELECT ${rowPlace} AS place FROM ${rows} r WHERE NOT EXISTS
        (SELECT 1 FROM entry e WHERE e.chain = r.chain AND e.seq = r.seq)`,
    },
    {
      what: 'A row does not stand in a list that it names.',
      where: `SELECT ${rowPlace} AS place FROM ${rows} r, ${names} j WHERE NOT EXISTS
        (SELECT 1 FROM ${lists} l WHERE l.list = j.value ->> 'list' AND l.sort = j.value ->> 'sort'
           AND l.id = r.id AND l.kind = r.kind)`,
    },
    {
      what: 'A list has a row that is not there or does not name it.',
      where: `SELECT ${listPlace} AS place FROM ${lists} l WHERE NOT EXISTS
        (SELECT 1 FROM ${rows} r, ${names} j WHERE r.kind = l.kind AND r.id = l.id
           AND j.value ->> 'list' = l.list AND j.value ->> 'sort' = l.sort)`,
    },
  ];
}

function* ask(db: DatabaseSync, { what, where }: Check): Generator<Damage> {
  for (const { place } of db.prepare(where).all()) yield { what, where: String(place) };
}

/** The log's leaves must be the hashes of the entries they name. */
function* leafHashes(db: DatabaseSync): Generator<Damage | undefined> {
  const page = db.prepare(
    `SELECT l.log, l.position, lower(hex(l.hash)) AS hash, e.text FROM leaf l JOIN entry e ON e.n = l.n
     WHERE (l.log, l.position) > (?, ?) ORDER BY l.log, l.position LIMIT 1000`,
  );
  for (let log = 0, position = -1, isMore = true; isMore;) {
    const found = page.all(log, position);
    for (const leaf of found) {
      [log, position] = [Number(leaf['log']), Number(leaf['position'])];
      if (hashOf(String(leaf['text'])) === leaf['hash']) continue;
      yield { what: 'A leaf of the log is not the hash of its entry.', where: `${log}/${position}` };
    }
    isMore = found.length > 0;
    yield undefined;
  }
}

/** Each log's last checkpoint counts its leaves. */
function* logSizes(db: DatabaseSync): Generator<Damage> {
  const counted = db.prepare(
    `SELECT log, sum(leaves) AS leaves, max(size) AS size FROM
       (SELECT log, count(*) AS leaves, NULL AS size FROM leaf GROUP BY log
        UNION ALL SELECT log, 0, max(size) FROM checkpoint GROUP BY log)
     GROUP BY log`,
  );
  for (const { log, leaves, size } of counted.all()) {
    if (leaves !== size) yield { what: 'The log and its checkpoint differ in size.', where: String(log) };
  }
}

const TILE_WIDTH = 256;
const HASH_BYTES = 32;

/** A log of `size` leaves has floor(size / 256^level) hashes on each level: full tiles and at most one that is not. */
function* tileSizes(db: DatabaseSync): Generator<Damage> {
  const logs = db.prepare('SELECT log, max(size) AS size FROM checkpoint GROUP BY log').all();
  const sizes = new Map(logs.map((log) => [Number(log['log']), Number(log['size'])]));
  const wanted = new Map([...sizes].flatMap(([log, size]) => wantedTiles(log, size)));
  const tiles = db.prepare('SELECT log, level, position, length(bytes) AS size FROM tile').all();
  for (const { log, level, position, size } of tiles) {
    const where = `${Number(log)}/${Number(level)}/${Number(position)}`;
    const want = wanted.get(where);
    wanted.delete(where);
    if (want === undefined) yield { what: 'The log has a tile too many.', where };
    else if (want !== size) yield { what: 'A tile of the log has the wrong size.', where };
  }
  for (const where of wanted.keys()) yield { what: 'A tile of the log is missing.', where };
}

function wantedTiles(log: number, size: number): [string, number][] {
  const tiles: [string, number][] = [];
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    for (let at = 0; at * TILE_WIDTH < hashes; at++) {
      tiles.push([`${log}/${level}/${at}`, Math.min(TILE_WIDTH, hashes - at * TILE_WIDTH) * HASH_BYTES]);
    }
  }
  return tiles;
}

/** A query that fails is damage too, and no reason to leave the others out. `undefined` is a place to let others have their turn. */
async function* attempt(check: () => Iterable<Damage | undefined>): AsyncGenerator<Damage> {
  try {
    for (const found of check()) {
      if (found === undefined) await breathe();
      else yield found;
    }
  } catch {
    yield { what: 'The file cannot be read in part.', where: 'ledger' };
  }
}
