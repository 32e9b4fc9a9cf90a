// What every Ledger promises (lib/ports.ts), check by check, each on an empty book. What concerns the log stands in
// ledger-log.ts, lists in ledger-lists.ts.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { CommitResult, Json, ObjectRecord, Row, StoredEntry } from '../../lib/ports.ts';
import { register, same, type Check, type Opened } from './check.ts';
import { listChecks } from './ledger-lists.ts';
import { logChecks } from './ledger-log.ts';
import { commitOf, idsOf, isWhole, objectOf, putRows, rowOf, textOf, type LedgerPort } from './ledger-makers.ts';

export function ledgerConformance(name: string, open: () => Promise<Opened<LedgerPort>>): void {
  register(name, ledgerChecks, open);
}

const commitChecks: readonly Check<LedgerPort>[] = [
  {
    title: 'keeps the entries of a chain in order and word for word',
    run: async ({ ledger }) => {
      const text = '{ "b":1,"a":"\\u00e9 \u2028 𝒳", "a":2 }';
      const objects = [objectOf('o1'), objectOf('o2')];
      const entries: StoredEntry[] = [
        { chain: 'c', seq: 0, text, objects },
        { chain: 'c', seq: 1, text: textOf('c', 1), objects: [] },
      ];
      for (const entry of entries) {
        same(await ledger.commit([{ entry, put: [], remove: [], absent: [] }]), ['done']);
        same(await ledger.head('c'), entry);
      }
      same(await ledger.entries('c', 0, 10), entries);
      await isWhole(ledger);
    },
  },
  {
    title: 'pages through the entries of a chain',
    run: async ({ ledger }) => {
      await ledger.commit(Array.from({ length: 30 }, (_, seq) => commitOf('c', seq)));
      await ledger.commit([commitOf('b', 0), commitOf('d', 0)]);
      const seqs = async (from: number, limit: number): Promise<number[]> =>
        (await ledger.entries('c', from, limit)).map(({ seq }) => seq);
      same(await seqs(0, 3), [0, 1, 2]);
      same(await seqs(28, 5), [28, 29]);
      same(await seqs(29, 1), [29]);
      same(await seqs(30, 5), []);
      same(await ledger.entries('nothing', 0, 5), []);
      assert.equal((await ledger.head('c'))?.seq, 29);
      assert.equal(await ledger.head('nothing'), undefined);
    },
  },
  {
    title: 'takes only the next entry of a chain, the first being 0',
    run: async ({ ledger }) => {
      const tried: [number, CommitResult][] = [
        [1, 'moved'],
        [0, 'done'],
        [0, 'moved'],
        [2, 'moved'],
        [1, 'done'],
        [0, 'moved'],
        [1, 'moved'],
        [2, 'done'],
      ];
      for (const [seq, result] of tried) same(await ledger.commit([commitOf('c', seq)]), [result]);
      same(await ledger.commit([commitOf('other', 3)]), ['moved']);
      assert.equal((await ledger.entries('c', 0, 10)).length, 3);
    },
  },
  {
    title: 'takes nothing of a commit that it refuses',
    run: async ({ ledger }) => {
      await putRows(ledger, [rowOf('old', { lists: [{ list: 'l', sort: '1' }] })]);
      const more = {
        put: [rowOf('new', { lists: [{ list: 'l', sort: '2' }] }), rowOf('old', { value: { state: 'changed' } })],
        remove: [{ kind: 'referral', id: 'old' }] as const,
        objects: [objectOf('o')],
      };
      same(await ledger.commit([commitOf('c', 1, more)]), ['moved']);
      const absent = [{ kind: 'referral', id: 'old' }] as const;
      same(await ledger.commit([commitOf('c', 0, { ...more, absent })]), ['exists']);
      assert.equal(await ledger.head('c'), undefined);
      assert.equal(await ledger.row({ kind: 'referral', id: 'new' }), undefined);
      same((await ledger.row({ kind: 'referral', id: 'old' }))?.value, { state: 'open' });
      same(await idsOf(ledger, 'l'), ['old']);
      assert.equal(await ledger.entryOfObject('o'), undefined);
      assert.equal((await ledger.pending(10)).length, 1);
      await isWhole(ledger);
    },
  },
  {
    title: 'takes or refuses each commit of a batch by itself, later ones seeing earlier ones',
    run: async ({ ledger }) => {
      const key = { kind: 'referral', id: 'r' } as const;
      const results = await ledger.commit([
        commitOf('a', 0, { put: [rowOf('r')], absent: [key] }),
        commitOf('b', 0, { put: [rowOf('r', { value: { state: 'stolen' } })], absent: [key] }),
        commitOf('a', 0),
        commitOf('a', 1),
        commitOf('b', 1),
        commitOf('b', 0, { remove: [key] }),
        commitOf('a', 2, { put: [rowOf('r', { value: { state: 'again' } })], absent: [key] }),
        commitOf('a', 4),
        commitOf('a', 3),
      ]);
      same(results, ['done', 'exists', 'moved', 'done', 'moved', 'done', 'done', 'moved', 'done']);
      const row = await ledger.row(key);
      same([row?.chain, row?.seq, row?.value], ['a', 2, { state: 'again' }]);
      assert.equal((await ledger.entries('a', 0, 10)).length, 4);
      assert.equal((await ledger.entries('b', 0, 10)).length, 1);
      await isWhole(ledger);
    },
  },
  {
    title: 'takes a large batch as it takes a small one, and none at all',
    run: async ({ ledger }) => {
      same(await ledger.commit([]), []);
      const commits = Array.from({ length: 500 }, (_, n) =>
        commitOf(`c${n % 7}`, Math.floor(n / 7), { put: [rowOf(`r${n}`, { lists: [{ list: 'all', sort: 'x' }] })] }),
      );
      assert.ok((await ledger.commit(commits)).every((result) => result === 'done'));
      assert.equal((await ledger.pending(1000)).length, 500);
      assert.equal((await idsOf(ledger, 'all')).length, 500);
    },
  },
  {
    title: 'loses no entry of 32 writers on one chain, and leaves no gap',
    run: async ({ ledger }) => {
      const write = async (writer: number): Promise<void> => {
        for (let done = 0; done < 5;) {
          const seq = ((await ledger.head('c'))?.seq ?? -1) + 1;
          const put = [rowOf(`${writer}-${done}`)];
          const [result] = await ledger.commit([commitOf('c', seq, { put, absent: put })]);
          assert.ok(result === 'done' || result === 'moved');
          if (result === 'done') done += 1;
          else await new Promise(setImmediate);
        }
      };
      await Promise.all(Array.from({ length: 32 }, (_, writer) => write(writer)));
      const entries = await ledger.entries('c', 0, 1000);
      same(
        entries.map(({ seq }) => seq),
        Array.from({ length: 160 }, (_, n) => n),
      );
      const seqs = new Set<number>();
      for (let writer = 0; writer < 32; writer++) {
        for (let n = 0; n < 5; n++) {
          const row = await ledger.row({ kind: 'referral', id: `${writer}-${n}` });
          seqs.add(row?.seq ?? -1);
        }
      }
      assert.equal(seqs.size, 160);
      await isWhole(ledger);
    },
  },
  {
    title: 'finds the entry that made an object',
    run: async ({ ledger }) => {
      const [a, b, c] = ['a', 'b', 'c'].map(objectOf) as [ObjectRecord, ObjectRecord, ObjectRecord];
      await ledger.commit([
        commitOf('x', 0, { objects: [a, b] }),
        commitOf('y', 0),
        commitOf('x', 1, { objects: [c] }),
      ]);
      same((await ledger.entryOfObject('b'))?.objects, [a, b]);
      const entry = await ledger.entryOfObject('c');
      same([entry?.chain, entry?.seq, entry?.text], ['x', 1, textOf('x', 1)]);
      assert.equal(await ledger.entryOfObject('d'), undefined);
    },
  },
];

