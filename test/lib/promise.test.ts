// A receipt promises the log by a deadline: watch finds an entry that waits for longer, and an alarm follows one that came in late.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { append, assemble, SETTINGS } from '../../lib/core.ts';
import { entryHash } from '../../lib/custody.ts';
import { beginNewLog } from '../../lib/log.ts';
import { DESK } from '../../lib/ports.ts';
import { chainOf } from '../../lib/referral.ts';
import { freshDesk, refer, type TestDesk } from '../material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
  await desk.desk.integrate();
});
afterEach(() => desk.end());

const late = async (): Promise<string[]> =>
  (await desk.desk.watch()).findings.filter(({ code }) => code === 'log/late').map(({ where }) => where);

describe('the promise of a receipt', () => {
  it('is kept up to its deadline, and from then on watch names each entry that waits', async () => {
    const { opened, receipt } = await refer(desk, [], { finish: false });
    desk.clock.addDays(1);
    expect(Date.parse(receipt.deadline)).toBe(desk.clock.now().getTime());
    expect(await late()).toEqual([]);
    desk.clock.addDays(1 / 86_400);
    expect(await late()).toEqual([`entry 0 of chain ${opened.referralId}`]);
  });

  it('raises an alarm where it was made good too late, once', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    desk.clock.addDays(1);
    await desk.desk.integrate();
    expect(desk.alarms).toEqual([]);
    await refer(desk, [], { finish: false });
    desk.clock.addDays(2);
    const { opened: third } = await refer(desk, [], { finish: false });
    await desk.desk.integrate();
    await desk.desk.integrate();
    expect(desk.alarms).toMatchObject([{ code: 'log/late' }]);
    expect(desk.alarms[0]?.where).not.toContain(third.referralId);
    expect(desk.alarms[0]?.where).not.toContain(opened.referralId);
    expect(await late()).toEqual([]);
  });

  it('is not broken by a log that is begun anew and takes old entries in again', async () => {
    await refer(desk, [], { finish: false });
    await desk.desk.integrate();
    desk.clock.addDays(30);
    const core = assemble(desk.desk.id, desk.local.ports, SETTINGS);
    const { text, entry } = await append(core, await chainOf(core, DESK), () =>
      Promise.resolve({ act: 'backup', actorId: DESK }),
    );
    await beginNewLog(core, [{ chain: DESK, seq: entry.seq, hash: entryHash(text) }]);
    expect(await late()).toEqual([]);
    await desk.desk.integrate();
    expect(desk.alarms).toEqual([]);
  });
});
