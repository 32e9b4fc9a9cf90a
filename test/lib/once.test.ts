// What an act reads once, and what it reads anew: entries and secrets once, rows again whenever the act looks where its chain stands.
import { expect, it } from '@jest/globals';
import type { Core } from '../../lib/core.ts';
import { readingOnce } from '../../lib/once.ts';

function counted(): { core: Core; asked: string[]; fail: { next: boolean } } {
  const [asked, fail] = [[] as string[], { next: false }];
  const answer = <T>(name: string, found: T): Promise<T> => {
    asked.push(name);
    if (!fail.next) return Promise.resolve(found);
    fail.next = false;
    return Promise.reject(new Error('not now'));
  };
  const ledger = {
    entries: (_chain: string, seq: number) => answer('entry', seq === 9 ? [] : [{ seq }]),
    row: () => answer('row', { n: asked.length }),
  };
  const keys = {
    readSecret: () => answer('secret', Uint8Array.of(1, 2)),
    isDestroyed: () => answer('destroyed', true),
  };
  return { core: { ledger, keys } as unknown as Core, asked, fail };
}

it('reads entries and secrets once, and rows until it is renewed', async () => {
  const { core, asked } = counted();
  const once = readingOnce(core);
  const row = () => once.ledger.row({ kind: 'referral', id: 'r' });
  for (let n = 0; n < 2; n++) {
    await once.ledger.entries('r', 0, 1);
    (await once.keys.readSecret('r')).fill(0); // each has bytes of his own
    await row();
  }
  expect([...(await once.keys.readSecret('r'))]).toEqual([1, 2]);
  expect(asked).toEqual(['entry', 'secret', 'row']);
  const before = await row();
  once.renew?.();
  expect(await row()).not.toEqual(before);
  await readingOnce(core).ledger.entries('r', 0, 1);
  expect(asked).toEqual(['entry', 'secret', 'row', 'row', 'entry']);
});

it('asks again for what is not there yet, and for what failed', async () => {
  const { core, asked, fail } = counted();
  const once = readingOnce(core);
  for (let n = 0; n < 2; n++) expect(await once.ledger.entries('r', 9, 1)).toEqual([]);
  fail.next = true;
  await expect(once.keys.readSecret('r')).rejects.toThrow('not now');
  expect(await once.keys.isDestroyed('r')).toBe(true);
  await once.keys.readSecret('r');
  expect(asked).toEqual(['entry', 'entry', 'secret', 'destroyed', 'secret']);
});
