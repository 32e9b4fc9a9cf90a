// The clock where two authorities share it: one destroys, the other does all else, and neither does the other's part.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDesk, refer, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

async function stateOf(referralId: string): Promise<string> {
  return (await desk.desk.status(await desk.as('auditor'), referralId)).state;
}

const NOTHING = { warned: 0, expired: 0, destroyed: 0, locksExtended: 0, reminded: 0, uploadsEnded: 0 };

describe('the duties of the clock', () => {
  it('are told apart: time expires and destroys nothing, ends destroys and does nothing else', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    const { referralId } = opened;
    desk.clock.addDays(27);
    expect(await desk.desk.tick('ends')).toEqual(NOTHING);
    expect(await desk.desk.tick('time')).toEqual({ ...NOTHING, warned: 1 });
    desk.clock.addDays(8);
    expect(await desk.desk.tick('ends')).toEqual(NOTHING);
    expect(await desk.desk.tick('time')).toEqual({ ...NOTHING, expired: 1 });
    expect(await stateOf(referralId)).toBe('expired');
    expect(await desk.desk.tick('time')).toEqual(NOTHING);
    expect(await desk.desk.tick('ends')).toEqual({ ...NOTHING, destroyed: 1 });
    expect(await stateOf(referralId)).toBe('destroyed');
    expect(await desk.desk.tick('ends')).toEqual(NOTHING);
  });

  it('leave locks to time, of what is finished and of what a hold keeps', async () => {
    const { opened } = await refer(desk, []);
    const held = (await refer(desk, [], { finish: false, key: 'held' })).opened.referralId;
    await desk.desk.hold(await desk.as('supervisor'), held, { reason: 'an order', legalBasis: 'an act' });
    await desk.desk.retract(await desk.as('reporter'), held);
    desk.clock.addDays(341);
    expect(await desk.desk.tick('ends')).toEqual(NOTHING);
    expect(await desk.desk.tick('time')).toEqual({ ...NOTHING, locksExtended: 2 });
    expect([await stateOf(opened.referralId), await stateOf(held)]).toEqual(['finished', 'retracted']);
  });
});
