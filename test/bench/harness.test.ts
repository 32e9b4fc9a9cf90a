// The bench's own harness: what it makes of what was measured. Nothing is measured here but one process that does nothing much.
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureRow, resultOf, runnerIn, type Comparison, type Row, type Run } from './harness.ts';
import { NODE_FLAGS } from '../node-flags.ts';
import { median, percentile, type Measured } from './measured.ts';
import { lineOf, tableOf } from './print.ts';
import { rowsOf } from './rows.ts';

const measured = (rate: number, peakMiB = 100): Measured => ({ figures: { rate }, peakMiB });
const run = (name: string, needs?: Run['needs']): Run => ({
  step: { area: 'none', name, asked: {} },
  flags: 'plain',
  ...(needs === undefined ? {} : { needs }),
});
const rates: Comparison = {
  ...{
    letter: 'a',
    name: 'work done',
    unit: 'MB/s',
    ours: 'ours.rate',
    peer: 'peer.rate',
    peerName: 'a peer',
    goal: 2,
  },
};

it('the product is run as the scripts of package.json run it', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    scripts: Readonly<Record<'desk' | 'demo', string>>;
  };
  for (const script of [scripts.desk, scripts.demo])
    expect(script.split(' ').filter((word) => word.startsWith('--'))).toEqual(NODE_FLAGS);
});

describe('the bench', () => {
  it('takes the value in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([2, 1])).toBe(2);
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('takes the median of the ratios within each round', () => {
    const rounds = [
      { ours: measured(10), peer: measured(10) },
      { ours: measured(40, 300), peer: measured(10) },
      { ours: measured(90, 200), peer: measured(30) },
    ];
    expect(resultOf('1a', rates, rounds)).toEqual({
      name: '1a work done',
      ours: 40,
      peer: 10,
      peerName: 'a peer',
      ratio: 3,
      unit: 'MB/s',
      goal: 2,
      met: true,
      spread: [1, 4],
      peakMiB: 200,
    });
  });

  it('knows of which units less is better, and of figures that are only reported', () => {
    const rounds = [{ ours: measured(10), peer: measured(20) }];
    expect(resultOf('1a', { ...rates, goal: 0.5, unit: 'ms' }, rounds).met).toBe(true);
    expect(resultOf('1a', { ...rates, goal: 0.4, unit: 'ms' }, rounds).met).toBe(false);
    expect(resultOf('1a', { ...rates, goal: 0.6 }, rounds).met).toBe(false);
    const reported = resultOf('1a', { ...rates, peer: null, goal: null }, rounds);
    expect(reported).toMatchObject({ ours: 10, peer: null, ratio: null, met: true });
  });

  it('cites figures in a name', () => {
    const named = resultOf('1a', { ...rates, name: 'work of {ours.rate} kB' }, [
      { ours: measured(1234), peer: measured(1) },
    ]);
    expect(named.name).toBe('1a work of 1,234 kB');
  });

  it('holds a figure against a bound, and says NOT MET where it is passed', () => {
    const bounded = { ...rates, unit: 'ms', ours: 'ours.peakMiB', peer: 50, peerName: 'the bound', goal: 1 };
    const result = resultOf('4d', bounded, [{ ours: measured(1, 75) }]);
    expect(result).toMatchObject({ ours: 75, peer: 50, ratio: 1.5, met: false });
    expect(lineOf(result)).toBe('4d work done: 75 ms; goal at most 50 ms: NOT MET; peak 75 MiB');
    expect(tableOf([result])).toContain('| 4d | work done | 75 ms |  |  | at most 50 ms | NOT MET | 75 |');
    expect(lineOf(resultOf('4d', bounded, [{ ours: measured(1, 25) }]))).toContain('goal at most 50 ms: met');
  });

  it('leaves a peer out that is not there, with a line, and measures the rest in turn', () => {
    const row: Row = {
      number: 7,
      rounds: 2,
      runs: { ours: run('ours'), peer: run('peer'), lost: run('lost', [{ program: 'no-such-program-here' }]) },
      comparisons: [rates, { ...rates, letter: 'b', peer: 'lost.rate' }],
    };
    const [order, lines]: [string[], string[]] = [[], []];
    const runner = ({ step }: Run): Measured => measured(order.push(step.name));
    const results = measureRow(row, '', runner, (line) => lines.push(line));
    expect(order).toEqual(['ours', 'peer', 'ours', 'peer']);
    expect(results.map(({ name }) => name)).toEqual(['7a work done']);
    expect(lines).toEqual(['row 7: lost is left out: there is no program no-such-program-here']);
  });

  it('has every row once, each figure of a run that there is, small and large', () => {
    for (const isQuick of [true, false]) {
      const rows = rowsOf(isQuick);
      expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      for (const { runs, comparisons } of rows) {
        const figures = comparisons.flatMap(({ ours, peer }) => (typeof peer === 'string' ? [ours, peer] : [ours]));
        expect(figures.filter((figure) => runs[figure.split('.')[0] ?? ''] === undefined)).toEqual([]);
        expect(new Set(comparisons.map(({ letter }) => letter)).size).toBe(comparisons.length);
      }
    }
  });
});

describe('a measurement', () => {
  const root = mkdtempSync(join(tmpdir(), 'referral-desk-bench-test-'));
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('runs in a process of its own, and tells its figures and its peak', () => {
    const step = { area: 'schema', name: 'readJson', asked: { ms: 1 } };
    const { figures, peakMiB } = runnerIn(root)({ step, flags: 'plain' }, '');
    expect(figures['rate']).toBeGreaterThan(0);
    expect(peakMiB).toBeGreaterThan(10);
  });

  it('that fails is an error', () => {
    const step = { area: 'schema', name: 'no such', asked: {} };
    expect(() => runnerIn(root)({ step, flags: 'plain' }, '')).toThrow();
  });
});
