// A chain told of: what is opened ahead of its turn is put down in its turn.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { assemble, SETTINGS, type Core } from '../../../lib/core.ts';
import { DeskError, type Code } from '../../../lib/errors.ts';
import { walk } from '../../../lib/packet/walk.ts';
import { chainOf } from '../../../lib/referral.ts';
import { freshDesk, noise, type TestDesk } from '../../material.ts';
import { packed } from './material.ts';

const FOUND = {
  finding: 'not-illegal',
  about: 'referral',
  reason: 'An umbrella.',
  decidedBy: 'Court of Example',
} as const;
const END = { reason: 'It was none.', decidedBy: 'Court of Example' };

let test: TestDesk;
beforeEach(async () => {
  test = await freshDesk();
});
afterEach(() => test.end());

/** Of the gets that are asked for at once, the last is answered first. @param fail what the nth of all throws */
function lastFirst(fail: (n: number) => Code | undefined = () => undefined): Core {
  const { ports } = test.local;
  let asked = 0;
  async function* get(...args: Parameters<typeof ports.vault.get>): AsyncGenerator<Uint8Array> {
    const n = asked++;
    for (let turn = 10 - n; turn > 0; turn--) await setImmediate();
    const code = fail(n);
    if (code !== undefined) throw new DeskError(code, 'made to fail');
    yield* ports.vault.get(...args);
  }
  return assemble(test.desk.id, { ...ports, vault: { ...ports.vault, get } }, SETTINGS);
}

describe('a chain that is told of', () => {
  it('is told in its order, whichever words were opened first', async () => {
    const { referralId } = await packed(test, [noise('a', 10), noise('b', 20), noise('c', 30)]);
    const supervisor = await test.as('supervisor');
    const { clearance } = await test.desk.clear(supervisor, referralId, FOUND);
    await test.desk.withdraw(supervisor, referralId, { clearance: clearance.seq, ...END });
    const core = lastFirst();
    const chain = await chainOf(core, referralId);
    const last = (await core.ledger.head(referralId))?.seq ?? 0;
    const told = await walk(core, chain, last);
    expect(told.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: last + 1 }, (_, n) => n));
    expect(told.arrived.map(({ facts }) => facts.sizeBytes)).toEqual([10, 20, 30]);
    expect(told.clearances).toMatchObject([{ seq: clearance.seq, withdrawn: END }]);
    expect(told.finishedAt).toBeDefined();
    expect(told).toEqual(await walk(assemble(test.desk.id, test.local.ports, SETTINGS), chain, last));
  });

  it('fails with what stands first in it, whichever failed first', async () => {
    const { referralId } = await packed(test, [noise('a', 10), noise('b', 20), noise('c', 30)]);
    const core = lastFirst((n) => (['vault/damaged', 'vault/absent', 'vault/failed'] as const)[n]);
    const chain = await chainOf(core, referralId);
    await expect(walk(core, chain, 3)).rejects.toMatchObject({ code: 'vault/damaged' });
  });
});
