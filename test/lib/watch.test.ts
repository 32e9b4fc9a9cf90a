// One bit anywhere in what the desk keeps, or anything missing: watch finds it and names it.
import { DatabaseSync } from 'node:sqlite';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WatchFinding } from '../../lib/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';
import { fileIn } from '../../lib/local/vault.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';

let desk: TestDesk;
let root: string;
let referralId: string;

beforeAll(async () => {
  desk = await freshDesk();
  root = mkdtempSync(join(tmpdir(), 'referral-desk-watch-'));
  const { opened } = await refer(desk, [noise('a', 1000), noise('b', 2_200_000)]);
  referralId = opened.referralId;
  const supervisor = await desk.as('supervisor');
  await desk.desk.hold(supervisor, referralId, { reason: 'a case', legalBasis: 'an order' });
  const retracted = await refer(desk, [noise('c', 10)], { finish: false });
  await desk.desk.retract(await desk.as('reporter'), retracted.opened.referralId);
  await desk.desk.tick();
  await desk.desk.integrate();
  await refer(desk, [noise('d', 10)], { finish: false });
  await desk.local.close();
});
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await desk.end();
});

/** Watches a copy of the desk's folder after `harm` was done to it. */
async function watchAfter(harm: (dir: string) => void): Promise<readonly WatchFinding[]> {
  const dir = mkdtempSync(join(root, 'copy-'));
  execFileSync('cp', ['-a', `${desk.dir}/.`, dir]);
  try {
    harm(dir);
    const local = await openLocalDesk({ dir, now: desk.clock.now }).catch((error: unknown) => error as Error);
    if (local instanceof Error) return [{ code: (local as { code?: string }).code ?? 'unknown', where: 'opening' }];
    try {
      return (await local.desk.watch()).findings;
    } finally {
      await local.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function sql(dir: string, file: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(dir, file));
  work(db);
  db.close();
}

interface Cell {
  readonly file: string;
  readonly table: string;
  readonly column: string;
}

/** Every column of every table, as the files themselves tell, but for the bare row number of a secret, which nothing ever reads. */
function cells(): Cell[] {
  return ['ledger.db', 'secrets.db'].flatMap((file) => {
    const found: Cell[] = [];
    sql(desk.dir, file, (db) => {
      const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      for (const { name } of tables) {
        const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(String(name));
        for (const column of columns) found.push({ file, table: String(name), column: String(column['name']) });
      }
    });
    return found.filter(({ table, column }) => table !== 'secrets' || column !== 'n');
  });
}

/** One bit less or more in a stored value. */
function flip(value: unknown, at: number, bit: number): string | number | Uint8Array {
  if (typeof value === 'number') return value ^ (1 << bit);
  const bytes = Buffer.from(value instanceof Uint8Array ? value : String(value));
  const index = Math.floor(at * bytes.length) % Math.max(bytes.length, 1);
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return value instanceof Uint8Array ? Uint8Array.from(bytes) : bytes.toString('latin1');
}

/** Changes one column of one row; the first bit whose change the table's own constraints do not forbid. */
function flipCell(dir: string, { file, table, column }: Cell, nth: number, at: number): void {
  sql(dir, file, (db) => {
    const all = db.prepare(`SELECT * FROM "${table}" LIMIT 1 OFFSET ${nth}`).get() ?? {};
    const where = Object.keys(all)
      .map((name) => `"${name}" IS ?`)
      .join(' AND ');
    const values = Object.values(all) as (string | number | Uint8Array)[];
    const update = db.prepare(`UPDATE OR IGNORE "${table}" SET "${column}" = ? WHERE ${where}`);
    for (let bit = 0; bit < 7; bit++) {
      if (update.run(flip(all[column], at, bit), ...values).changes === 1) return;
    }
    throw new Error(`no bit of ${table}.${column} could be changed`);
  });
}

describe('watch', () => {
  it('finds nothing in a desk that is whole', async () => {
    expect(await watchAfter(() => undefined)).toEqual([]);
  });

  it('finds one bit in any column of any row of book, log and secrets', async () => {
    const missed: string[] = [];
    let tried = 0;
    for (const { file, table, column } of cells()) {
      let count = 0;
      sql(desk.dir, file, (db) => {
        count = Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.['n']);
      });
      for (const nth of new Set([0, Math.floor(count / 2), count - 1])) {
        if (count === 0) continue;
        for (const at of [0.1, 0.7]) {
          tried++;
          const findings = await watchAfter((dir) => {
            flipCell(dir, { file, table, column }, nth, at);
          });
          if (findings.length === 0) missed.push(`${table}.${column} of row ${nth}, at ${at}`);
        }
      }
    }
    expect(tried).toBeGreaterThan(100);
    expect(missed).toEqual([]);
  }, 240_000);

  it('finds any row that is gone', async () => {
    const missed: string[] = [];
    const tables = new Set(cells().map(({ file, table }) => `${file} ${table}`));
    for (const name of tables) {
      const [file = '', table = ''] = name.split(' ');
      let count = 0;
      sql(desk.dir, file, (db) => {
        count = Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.['n']);
      });
      for (const nth of new Set([0, Math.floor(count / 2), count - 1])) {
        if (count === 0) continue;
        const findings = await watchAfter((dir) => {
          sql(dir, file, (db) => {
            const all = db.prepare(`SELECT * FROM "${table}" LIMIT 1 OFFSET ${nth}`).get() ?? {};
            const where = Object.keys(all)
              .map((column) => `"${column}" IS ?`)
              .join(' AND ');
            db.prepare(`DELETE FROM "${table}" WHERE ${where}`).run(
              ...(Object.values(all) as (string | number | Uint8Array)[]),
            );
          });
        });
        if (findings.length === 0) missed.push(`row ${nth} of ${table}`);
      }
    }
    expect(missed).toEqual([]);
  }, 120_000);

  it('finds one bit in any vault file, a file that is gone or cut off, and a lock made shorter, and names the object', async () => {
    const local = await openLocalDesk({ dir: desk.dir, now: desk.clock.now });
    const names: string[] = [];
    for await (const name of local.ports.vault.list()) names.push(name);
    const entries = await local.ports.ledger.entries(referralId, 0, 100);
    await local.close();
    const own = new Set(entries.flatMap(({ objects }) => objects.map(({ place }) => place.name)));
    expect(own.size).toBeGreaterThan(2);
    for (const name of names) {
      const path = (dir: string): string => fileIn(join(dir, 'vault'), name);
      const size = readFileSync(path(desk.dir)).length;
      const flipAt = (at: number) => (dir: string) => {
        const bytes = readFileSync(path(dir));
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        chmodSync(path(dir), 0o644);
        const until = desk.clock.now().getTime() / 1000 + 500 * 86_400;
        writeFileSync(path(dir), bytes);
        utimesSync(path(dir), until, until);
      };
      for (const at of [0, 3, Math.floor(size / 2), size - 1]) {
        expect([name, at, (await watchAfter(flipAt(at))).map(({ code }) => code)]).toEqual([
          name,
          at,
          ['vault/damaged'],
        ]);
      }
      const gone = await watchAfter((dir) => {
        unlinkSync(path(dir));
      });
      expect(gone.every(({ code, where }) => code === 'vault/absent' && where.startsWith('object '))).toBe(true);
      expect(gone.length).toBeGreaterThan(0);
      if (!own.has(name)) continue;
      const unlocked = await watchAfter((dir) => {
        utimesSync(path(dir), 1, 1);
      });
      expect(unlocked).toEqual([{ code: 'vault/lock', where: `vault file ${name}` }]);
    }
  }, 120_000);

  it('finds a list of the destroyed that lost a line', async () => {
    const findings = await watchAfter((dir) => {
      writeFileSync(join(dir, 'keys', 'destroyed.txt'), '');
    });
    expect(findings.length).toBeGreaterThan(0);
  });

  it('finds a bit in the key file', async () => {
    const text = readFileSync(join(desk.dir, 'keys', 'desk.key'));
    const missed: number[] = [];
    for (let at = 0; at < text.length; at += 41) {
      const findings = await watchAfter((dir) => {
        const altered = Buffer.from(text);
        altered[at] = (altered[at] ?? 0) ^ 1;
        writeFileSync(join(dir, 'keys', 'desk.key'), altered);
      });
      if (findings.length === 0) missed.push(at);
    }
    expect(missed).toEqual([]);
  }, 60_000);

  it('says of a vault file that nothing refers to that it is there, without calling it damage', async () => {
    const dir = mkdtempSync(join(root, 'orphan-'));
    execFileSync('cp', ['-a', `${desk.dir}/.`, dir]);
    const local = await openLocalDesk({ dir, now: desk.clock.now });
    const name = local.ports.newId();
    await local.ports.vault.put(name, [Buffer.from('left behind')], new Date('2030-01-01'));
    const watched = await local.desk.watch();
    await local.close();
    expect(watched.findings).toEqual([]);
    expect(watched.notes).toEqual([{ code: 'vault/orphan', where: `vault file ${name}` }]);
  });
});
