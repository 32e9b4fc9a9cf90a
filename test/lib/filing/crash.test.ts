// A courier that is killed anywhere: before a call, after the call had its effect, after its answer and before that was entered; and
// killed again while it puts that right. The recipient ends with exactly one finished report.
import { describe, expect, it } from '@jest/globals';
import { DeskError } from '../../../lib/errors.ts';
import { noise } from '../../material.ts';
import { countOf, filingDesk, type FilingDesk } from './material.ts';
import { tally } from './ncmec-double.ts';

/** Two files with something to say of each: submit, upload, fileinfo, upload, fileinfo, finish. */
const CALLS = ['submit', 'upload 1', 'fileinfo 1', 'upload 2', 'fileinfo 2', 'finish'] as const;
const MOMENTS = ['before the call', 'after its effect', 'after its answer'] as const;
type Moment = (typeof MOMENTS)[number];

/** Kills the desk at its n-th call from now, counted from 1. Answers whether it came to that. */
function killAt(test: FilingDesk, n: number, moment: Moment): () => boolean {
  let calls = 0;
  let isKilled = false;
  const kill = (): Error => {
    isKilled = true;
    return test.kill();
  };
  test.ncmec.between = (path) => {
    if (path === '/status' || ++calls !== n) return undefined;
    if (moment === 'before the call') return { before: kill };
    if (moment === 'after its effect') return { after: kill };
    return {
      change: (answer) => {
        kill();
        return answer;
      },
    };
  };
  return () => isKilled;
}

/** Runs until it ends or is killed, and brings it back to life. */
async function runUntilKilled(test: FilingDesk): Promise<void> {
  await test.deliver().catch((error: unknown) => {
    if (!(error instanceof DeskError && error.code === 'alarm/failed')) throw error; // the dead tell nobody
  });
  test.ncmec.between = () => undefined;
  test.revive();
}

async function ordered(): Promise<{ test: FilingDesk; referral: string }> {
  const test = await filingDesk();
  const referral = await test.refer([noise('a.jpg', 100), noise('b.jpg', 0)]);
  await test.order(referral);
  return { test, referral };
}

async function demandWhole(test: FilingDesk, referral: string): Promise<void> {
  await demandOnce(test, referral);
  await test.desk().integrate();
  expect((await test.desk().watch()).findings).toEqual([]);
}

async function demandOnce(test: FilingDesk, referral: string): Promise<void> {
  const { finished } = tally(test.ncmec);
  const status = await test.filing(referral);
  expect([status.state, finished]).toEqual(['delivered', 1]);
  const finishedReport = [...test.ncmec.reports.values()].find(({ state }) => state === 'finished');
  expect(finishedReport?.files.map(({ details }) => details !== undefined)).toEqual([true, true]);
  expect(status.reportId).toBe(finishedReport?.id);
  // what is open there holds no file, and the filing counts it
  const left = [...test.ncmec.reports.values()].filter(({ state }) => state === 'open');
  expect(left.every(({ files }) => files.length === 0)).toBe(true);
  expect(left.length).toBeLessThanOrEqual(status.orphans);
  expect(status.receipt).toBeDefined();
}

/** A desk that is killed at its n-th write after `begin`, counted from 0. */
async function killedAtWrite(n: number): Promise<{ test: FilingDesk; begin: () => void; isKilled: () => boolean }> {
  let left = Infinity;
  const test = await filingDesk({
    change: (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        commit: (commits) => (left-- === 0 ? Promise.reject(test.kill()) : ports.ledger.commit(commits)),
      },
    }),
  });
  return { test, begin: () => void (left = n), isKilled: () => left < 0 };
}

describe('a courier that is killed', () => {
  it.each(CALLS.flatMap((call, at) => MOMENTS.map((moment) => ({ call, at: at + 1, moment }))))(
    'at $call, $moment, files the report exactly once',
    async ({ call, at, moment }) => {
      const { test, referral } = await ordered();
      const isKilled = killAt(test, at, moment);
      await runUntilKilled(test);
      expect(isKilled()).toBe(true);
      await test.settle(referral);
      await demandWhole(test, referral);
      const status = await test.filing(referral);
      const isFiledBefore = call === 'finish' && moment !== 'before the call';
      expect([status.orphans, status.isReceiptLost ?? false]).toEqual([call === 'submit' ? 1 : 0, isFiledBefore]);
      expect(status.reports).toBe(isFiledBefore ? 1 : 2);
    },
  );

  it.each(CALLS.slice(1).map((call, n) => ({ call, writes: 2 * (n + 1) })))(
    'before it enters that it begins $call goes on in the same report, where it stood',
    async ({ call, writes }) => {
      const { test, begin, isKilled } = await killedAtWrite(writes);
      const referral = await test.refer([noise('a.jpg', 100), noise('b.jpg', 0)]);
      await test.order(referral);
      begin();
      await runUntilKilled(test);
      const heard = [...test.ncmec.heard];
      await test.settle(referral);
      expect([isKilled(), heard.length]).toEqual([true, CALLS.indexOf(call)]);
      expect(await test.filing(referral)).toMatchObject({ state: 'delivered', reports: 1, orphans: 0 });
      expect(test.ncmec.heard.length).toBe(CALLS.length);
      await demandWhole(test, referral);
    },
  );

  it('and killed again at any call of what puts it right, files it exactly once all the same', async () => {
    let runs = 0;
    for (const [first] of CALLS.entries()) {
      for (const [at, firstMoment] of MOMENTS.entries()) {
        for (let second = 1, isKilled = true; isKilled; second++, runs++) {
          const { test, referral } = await ordered();
          killAt(test, first + 1, firstMoment);
          await runUntilKilled(test);
          const wasKilled = killAt(test, second, MOMENTS[(at + second) % MOMENTS.length] ?? firstMoment);
          await runUntilKilled(test);
          await test.settle(referral);
          await demandOnce(test, referral);
          isKilled = wasKilled();
        }
      }
    }
    expect(runs).toBeGreaterThan(100);
  }, 600_000);

  it('at every write of its own, files it exactly once, and enters nothing twice', async () => {
    for (let writes = 0; ; writes++) {
      const { test, begin, isKilled } = await killedAtWrite(writes);
      const referral = await test.refer([noise('a.jpg', 100), noise('b.jpg', 0)]);
      await test.order(referral);
      begin();
      await runUntilKilled(test);
      await test.settle(referral);
      await demandWhole(test, referral);
      if (!isKilled()) break;
      expect(writes).toBeLessThan(50);
      expect(await countOf(test, referral, 'file-step')).toBeGreaterThanOrEqual(12);
    }
  }, 600_000);
});
