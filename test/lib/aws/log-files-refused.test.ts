// What the bucket of the log refuses: a pointer that another run has moved, and a log that is not what its checkpoint is of. In memory.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logFiles } from '../../../lib/aws/log-files.ts';
import type { Core } from '../../../lib/core.ts';
import { integrate } from '../../../lib/log.ts';
import type { LogState } from '../../../lib/ports.ts';
import { grow, makeLogs, type MadeLogs } from '../long-log.ts';
import type { Kept } from '../stack/counted-parts.ts';
import { before, codeOf, memory, type Files } from './log-bucket.ts';

let logs: MadeLogs;

beforeAll(async () => {
  logs = await makeLogs(600);
}, 120_000);
afterAll(async () => {
  await logs.test.end();
});

async function growBy(entries: number): Promise<LogState> {
  await grow(logs.core, entries);
  return (await integrate(logs.core)) as LogState;
}

async function demandPointed(files: Files): Promise<void> {
  const { log, checkpoint } = (await logs.core.ledger.logState()) as LogState;
  for (const path of ['checkpoint', `${log}/checkpoint`]) expect(files.get(path)?.bytes.toString()).toBe(checkpoint);
}

describe('a pointer of the log', () => {
  it('that was absent when the run decided is not moved where another run has put a newer one', async () => {
    const { to, files } = memory();
    const newer = { bytes: Buffer.from('newer'), etag: 'newer' } as Kept;
    const meanwhile = before(to, () => files.set('checkpoint', newer));
    expect(await codeOf(logFiles(logs.core, meanwhile)())).toBe('vault/failed');
    expect(files.get('checkpoint')).toBe(newer);
  });

  it('is not moved back by a run of this process that outlived its time', async () => {
    const { to, files } = memory();
    const reached = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    let isHeld = false;
    const put = logFiles(logs.core, before(to, async () => {
      if (!isHeld) return;
      isHeld = false;
      reached.resolve(undefined);
      await released.promise;
    }, Infinity)); // prettier-ignore
    await put();
    await growBy(1);
    isHeld = true;
    const late = codeOf(put());
    await reached.promise;
    await growBy(1);
    await put();
    released.resolve(undefined);
    expect(await late).toBe('vault/failed');
    await demandPointed(files);
  });

  it('stays where it is when another run was faster with the log beneath it', async () => {
    const { to, files } = memory();
    await logFiles(logs.core, to)();
    const main = files.get('checkpoint') as Kept;
    const older = await growBy(1);
    await growBy(1);
    await logFiles(logs.core, to)();
    files.set('checkpoint', main);
    let asked = 0;
    const logState = (log?: number) => (asked++ === 0 ? Promise.resolve(older) : logs.core.ledger.logState(log));
    const late: Core = { ...logs.core, ledger: { ...logs.core.ledger, logState } };
    expect(await logFiles(late, to)()).toBe(0);
    expect(files.get('checkpoint')).toBe(main);
    expect(await logFiles(logs.core, to)()).toBe(1);
    await demandPointed(files);
  });

  it.each(['referral-desk/other/1', 'NaN', '0', '1e0', ''])('of another log is left: %s', async (name) => {
    const { to, files } = memory();
    await logFiles(logs.core, to)();
    const origin = name.includes('/') ? name : `referral-desk/${logs.core.desk}/${name}`;
    const kept = files.get('checkpoint') as Kept;
    const bytes = Buffer.from(kept.bytes.toString().replace(/^[^\n]*/, origin));
    files.set('checkpoint', { ...kept, bytes });
    expect(await codeOf(logFiles(logs.core, to)())).toBe('log/damaged');
    expect(files.get('checkpoint')?.bytes).toBe(bytes);
  });
});

describe('a log that is not what its checkpoint is of', () => {
  type Ledger = Core['ledger'];
  const short = (bytes: Uint8Array | undefined) => bytes?.subarray(0, -1);
  const other = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).fill(1, 0, 32);
  const tileAs = (level: number, altered: typeof short): Partial<Ledger> => ({
    tile: async (log, at, index) => {
      const bytes = await logs.core.ledger.tile(log, at, index);
      return at === level && index === 0 ? altered(bytes) : bytes;
    },
  });
  const damages: Readonly<Record<string, () => Partial<Ledger>>> = {
    'a leaf is another': () => ({
      leaves: async (log, first, count) => {
        const leaves = await logs.core.ledger.leaves(log, first, count);
        return leaves.map((leaf, n) => (first + n === 5 ? { ...leaf, hash: 'f'.repeat(64) } : leaf));
      },
    }),
    'a leaf is missing': () => ({
      leaves: async (log, first, count) => (await logs.core.ledger.leaves(log, first, count)).slice(1),
    }),
    'a tile is another': () => tileAs(0, other),
    'a tile is short': () => tileAs(0, short),
    'a higher tile is another': () => tileAs(1, other),
    'the checkpoint is of another root': () => ({
      logState: async (log) => {
        const state = (await logs.core.ledger.logState(log)) as LogState;
        return { ...state, checkpoint: state.checkpoint.replace(/\n[^\n]{43}=\n/, `\n${'A'.repeat(43)}=\n`) };
      },
    }),
  };

  it.each(Object.keys(damages))('is not put: %s', async (damage) => {
    const { to, files } = memory();
    const core: Core = { ...logs.core, ledger: { ...logs.core.ledger, ...damages[damage]?.() } };
    expect(await codeOf(logFiles(core, to)())).toBe('log/damaged');
    expect([...files.keys()]).toEqual([]);
  });
});

it('the stamps are not all read again where there is none', async () => {
  const { to } = memory();
  const limits: number[] = [];
  const list: Core['ledger']['list'] = (name, page) => {
    if (name === 'stamps/1') limits.push(page.limit);
    return logs.core.ledger.list(name, page);
  };
  await logFiles({ ...logs.core, ledger: { ...logs.core.ledger, list } }, to)();
  expect(limits[0]).toBe(1);
});
