// What somebody who can write to the book, but holds no secret, puts into it: watch names it, for no entry vouches for it.
import type { DatabaseSync } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { append, assemble, SETTINGS, type Core } from '../../lib/core.ts';
import { commitmentKey, entryCommitment, entryHash, parseEntry, type Entry } from '../../lib/custody.ts';
import { canonical } from '../../lib/formats/canonical.ts';
import { DESK, type Json } from '../../lib/ports.ts';
import { chainOf } from '../../lib/referral.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { watchHarmed } from './harmed-copy.ts';

/** A row as its table has it. */
interface StoredCells {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly chain: string;
  readonly seq: number;
  readonly value: string;
  readonly lists: string;
}

let desk: TestDesk;
let referralId: string;
let destroyedId: string;
let openRow: StoredCells;

beforeAll(async () => {
  desk = await freshDesk();
  const reporter = await desk.as('reporter');
  const unfinished = await refer(desk, [noise('a', 10)], { finish: false });
  referralId = unfinished.opened.referralId;
  const db = await desk.local.ports.ledger.row({ kind: 'referral', id: referralId });
  if (db === undefined) throw new Error('no row');
  openRow = { ...db, value: JSON.stringify(db.value), lists: JSON.stringify(db.lists) };
  await desk.desk.finish(reporter, referralId);
  const retracted = await refer(desk, [noise('b', 10)], { finish: false });
  destroyedId = retracted.opened.referralId;
  await desk.desk.retract(reporter, destroyedId);
  await desk.desk.tick();
  await desk.desk.integrate();
  await refer(desk, [], { finish: false });
  await desk.local.close();
});
afterAll(() => desk.end());

const codesAfter = async (harm: (ledger: DatabaseSync) => void): Promise<string[]> => [
  ...new Set((await watchHarmed(desk, harm)).map(({ code }) => code)),
];

function cellsOf(ledger: DatabaseSync, sql: string, value: string): Partial<StoredCells> {
  return ledger.prepare(sql).get(value) ?? {};
}

