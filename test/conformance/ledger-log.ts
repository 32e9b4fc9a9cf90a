// What every Ledger promises about the log over all chains: what is pending, steps taken whole or not at all, old logs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Integration, Ledger, LogLeaf, LogState, Tile } from '../../lib/ports.ts';
import { refuses, same, sameBytes, type Check } from './check.ts';
import { commitOf, isWhole, textOf, type LedgerPort } from './ledger-makers.ts';

export const logChecks: readonly Check<LedgerPort>[] = [
  {
    title: 'holds every entry pending, oldest first, with the hash of its text',
    run: async ({ ledger }) => {
      const order = ['b', 'a', 'b', 'c', 'a', 'b'];
      const leaves = await grow(ledger, order);
      same(await ledger.pending(100), leaves);
      same(await ledger.pending(2), leaves.slice(0, 2));
      assert.equal(await ledger.leafIndex('a', 0), undefined);
      assert.equal(await ledger.logState(), undefined);
      same(await ledger.checkpoints({ limit: 5 }), { items: [] });
    },
  },
  {
    title: 'takes a step whole: leaves, tiles and checkpoint',
    run: async ({ ledger }) => {
      const leaves = await grow(ledger, ['a', 'b', 'a', 'c']);
      const step = stepOf(undefined, 1, leaves.slice(0, 3));
      assert.equal(await ledger.integrate(step), true);
      same(await ledger.logState(), step.state);
      same(await ledger.leaves(1, 0, 10), leaves.slice(0, 3));
      same(await ledger.leaves(1, 1, 1), leaves.slice(1, 2));
      same(await ledger.leaves(1, 3, 10), []);
      same(await ledger.pending(10), leaves.slice(3));
      same(await indexes(ledger, leaves), [0, 1, 2, undefined]);
      sameBytes((await ledger.tile(1, 0, 0)) ?? new Uint8Array(), step.tiles[0]?.bytes ?? new Uint8Array());
      assert.equal(await ledger.tile(1, 0, 1), undefined);
      assert.equal(await ledger.tile(1, 1, 0), undefined);
      assert.equal(await ledger.tile(2, 0, 0), undefined);
      await isWhole(ledger);
    },
  },
  {
    title: 'grows the log step by step, a fuller tile replacing the one before',
    run: async ({ ledger }) => {
      let state: LogState | undefined;
      const all: LogLeaf[] = [];
      for (const count of [1, 200, 55, 1, 0, 300]) {
        const leaves = await grow(
          ledger,
          Array.from({ length: count }, (_, n) => `c${n % 3}`),
        );
        const step = stepOf(state, 1, leaves);
        assert.equal(await ledger.integrate(step), true);
        all.push(...leaves);
        state = step.state;
        same(await ledger.logState(), state);
        for (const { level, index, bytes } of step.tiles) {
          sameBytes((await ledger.tile(1, level, index)) ?? new Uint8Array(), bytes);
        }
      }
      same(await ledger.leaves(1, 0, 1000), all);
      same(await ledger.pending(10), []);
      same(await indexes(ledger, all), Array.from(all.keys()));
      await isWhole(ledger);
    },
  },
  {
    title: 'answers false to a step that builds on another state, and changes nothing',
    run: async ({ ledger }) => {
      const leaves = await grow(ledger, ['a', 'a', 'a', 'a']);
      const first = stepOf(undefined, 1, leaves.slice(0, 2));
      assert.equal(await ledger.integrate(stepOf({ log: 1, size: 0, checkpoint: 'none' }, 1, leaves)), false);
      assert.equal(await ledger.logState(), undefined);
      assert.equal(await ledger.integrate(first), true);
      const { state } = first;
      const wrong: (LogState | undefined)[] = [
        undefined,
        { ...state, log: 2 },
        { ...state, log: 0 },
        { ...state, size: 1 },
        { ...state, size: 3 },
        { ...state, checkpoint: `${state.checkpoint} ` },
      ];
      for (const after of wrong) {
        for (const log of [after?.log ?? 1, (after?.log ?? 1) + 1]) {
          assert.equal(await ledger.integrate(stepOf(after, log, leaves.slice(2))), false);
          same(await ledger.logState(), state);
          same(await ledger.checkpoints({ limit: 10 }), { items: [state] });
          same(await ledger.pending(10), leaves.slice(2));
          same(await ledger.leaves(1, 0, 10), leaves.slice(0, 2));
          same(await indexes(ledger, leaves), [0, 1, undefined, undefined]);
          sameBytes((await ledger.tile(1, 0, 0)) ?? new Uint8Array(), first.tiles[0]?.bytes ?? new Uint8Array());
          assert.equal(await ledger.tile(2, 0, 0), undefined);
        }
      }
      await isWhole(ledger);
    },
  },
  {
    title: 'takes exactly one of many steps that build on one state',
    run: async ({ ledger }) => {
      const leaves = await grow(ledger, ['a', 'b', 'c', 'd', 'e']);
      const first = stepOf(undefined, 1, leaves.slice(0, 1));
      await ledger.integrate(first);
      const steps = leaves.slice(1).map((leaf) => stepOf(first.state, 1, [leaf]));
      const taken = await Promise.all(steps.map((step) => ledger.integrate(step)));
      const winners = steps.filter((_, n) => taken[n] === true);
      assert.equal(winners.length, 1);
      same(await ledger.logState(), winners[0]?.state);
      assert.equal((await ledger.pending(10)).length, 3);
      await isWhole(ledger);
    },
  },
  {
    title: 'begins a new log with every other entry pending again, and keeps the old one readable',
    run: async ({ ledger }) => {
      const leaves = await grow(ledger, ['a', 'b', 'a', 'b', 'c']);
      const first = stepOf(undefined, 1, leaves.slice(0, 4));
      await ledger.integrate(first);
      const [, second, , fourth] = leaves as [LogLeaf, LogLeaf, LogLeaf, LogLeaf, LogLeaf];
      const next = stepOf(first.state, 2, [second, fourth]);
      assert.equal(await ledger.integrate(next), true);
      same(await ledger.logState(), next.state);
      same(
        await ledger.pending(10),
        leaves.filter((leaf) => leaf !== second && leaf !== fourth),
      );
      same(await indexes(ledger, leaves), [undefined, 0, undefined, 1, undefined]);
      same(await ledger.leaves(1, 0, 10), leaves.slice(0, 4));
      same(await ledger.leaves(2, 0, 10), [second, fourth]);
      sameBytes((await ledger.tile(1, 0, 0)) ?? new Uint8Array(), first.tiles[0]?.bytes ?? new Uint8Array());
      sameBytes((await ledger.tile(2, 0, 0)) ?? new Uint8Array(), next.tiles[0]?.bytes ?? new Uint8Array());
      same(await ledger.checkpoints({ limit: 10 }), { items: [next.state, first.state] });
      for (const { state } of [first, next]) same(await ledger.logState(state.log), state);
      for (const log of [0, 3]) assert.equal(await ledger.logState(log), undefined);
      assert.equal(await ledger.integrate(stepOf(first.state, 1, leaves.slice(4))), false);
      await isWhole(ledger);
      const rest = stepOf(next.state, 2, await ledger.pending(10));
      assert.equal(await ledger.integrate(rest), true);
      same(await ledger.pending(10), []);
      await isWhole(ledger);
    },
  },
  {
    title: 'keeps every checkpoint, newest first',
    run: async ({ ledger }) => {
      const states: LogState[] = [];
      for (let n = 0; n < 12; n++) {
        const step = stepOf(states.at(-1), n < 8 ? 1 : 2, n === 8 ? [] : await grow(ledger, ['a']));
        assert.equal(await ledger.integrate(step), true);
        states.push(step.state);
      }
      same(await ledger.checkpoints({ limit: 12 }), { items: [...states].reverse() });
      same((await ledger.checkpoints({ limit: 3 })).items, states.slice(-3).reverse());
      for (const limit of [1, 5, 6]) same(await walk(ledger, limit), [...states].reverse());
      for (const after of ['', 'x', '-1', '1.5', 'bnVsbA']) {
        await refuses('input/malformed', ledger.checkpoints({ after, limit: 1 }));
      }
    },
  },
  {
    title: 'holds what is committed meanwhile pending behind what was',
    run: async ({ ledger }) => {
      const before = await grow(ledger, ['a', 'b']);
      const since = await grow(ledger, ['a', 'c']);
      await ledger.integrate(stepOf(undefined, 1, before));
      const last = await grow(ledger, ['b']);
      same(await ledger.pending(10), [...since, ...last]);
    },
  },
];

