// A part of a referral after a finding that clears.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { verifyPacket } from '../../../lib/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../../material.ts';
import { caseIn, ORDER, pack, sourceOf, takeAll, unpack } from './material.ts';

let test: TestDesk;
beforeAll(async () => {
  test = await freshDesk();
});
afterAll(() => test.end());

it('is packed, and tells of the finding', async () => {
  const { opened } = await refer(test, [noise('red.jpg', 40)], {
    more: { victim: [{ victimPerson: { firstName: 'Umbrellina' } }] },
  });
  const { referralId } = opened;
  await test.desk.clear(await test.as('supervisor'), referralId, {
    finding: 'not-illegal',
    about: 'referral',
    reason: 'A holiday picture.',
    decidedBy: 'Supervisor',
  });
  const bytes = await takeAll(test, await pack(test, referralId, undefined, { ...ORDER, role: 'triage' }));
  const { ok, findings } = await verifyPacket(sourceOf(bytes), { trust: test.trust });
  expect([ok, findings]).toEqual([true, []]);
  expect(caseIn(await unpack(bytes)).clearances.map(({ reason }) => reason)).toEqual(['A holiday picture.']);
});
