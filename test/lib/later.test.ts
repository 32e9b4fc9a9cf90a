// What waits is loaded once, with its first use, or with all that waits.
import { expect, it } from '@jest/globals';
import { later, loadAll, once } from '../../lib/later.ts';

it('makes with the first use, and once', async () => {
  let made = 0;
  const use = once(() => Promise.resolve((made += 1)));
  expect(made).toBe(0);
  expect(await Promise.all([use(), use()])).toEqual([1, 1]);
  expect(await use()).toBe(1);
});

it('makes again where it failed', async () => {
  let tries = 0;
  const use = once(() => (++tries === 1 ? Promise.reject(new Error('not now')) : Promise.resolve(tries)));
  await expect(Promise.all([use(), use()])).rejects.toThrow('not now');
  expect([await use(), await use()]).toEqual([2, 2]);
});

it('loads all that waits, and what waits in that', async () => {
  const loaded: string[] = [];
  const note = (name: string) => () => Promise.resolve(loaded.push(name));
  later(async () => {
    later(note('inner'));
    await note('outer')();
  });
  const used = later(note('used'));
  await used();
  expect(loaded).toEqual(['used']);
  await loadAll();
  expect(loaded.sort()).toEqual(['inner', 'outer', 'used']);
});
