// What every Ledger promises about lists: their order, their pages, their cursors.
import assert from 'node:assert/strict';
import type { Ledger, Row } from '../../lib/ports.ts';
import { refuses, same, type Check } from './check.ts';
import { idsOf, putRows, rowOf, type LedgerPort } from './ledger-makers.ts';

export const listChecks: readonly Check<LedgerPort>[] = [
  {
    title: 'lists rows in the order of their place, then of their id, both as text',
    run: async ({ ledger }) => {
      const places = [
        ['b', '01'],
        ['a', '2'],
        ['10', 'ten'],
        ['9', 'nine'],
        ['a', '1'],
        ['B', 'upper'],
        ['é', 'accent'],
        ['z', 'zed'],
        ['', 'none'],
        ['a', '10'],
        ['a', 'é'],
        ['a', 'z'],
        ['~', 'tilde'],
        ['\uff5e', 'wide'],
        ['𝒳', 'astral'],
      ];
      for (const place of places) await putRows(ledger, [inList(place.join('|'))]);
      const first = ['none', 'ten', 'nine', 'upper', '1', '10', '2', 'z', 'é', '01'];
      same(await idsOf(ledger, 'l'), [...first, 'zed', 'tilde', 'accent', 'wide', 'astral']);
      same(await walk(ledger, 'l', 3), await idsOf(ledger, 'l'));
    },
  },
  {
    title: 'answers whole rows, each with the entry that last wrote it',
    run: async ({ ledger }) => {
      await putRows(ledger, [inList('1|a'), inList('2|b')]);
      const { items } = await ledger.list('l', { limit: 10 });
      same(items, await Promise.all(items.map((item) => ledger.row(item))));
      same(await ledger.list('another', { limit: 10 }), { items: [] });
    },
  },
  {
    title: 'pages through a list without leaving a row out or naming one twice',
    run: async ({ ledger }) => {
      const rows = Array.from({ length: 24 }, (_, n) => inList(`${Math.floor(n / 5)}|${String(n).padStart(2, '0')}`));
      await putRows(ledger, rows);
      const ids = rows.map(({ id }) => id);
      for (const limit of [1, 2, 5, 8, 23, 24, 25, 1000]) {
        same(await walk(ledger, 'l', limit), ids);
      }
    },
  },
  {
    title: 'has a following page exactly where there is more',
    run: async ({ ledger }) => {
      await putRows(ledger, [inList('1|a'), inList('1|b'), inList('2|a2')]);
      const page = await ledger.list('l', { limit: 2 });
      assert.equal(page.items.length, 2);
      assert.equal(typeof page.next, 'string');
      assert.equal((await ledger.list('l', { limit: 3 })).next, undefined);
      const last = await ledger.list('l', { after: page.next, limit: 1 });
      same([last.items.map(({ id }) => id), last.next], [['a2'], undefined]);
    },
  },
  {
    title: 'pages on rightly while rows come and go',
    run: async ({ ledger }) => {
      const stay = Array.from({ length: 20 }, (_, n) => inList(`${String(n * 10).padStart(3, '0')}|stay${n}`));
      await putRows(ledger, stay);
      const seen: string[] = [];
      let after: string | undefined;
      for (let n = 0; n === 0 || after !== undefined; n++) {
        const page = await ledger.list('l', { after, limit: 3 });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
        const place = (offset: number): string => String((n * 30 + offset) % 195).padStart(3, '0');
        const remove = n > 2 ? [{ kind: 'referral', id: `new${n - 3}` } as const] : [];
        await putRows(ledger, [inList(`${place(5)}|new${n}`), inList(`${place(-1 + 195)}|older${n}`)], remove);
      }
      same(
        seen.filter((id) => id.startsWith('stay')),
        stay.map(({ id }) => id),
      );
      assert.equal(new Set(seen).size, seen.length);
    },
  },
  {
    title: 'goes on after a row that has gone',
    run: async ({ ledger }) => {
      await putRows(ledger, [inList('1|a'), inList('2|b'), inList('3|c')]);
      const { next } = await ledger.list('l', { limit: 2 });
      await putRows(ledger, [], [{ kind: 'referral', id: 'b' }]);
      same(
        (await ledger.list('l', { after: next, limit: 5 })).items.map(({ id }) => id),
        ['c'],
      );
    },
  },
  {
    title: 'lets a row stand in many lists, and moves it when its place changes',
    run: async ({ ledger }) => {
      const at = (sort: string): Row['lists'] => ['x', 'y', 'z'].map((list) => ({ list, sort }));
      await putRows(ledger, [rowOf('a', { lists: at('1') }), rowOf('b', { lists: at('2') })]);
      for (const list of ['x', 'y', 'z']) same(await idsOf(ledger, list), ['a', 'b']);
      await putRows(ledger, [rowOf('a', { lists: at('3') })]);
      for (const list of ['x', 'y', 'z']) same(await idsOf(ledger, list), ['b', 'a']);
    },
  },
  {
    title: 'keeps rows of every kind in one list in order',
    run: async ({ ledger }) => {
      const lists = (sort: string): Row['lists'] => [{ list: 'l', sort }];
      await putRows(ledger, [
        rowOf('1', { kind: 'lookup', lists: lists('b') }),
        rowOf('2', { lists: lists('a') }),
        rowOf('3', { kind: 'attachment', lists: lists('c') }),
        rowOf('4', { kind: 'lookup', lists: lists('a') }),
        rowOf('0', { lists: lists('b') }),
      ]);
      for (const limit of [1, 2, 5]) same(await walk(ledger, 'l', limit), ['2', '4', '0', '1', '3']);
    },
  },
  {
    title: 'refuses a cursor that it never gave',
    run: async ({ ledger }) => {
      await putRows(ledger, [inList('1|a'), inList('2|b')]);
      for (const after of ['', 'x', '!!', 'AAAA', 'bnVsbA', 'W10', 'WzEsMiwzXQ', 'WyJhIl0']) {
        await refuses('input/malformed', ledger.list('l', { after, limit: 1 }));
      }
    },
  },
];

/** `sort|id`, in list `l`. */
function inList(place: string): Row {
  const [sort = '', id = ''] = place.split('|');
  return rowOf(id, { lists: [{ list: 'l', sort }] });
}

async function walk(ledger: Ledger, list: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.list(list, { after, limit });
    assert.ok(page.items.length <= limit);
    assert.ok(page.next === undefined || page.items.length === limit);
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined && ids.length < 1000);
  return ids;
}