/** Adds one entry to each of these chains in turn and answers the leaves they make. */
async function grow(ledger: Ledger, chains: readonly string[]): Promise<LogLeaf[]> {
  const leaves: LogLeaf[] = [];
  for (const chain of new Set(chains)) {
    const head = await ledger.head(chain);
    const next = (head?.seq ?? -1) + 1;
    leaves.push(...chains.filter((name) => name === chain).map((_, n) => leafOf(chain, next + n)));
  }
  const inOrder = chains.map(
    (chain) =>
      leaves.splice(
        leaves.findIndex((leaf) => leaf.chain === chain),
        1,
      )[0],
  );
  const wanted = inOrder.filter((leaf) => leaf !== undefined);
  const results = await ledger.commit(wanted.map(({ chain, seq }) => commitOf(chain, seq)));
  assert.ok(results.every((result) => result === 'done'));
  return wanted;
}

function leafOf(chain: string, seq: number): LogLeaf {
  return { chain, seq, hash: createHash('sha256').update(textOf(chain, seq)).digest('hex') };
}

/** A step with tiles of the right sizes; their bytes tell log and size apart. */
function stepOf(after: LogState | undefined, log: number, leaves: readonly LogLeaf[]): Integration {
  const start = after?.log === log ? after.size : 0;
  const size = start + leaves.length;
  return {
    after,
    state: { log, size, checkpoint: `log ${log}\n${size}\n${Math.random()}\n` },
    leaves,
    tiles: tilesOf(log, size),
  };
}

function tilesOf(log: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / 256)) {
    for (let index = 0; index * 256 < hashes; index++) {
      const bytes = Buffer.alloc(Math.min(256, hashes - index * 256) * 32, `${log}/${level}/${index}/${size};`);
      tiles.push({ level, index, bytes });
    }
  }
  return tiles;
}

async function walk(ledger: Ledger, limit: number): Promise<LogState[]> {
  const states: LogState[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.checkpoints({ after, limit });
    assert.ok(page.items.length <= limit);
    states.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return states;
}

async function indexes(ledger: Ledger, leaves: readonly LogLeaf[]): Promise<(number | undefined)[]> {
  return Promise.all(leaves.map(({ chain, seq }) => ledger.leafIndex(chain, seq)));
}
