import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, jest } from '@jest/globals';
import { localLedger, type LocalLedger } from '../../../lib/local/ledger.ts';
import type { Row } from '../../../lib/ports.ts';
import { refuses } from '../../conformance/check.ts';
import { commitOf, idsOf, isWhole, putRows, rowOf } from '../../conformance/ledger-makers.ts';
import { CHILD, cutOff, deskFolder, emptyFolder, filesHolding, modeOf } from './desk-folder.ts';

interface Opened {
  readonly dir: string;
  readonly file: string;
  readonly ledger: LocalLedger;
}

function open(): Opened {
  const dir = emptyFolder();
  const file = join(dir, 'ledger.db');
  return { dir, file, ledger: localLedger({ file, create: true }) };
}

function alter(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('localLedger', () => {
  it('keeps the book in a file for its owner alone, those beside it too', async () => {
    const { file, ledger } = open();
    await ledger.commit([commitOf('a', 0)]);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(modeOf(path)).toBe('600');
    ledger.close();
  });

  it('has everything again when it is opened again', async () => {
    const { file, ledger } = open();
    await putRows(ledger, [rowOf('r', { lists: [{ list: 'l', sort: '1' }] })]);
    ledger.close();
    const again = localLedger({ file });
    expect(await idsOf(again, 'l')).toEqual(['r']);
    expect((await again.pending(10)).length).toBe(1);
    again.close();
  });

  it('never begins an empty book where one should be', async () => {
    const file = join(emptyFolder(), 'ledger.db');
    expect(() => localLedger({ file })).toThrow(expect.objectContaining({ code: 'desk/absent' }));
    writeFileSync(file, '');
    expect(() => localLedger({ file })).toThrow(expect.objectContaining({ code: 'desk/damaged' }));
    expect(statSync(file).size).toBe(0);
    await Promise.resolve();
  });

  it.each([
    ['written by a newer program', 'PRAGMA user_version = 2', 'desk/newer'],
    ['another program’s', 'PRAGMA application_id = 7', 'desk/damaged'],
    ['one with a table too many', 'CREATE TABLE more (a)', 'desk/damaged'],
    ['one with a trigger', 'CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END', 'desk/damaged'],
    ['one without an index', 'DROP TABLE object', 'desk/damaged'],
  ])('refuses a book that is %s, and leaves it as it is', (_, sql, code) => {
    const { file, ledger } = open();
    ledger.close();
    alter(file, sql);
    const before = readFileSync(file);
    for (const create of [true, false]) {
      expect(() => localLedger({ file, create })).toThrow(expect.objectContaining({ code }));
    }
    expect(readFileSync(file)).toEqual(before);
  });

  it('refuses a file that is no database, or one cut short', async () => {
    const { file, ledger } = open();
    for (let seq = 0; seq < 100; seq++) await ledger.commit([commitOf('a', seq)]);
    ledger.close();
    const whole = readFileSync(file);
    for (const bytes of [Buffer.alloc(8192, 'x'), whole.subarray(0, 100), Buffer.alloc(whole.length)]) {
      writeFileSync(file, bytes);
      expect(() => localLedger({ file })).toThrow(expect.objectContaining({ code: 'desk/damaged' }));
    }
  });

  it('takes nothing of a batch in which an object is made a second time', async () => {
    const { ledger } = open();
    const place = { name: 'f', offset: 0, sizeBytes: 1 };
    const objects = [{ id: 'o', owner: 'w', kind: 'words', place, wrappedKey: '' } as const];
    await ledger.commit([commitOf('a', 0, { objects: [...objects] })]);
    await refuses('ledger/failed', ledger.commit([commitOf('b', 0), commitOf('a', 1, { objects: [...objects] })]));
    expect(await ledger.head('b')).toBeUndefined();
    expect((await ledger.entryOfObject('o'))?.seq).toBe(0);
    await isWhole(ledger);
    ledger.close();
  });

  it('takes nothing of a batch for which there is no room, and goes on when there is', async () => {
    const { opened, db } = watched();
    const { ledger } = opened;
    await ledger.commit([commitOf('a', 0)]);
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
    db.exec(`PRAGMA max_page_count = ${pages + 3}`);
    const large = rowOf('r', { value: { text: 'x'.repeat(50_000) } });
    await refuses('ledger/full', ledger.commit([commitOf('b', 0), commitOf('a', 1, { put: [large] })]));
    expect(await ledger.head('b')).toBeUndefined();
    await isWhole(ledger);
    db.exec(`PRAGMA max_page_count = ${pages + 100}`);
    expect(await ledger.commit([commitOf('b', 0), commitOf('a', 1, { put: [large] })])).toEqual(['done', 'done']);
    ledger.close();
  });

  it('refuses a step of the log that cannot follow', async () => {
    const { ledger } = open();
    await ledger.commit([commitOf('a', 0), commitOf('a', 1)]);
    const [first, second] = await ledger.pending(2);
    const state = { log: 1, size: 1, checkpoint: 'one' };
    if (first === undefined || second === undefined) throw new Error('nothing is pending');
    const step = { after: undefined, state, leaves: [first], tiles: [] };
    await refuses('ledger/failed', ledger.integrate({ ...step, state: { ...state, size: 2 } }));
    await refuses('ledger/failed', ledger.integrate({ ...step, leaves: [{ ...first, seq: 9 }] }));
    expect(await ledger.integrate(step)).toBe(true);
    const more = { after: state, state: { log: 1, size: 2, checkpoint: 'two' }, leaves: [second], tiles: [] };
    await refuses('ledger/failed', ledger.integrate({ ...more, leaves: [first] }));
    await refuses('ledger/failed', ledger.integrate({ ...more, state: { ...more.state, log: 3 } }));
    expect(await ledger.pending(10)).toEqual([second]);
    expect(await ledger.integrate(more)).toBe(true);
    ledger.close();
  });

  it('reads nothing without an index', () => {
    const { opened, statements } = watched();
    const { file, ledger } = opened;
    ledger.close();
    const db = new DatabaseSync(file);
    const reads = [...statements].filter(
      (sql) => /^\s*(?:SELECT|UPDATE|DELETE)/u.test(sql) && !sql.includes('sqlite_schema'),
    );
    expect(reads.length).toBeGreaterThan(20);
    for (const sql of reads) {
      const plan = db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((step) => String(step['detail']));
      expect({ sql, bad: plan.filter((step) => /^SCAN|TEMP B-TREE/u.test(step)) }).toEqual({ sql, bad: [] });
    }
    db.close();
  });
});

/** An open ledger, its connection and all that was prepared on it. */
function watched(): { opened: Opened; db: DatabaseSync; statements: Set<string> } {
  const statements = new Set<string>();
  const connections: DatabaseSync[] = [];
  const spy = jest.spyOn(DatabaseSync.prototype, 'prepare');
  const opened = open();
  for (const [sql] of spy.mock.calls) statements.add(sql);
  connections.push(...(spy.mock.contexts as DatabaseSync[]));
  spy.mockRestore();
  const db = connections.at(-1);
  if (db === undefined) throw new Error('nothing was prepared');
  return { opened, db, statements };
}

describe('rows removed', () => {
  it('leave no byte in any file when they are lookup rows, however many come and go around them', async () => {
    const { dir, ledger } = open();
    const here: Row[] = [];
    for (let round = 0; round < 25; round++) {
      const put = Array.from({ length: 60 }, (_, n): Row => {
        const id = `${randomUUID()}${'x'.repeat((n * 37) % 400)}`;
        return rowOf(id, {
          kind: 'lookup',
          value: { referral: randomUUID() },
          lists: [{ list: randomUUID(), sort: randomUUID() }],
        });
      });
      here.push(...put);
      await putRows(ledger, put);
      const gone = Array.from({ length: 30 }, (_, n) => here.splice((n * 31 + round * 17) % here.length, 1)).flat();
      await putRows(ledger, [], gone);
      for (const { id, value, lists } of gone) {
        const bytes = [
          id.slice(0, 36),
          JSON.stringify(value['referral']),
          ...lists.flatMap(({ list, sort }) => [list, sort]),
        ];
        for (const text of bytes) expect(filesHolding(dir, text)).toEqual([]);
      }
    }
    for (const row of here) expect(await ledger.row(row)).toMatchObject({ value: row.value, lists: row.lists });
    await isWhole(ledger);
    ledger.close();
  });

  it('leave none of their own when they are others', async () => {
    const { dir, ledger } = open();
    const rows = ['one', 'two'].map((id) =>
      rowOf(`${id}-${randomUUID()}`, { value: { text: `text of ${id}` }, label: 'l' }),
    );
    await putRows(ledger, rows);
    expect(filesHolding(dir, 'text of two')).not.toEqual([]);
    await putRows(ledger, [], rows.slice(1));
    expect(filesHolding(dir, 'text of two')).toEqual([]);
    expect(filesHolding(dir, rows[1]?.id ?? '')).toEqual([]);
    ledger.close();
  });

  it('are gone from the log as soon as another reader lets go of it, and till then said to be there', async () => {
    const { dir, file, ledger } = open();
    const row = rowOf(randomUUID(), { kind: 'lookup' });
    await putRows(ledger, [row]);
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM entry').get();
    await putRows(ledger, [], [row]);
    expect(filesHolding(dir, row.id)).not.toEqual([]);
    const { value } = (await ledger.inspect()[Symbol.asyncIterator]().next()) as { value: { what: string } };
    expect(value.what).toContain('write-ahead');
    reader.close();
    await putRows(ledger, []);
    expect(filesHolding(dir, row.id)).toEqual([]);
    await isWhole(ledger);
    ledger.close();
  }, 30_000);
});

describe('localLedger, its process killed', () => {
  async function prepared(): Promise<string> {
    const { dir, ledgerFile } = await deskFolder();
    const ledger = localLedger({ file: ledgerFile });
    await ledger.commit([
      commitOf('a', 0, { put: [rowOf('old', { kind: 'lookup', lists: [{ list: 'l', sort: '0' }] })] }),
    ]);
    ledger.close();
    return dir;
  }

  it.each(['before', 'before-commit', 'after'])('has all of a batch or none of it: %s', async (step) => {
    const dir = await prepared();
    cutOff('ledger.commit', dir, step);
    const ledger = localLedger({ file: join(dir, 'ledger.db') });
    const isTaken = step === 'after';
    expect((await ledger.head('a'))?.seq).toBe(isTaken ? 1 : 0);
    expect((await ledger.head('b'))?.seq).toBe(isTaken ? 0 : undefined);
    expect(await idsOf(ledger, 'l')).toEqual([isTaken ? 'r' : 'old']);
    await isWhole(ledger);
    ledger.close();
  });

  it.each(['before', 'after'])('has all of a step of the log or none of it: %s', async (step) => {
    const dir = await prepared();
    cutOff('ledger.integrate', dir, step);
    const ledger = localLedger({ file: join(dir, 'ledger.db') });
    expect((await ledger.logState())?.size).toBe(step === 'after' ? 1 : undefined);
    expect((await ledger.pending(5)).length).toBe(step === 'after' ? 0 : 1);
    await isWhole(ledger);
    ledger.close();
  });

  it('has all that it took before the disk was full, and nothing of what it did not', async () => {
    const dir = await prepared();
    const script = 'ulimit -f 2000; exec "$0" "$@"'; // at most 2,000 blocks of 512 bytes (some shells: 1,024) a file
    const child = spawnSync('sh', ['-c', script, process.execPath, CHILD, 'ledger.fill', dir], { encoding: 'utf8' });
    const said = JSON.parse(child.stdout) as { outcome: { code: string }; taken: number; found: number };
    expect(said.outcome.code).toMatch(/^ledger\/(?:full|failed)$/u);
    expect(said.found).toBe(said.taken - 1);
    const ledger = localLedger({ file: join(dir, 'ledger.db') });
    expect((await ledger.head('a'))?.seq).toBe(said.taken - 1);
    await isWhole(ledger);
    ledger.close();
  });
});

describe('inspect', () => {
  const OTHER = "'x', 'l', 'a', 0, '{}', '[]'";
  it.each([
    ['an entry missing', "DELETE FROM entry WHERE chain = 'a' AND seq = 1"],
    ['a first entry missing', "DELETE FROM entry WHERE chain = 'a' AND seq = 0"],
    ['entries in the wrong order', 'UPDATE entry SET n = 900 WHERE n = 1'],
    ['a text that is not JSON', "UPDATE entry SET text = 'x' WHERE n = 1"],
    ['a text that was altered', "UPDATE entry SET text = text || ' ' WHERE n = 1"],
    ['objects that are not JSON', "UPDATE entry SET objects = '[' WHERE n = 1"],
    ['objects that are no list', "UPDATE entry SET objects = '{}' WHERE n = 1"],
    ['an object not listed', "DELETE FROM object WHERE id = 'o'"],
    ['an object listed elsewhere', "UPDATE object SET n = 2 WHERE id = 'o'"],
    ['an object too many', "INSERT INTO object VALUES ('p', 1)"],
    ['a value that is not JSON', "UPDATE row SET value = '{' WHERE id = 'r'"],
    ['a value that is no object', "UPDATE row SET value = '[]' WHERE id = 'r'"],
    ['lists that are not JSON', "UPDATE row SET lists = '' WHERE id = 'r'"],
    ['a row missing', "DELETE FROM row WHERE id = 'r'"],
    ['a lookup row missing', "DELETE FROM lookup WHERE id = 'k'"],
    ['a row written by no entry', "UPDATE row SET seq = 77 WHERE id = 'r'"],
    ['a row out of a list', "DELETE FROM row_list WHERE id = 'r'"],
    ['a lookup row out of a list', "DELETE FROM lookup_list WHERE id = 'k'"],
    ['a row at another place of a list', "UPDATE row_list SET sort = '9' WHERE id = 'r'"],
    ['a row in a list it does not name', "INSERT INTO row_list VALUES ('m', '1', 'r', 'referral')"],
    ['a lookup row among the others', `INSERT INTO row VALUES ('lookup', ${OTHER})`],
    ['another row among the lookup rows', `INSERT INTO lookup VALUES ('referral', ${OTHER})`],
    ['an entry neither pending nor in the log', 'DELETE FROM pending WHERE n = 3'],
    ['an entry both pending and in the log', 'INSERT INTO pending VALUES (1)'],
    ['something pending that is no entry', 'INSERT INTO pending VALUES (99)'],
    ['a leaf missing', 'DELETE FROM leaf WHERE position = 0'],
    ['a leaf too many', "INSERT INTO leaf VALUES (1, 2, 3, x'00')"],
    ['a leaf of another entry', 'UPDATE leaf SET n = 99 WHERE position = 0'],
    ['leaves exchanged', 'UPDATE leaf SET n = 3 - n + 1000; UPDATE leaf SET n = n - 1000'],
    ['a hash altered', 'UPDATE leaf SET hash = zeroblob(32) WHERE position = 0'],
    ['a checkpoint of another size', 'UPDATE checkpoint SET size = 3'],
    ['a checkpoint missing', 'DELETE FROM checkpoint'],
    ['a checkpoint out of order', "INSERT INTO checkpoint VALUES (99, 1, 1, 'x')"],
    ['a tile missing', 'DELETE FROM tile'],
    ['a tile cut short', "UPDATE tile SET bytes = x'00'"],
    ['a tile too many', "INSERT INTO tile VALUES (1, 1, 0, x'00')"],
  ])('finds %s', async (_, sql) => {
    const { file, ledger } = open();
    const place = { name: 'f', offset: 0, sizeBytes: 1 };
    const objects = [{ id: 'o', owner: 'w', kind: 'words', place, wrappedKey: '' } as const];
    const lists = [{ list: 'l', sort: '1' }];
    const put = [rowOf('r', { lists }), rowOf('k', { kind: 'lookup', lists })];
    await ledger.commit([commitOf('a', 0, { objects: [...objects], put }), commitOf('a', 1), commitOf('a', 2)]);
    const state = { log: 1, size: 2, checkpoint: 'note' };
    const tiles = [{ level: 0, index: 0, bytes: Buffer.alloc(64) }];
    await ledger.integrate({ after: undefined, state, leaves: await ledger.pending(2), tiles });
    await isWhole(ledger);
    ledger.close();
    alter(file, sql);
    const altered = localLedger({ file });
    await expect(isWhole(altered)).rejects.toThrow();
    altered.close();
  });

  it('finds a file that was altered beneath it', async () => {
    const { file, ledger } = open();
    await ledger.commit(Array.from({ length: 400 }, (_, seq) => commitOf('a', seq, { put: [rowOf(`r${seq}`)] })));
    ledger.close();
    const pages = statSync(file).size / 4096;
    let found = 0;
    for (let page = 2; page < pages; page += 5) {
      const whole = readFileSync(file);
      const handle = openSync(file, 'r+');
      writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, page * 4096);
      closeSync(handle);
      const altered = localLedger({ file });
      const problems: string[] = [];
      for await (const { what } of altered.inspect()) problems.push(what);
      expect(problems).not.toEqual([]);
      found += 1;
      altered.close();
      writeFileSync(file, whole);
      rmSync(`${file}-wal`, { force: true });
    }
    expect(found).toBeGreaterThan(5);
  });
});

describe('a stored text that is not JSON', () => {
  it('is never read as if nothing were there', async () => {
    const { file, ledger } = open();
    await putRows(ledger, [rowOf('r', { lists: [{ list: 'l', sort: '1' }] })]);
    await ledger.commit([commitOf('a', 0)]);
    ledger.close();
    alter(file, "UPDATE row SET value = '{'; UPDATE entry SET objects = '[1' WHERE chain = 'a'");
    const altered = localLedger({ file });
    const key = { kind: 'referral', id: 'r' } as const;
    await refuses('ledger/failed', altered.row(key));
    await refuses('ledger/failed', altered.list('l', { limit: 1 }));
    await refuses('ledger/failed', altered.head('a'));
    await refuses('ledger/failed', altered.entries('a', 0, 1));
    await refuses('ledger/failed', altered.commit([commitOf('b', 0, { put: [rowOf('r')] })]));
    expect(await altered.head('b')).toBeUndefined();
    altered.close();
  });
});