const rowChecks: readonly Check<LedgerPort>[] = [
  {
    title: 'gives a row back as it was put, with the entry that last wrote it',
    run: async ({ ledger }) => {
      const value: { [key: string]: Json } = {
        text: 'é ☂ 𝒳 \u2028 "\\',
        deep: { list: [1, -0.5, 1e21, null, true, { a: [] }], empty: {} },
        __proto__x: 'x',
        large: Number.MAX_SAFE_INTEGER,
      };
      const row = rowOf('r', { value, lists: [{ list: 'l', sort: 's' }], label: 'of its own' });
      await ledger.commit([commitOf('c', 0), commitOf('c', 1, { put: [row] })]);
      same(await ledger.row(row), { ...row, chain: 'c', seq: 1 });
    },
  },
  {
    title: 'replaces a row whole: its value, its label and its lists',
    run: async ({ ledger }) => {
      const lists = (...names: string[]): Row['lists'] => names.map((list) => ({ list, sort: '1' }));
      await putRows(ledger, [rowOf('r', { value: { a: 1 }, lists: lists('a', 'b', 'c') })]);
      const row = rowOf('r', { value: { b: 2 }, lists: lists('c', 'd') });
      await ledger.commit([commitOf('c', 0, { put: [row] })]);
      same(await ledger.row(row), { ...row, chain: 'c', seq: 0 });
      same(await Promise.all(['a', 'b', 'c', 'd'].map((list) => idsOf(ledger, list))), [[], [], ['r'], ['r']]);
      await isWhole(ledger);
      const other = { ...row, label: 'another' };
      await ledger.commit([commitOf('c', 1, { put: [other] })]);
      same(await ledger.row(row), { ...other, chain: 'c', seq: 1 });
    },
  },
  {
    title: 'keeps rows of one id and different kinds apart',
    run: async ({ ledger }) => {
      const kinds = ['referral', 'attachment', 'lookup', 'actor'] as const;
      await putRows(
        ledger,
        kinds.map((kind) => rowOf('x', { kind, value: { kind } })),
      );
      await putRows(ledger, [], [{ kind: 'attachment', id: 'x' }]);
      for (const kind of kinds) {
        const row = await ledger.row({ kind, id: 'x' });
        same(row?.value, kind === 'attachment' ? undefined : { kind });
      }
      assert.equal(await ledger.row({ kind: 'agency', id: 'x' }), undefined);
      assert.equal(await ledger.row({ kind: 'referral', id: 'X' }), undefined);
    },
  },
  {
    title: 'removes a row from itself and from its lists, and takes removing what is not there for done',
    run: async ({ ledger }) => {
      for (const kind of ['referral', 'lookup'] as const) {
        const row = (id: string): Row => rowOf(id, { kind, lists: [{ list: kind, sort: '1' }] });
        await putRows(ledger, ['a', 'b', 'c'].map(row));
        await putRows(
          ledger,
          [],
          [
            { kind, id: 'b' },
            { kind, id: 'never' },
          ],
        );
        assert.equal(await ledger.row({ kind, id: 'b' }), undefined);
        same(await idsOf(ledger, kind), ['a', 'c']);
        await putRows(ledger, [], [{ kind, id: 'b' }]);
        const again = commitOf(randomUUID(), 0, { put: [row('b')], absent: [{ kind, id: 'b' }] });
        same(await ledger.commit([again]), ['done']);
        same(await idsOf(ledger, kind), ['a', 'b', 'c']);
      }
      await isWhole(ledger);
    },
  },
  {
    title: 'gives each reader a row of his own: what he does to it changes nothing',
    run: async ({ ledger }) => {
      const row = rowOf('r', { value: { deep: { state: 'open' } }, lists: [{ list: 'l', sort: '1' }] });
      await putRows(ledger, [row]);
      const read = await ledger.row(row);
      const deep = read?.value['deep'] as { state: string };
      deep.state = 'changed';
      same((await ledger.row(row))?.value, { deep: { state: 'open' } });
    },
  },
];

export const ledgerChecks: readonly Check<LedgerPort>[] = [...commitChecks, ...rowChecks, ...listChecks, ...logChecks];
