// What failed rests for a time that no two couriers share, however alike the ids of one moment begin.
import { expect, it } from '@jest/globals';
import { rememberCourier } from '../../../lib/filing/courier-memory.ts';

it('draws how long a failure rests from what of an id is by chance', () => {
  const failed = new Date('2026-01-01T00:00:00.000Z');
  const later = new Date(failed.getTime() + 1500);
  const rests = ['00000000', 'ffffffff'].map((byChance) => {
    const { failures } = rememberCourier({ newId: () => `019b7765-ec00-7000-8000-0000${byChance}` });
    failures.add('filing', new Error('no answer'), failed);
    return failures.isResting('filing', later);
  });
  expect(rests).toEqual([false, true]); // a second, and a second more
});
