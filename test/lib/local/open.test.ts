import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { initLocalDesk, openLocalDesk } from '../../../lib/local/open.ts';
import { emptyFolder } from './desk-folder.ts';

/** Makes a desk and cuts it off at its n-th step of a kind; how many such steps there were when it was not cut off. */
async function cutInit(dir: string, step: string, n: number): Promise<number> {
  let times = 0;
  const probe = (at: string): void => {
    if (at === step && ++times === n) throw new Error('cut off');
  };
  await initLocalDesk({ dir, probe }).catch(() => undefined);
  return times;
}

describe('a desk whose founding is cut short', () => {
  it.each(['ledger.commit:before-commit', 'ledger.commit:after', 'ledger.integrate:after', 'keys.createSecrets:after'])(
    'is no desk, wherever that is (%s)',
    async (step) => {
      const steps = await cutInit(join(emptyFolder(), 'whole'), step, Infinity);
      expect(steps).toBeGreaterThan(0);
      for (let n = 1; n <= steps; n++) {
        const dir = join(emptyFolder(), 'desk');
        await cutInit(dir, step, n);
        await expect(openLocalDesk({ dir })).rejects.toMatchObject({ code: 'desk/absent' });
        const again = initLocalDesk({ dir });
        await expect(again).rejects.toMatchObject({
          code: 'desk/exists',
          message: expect.stringContaining('ledger.db, secrets.db, vault, keys/desk.key'),
        });
        expect(existsSync(join(dir, 'desk.json'))).toBe(false);
      }
    },
  );
});

describe('a desk that was founded', () => {
  it('is there, with everyone who was shown a key', async () => {
    const dir = join(emptyFolder(), 'desk');
    const { keys, desk } = await initLocalDesk({ dir });
    const local = await openLocalDesk({ dir });
    expect(local.desk.id).toBe(desk);
    for (const key of Object.values(keys)) expect(await local.desk.authenticate(key)).toMatchObject({ isHouse: false });
    expect((await local.desk.watch()).findings).toEqual([]);
    await local.close();
  });
});

describe('ids on one machine', () => {
  it('begin with the time, so that what is made later comes later, and are all different', async () => {
    const dir = join(emptyFolder(), 'desk');
    await initLocalDesk({ dir });
    const local = await openLocalDesk({ dir });
    try {
      const before = Date.now();
      const ids = Array.from({ length: 1000 }, () => local.ports.newId());
      const after = Date.now();
      const times = ids.map((id) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times[0]).toBeGreaterThanOrEqual(before);
      expect(times.at(-1)).toBeLessThanOrEqual(after);
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(1000);
    } finally {
      await local.close();
    }
  });
});