function putRow(ledger: DatabaseSync, table: 'row' | 'lookup', row: Partial<StoredCells>): void {
  const { kind = '', id = '', label = '', chain = '', seq = 0, value = '', lists = '[]' } = row;
  ledger
    .prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?)`)
    .run(kind, id, label, chain, seq, value, lists);
  const list = ledger.prepare(`INSERT OR IGNORE INTO ${table}_list VALUES (?, ?, ?, ?)`);
  for (const at of JSON.parse(lists) as { list: string; sort: string }[]) list.run(at.list, at.sort, id, kind);
}

describe('watch, of rows', () => {
  it('finds an actor whom no entry added', async () => {
    const harm = (ledger: DatabaseSync): void => {
      const row = cellsOf(ledger, "SELECT * FROM row WHERE kind = 'actor' AND id <> ? LIMIT 1", DESK);
      const [id, label] = ['forged', 'row:actor/forged'];
      putRow(ledger, 'row', { ...row, id, label, chain: DESK, seq: 0 });
    };
    expect(await codesAfter(harm)).toEqual(['ledger/damaged']);
  });

  it('finds a referral altered and said to be written by the desk', async () => {
    const harm = (ledger: DatabaseSync): void => {
      const value = canonical({ ...(JSON.parse(openRow.value) as object), state: 'expired' });
      putRow(ledger, 'row', { ...openRow, value, chain: DESK, seq: 0 });
    };
    expect(await codesAfter(harm)).toEqual(['ledger/damaged', 'ledger/row-altered']);
  });

  it('finds a row that was put back to an earlier day, with the place it had then', async () => {
    const harm = (ledger: DatabaseSync): void => {
      ledger.prepare('DELETE FROM row_list WHERE id = ?').run(referralId);
      putRow(ledger, 'row', openRow);
    };
    expect(await codesAfter(harm)).toEqual(['ledger/damaged', 'ledger/row-altered']);
  });

  it.each([
    ['in the list of its referral', true],
    ['in no list', false],
  ])('finds a lookup row that no entry wrote, %s', async (_title, isListed) => {
    const harm = (ledger: DatabaseSync): void => {
      const row = cellsOf(ledger, 'SELECT * FROM lookup WHERE chain = ?', referralId);
      const lists = isListed ? (row.lists ?? '') : '[]';
      putRow(ledger, 'lookup', { ...row, id: '0'.repeat(64), lists });
    };
    expect(await codesAfter(harm)).toContain('ledger/damaged');
  });

  it('finds a lookup row that leads to what was destroyed', async () => {
    const harm = (ledger: DatabaseSync): void => {
      const lists = JSON.stringify([{ list: `lookups/${destroyedId}`, sort: '0' }]);
      const value = JSON.stringify({ referral: destroyedId });
      const label = 'row:lookup/0';
      putRow(ledger, 'lookup', { kind: 'lookup', id: '0'.repeat(64), label, chain: destroyedId, seq: 0, value, lists });
    };
    expect(await codesAfter(harm)).toEqual(['destroy/lookup-remains']);
  });

  it('finds what remains of a destroyed referral altered', async () => {
    const harm = (ledger: DatabaseSync): void => {
      const altered = ledger
        .prepare(`UPDATE row SET value = json_set(value, '$.forged', 1) WHERE kind = 'attachment' AND chain = ?`)
        .run(destroyedId);
      expect(Number(altered.changes)).toBe(1);
    };
    expect(await codesAfter(harm)).toEqual(['ledger/row-altered']);
  });
});

describe('watch, of entries', () => {
  it('finds one that was written without the secret, however well it fits', async () => {
    const harm = (ledger: DatabaseSync): void => {
      const last =
        ledger.prepare('SELECT * FROM entry WHERE chain = ? ORDER BY seq DESC LIMIT 1').get(referralId) ?? {};
      const before = parseEntry(String(last['text']));
      const seq = before.seq + 1;
      const commitments = { entry: createHash('sha256').update('a guess').digest('hex') };
      const entry = { ...before, seq, prev: entryHash(String(last['text'])), act: 'warn', objects: [], commitments };
      const insert = ledger.prepare("INSERT INTO entry (chain, seq, text, objects) VALUES (?, ?, ?, '[]')");
      const n = insert.run(referralId, seq, canonical(entry)).lastInsertRowid;
      ledger.prepare('INSERT INTO pending VALUES (?)').run(n);
    };
    expect(await codesAfter(harm)).toEqual(['custody/forged']);
  });

  it('finds a chain whose time falls', async () => {
    await withCore(async (core) => {
      const chain = await chainOf(core, referralId);
      const head = await core.ledger.head(referralId);
      const before = parseEntry(head?.text ?? '');
      const unvouched: Entry = {
        ...before,
        seq: before.seq + 1,
        prev: entryHash(head?.text ?? ''),
        time: '2026-11-22T09:00:00.000Z',
        act: 'warn',
        objects: [],
        commitments: {},
      };
      const key = commitmentKey(chain.secret, referralId, unvouched.seq, 'entry');
      const entry = { ...unvouched, commitments: { entry: entryCommitment(key, unvouched) } };
      const stored = { chain: referralId, seq: entry.seq, text: canonical(entry), objects: [] };
      expect(await core.commit({ entry: stored, put: [], remove: [], absent: [] })).toBe('done');
      return ['custody/time'];
    });
  });

  it('finds a certificate that is of another chain than the one that is there', async () => {
    await withCore(async (core) => {
      const row = await core.ledger.row({ kind: 'certificate', id: destroyedId });
      const value: Record<string, Json> = { ...row?.value, sealedObjects: 1_000 };
      await append(core, await chainOf(core, DESK), () =>
        Promise.resolve({ act: 'certify', actorId: DESK, put: [{ kind: 'certificate', id: destroyedId, value }] }),
      );
      return ['destroy/certificate'];
    });
  });

  it('finds a signing key that was replaced without a word, and none that was entered', async () => {
    await withCore(async (core, local) => {
      await local.desk.rotateKey(await local.as('operator'), 'packets');
      expect((await local.desk.watch()).findings).toEqual([]);
      await core.keys.rotate('log', core.now());
      return ['keys/unentered'];
    });
  });
});

/** Does something to a desk of its own that has one finished referral and one destroyed; then watch finds just this. */
async function withCore(act: (core: Core, own: TestDesk) => Promise<string[]>): Promise<void> {
  const [finished, gone] = [referralId, destroyedId];
  const own = await freshDesk();
  try {
    referralId = (await refer(own, [noise('a', 10)])).opened.referralId;
    destroyedId = (await refer(own, [noise('b', 10)], { finish: false })).opened.referralId;
    await own.desk.retract(await own.as('reporter'), destroyedId);
    await own.desk.tick();
    const expected = await act(assemble(own.desk.id, own.local.ports, SETTINGS), own);
    expect((await own.desk.watch()).findings.map(({ code }) => code)).toEqual(expected);
  } finally {
    [referralId, destroyedId] = [finished, gone];
    await own.end();
  }
}
