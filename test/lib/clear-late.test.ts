// What a finding must not miss: what is under way when it is entered or ordered after it, what law stays in force, who was not told.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ports, StoredRow } from '../../lib/ports.ts';
import { freshDesk, refer, type TestDesk } from '../material.ts';
import { filingDesk, HOUR_MS } from './filing/material.ts';
import { ORDER, pack, packed, takeAll, unpack } from './packet/material.ts';
import { read } from './summary/read.ts';

const LAW = { reason: 'cleared', legalBasis: 'Example Act' };
const WHOLE = {
  finding: 'not-illegal',
  about: 'referral',
  reason: 'An umbrella.',
  decidedBy: 'Court of Example',
} as const;

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

async function status(id: string) {
  return desk.desk.status(await desk.as('supervisor'), id);
}

describe('what is under way when an agency clears', () => {
  it('is told of too: a packet that is ordered and not made yet goes out without the finding', async () => {
    const { referralId, packetId } = await packed(desk, []);
    desk.clock.addDays(1);
    await desk.desk.addAgency(await desk.as('operator'), { id: 'de-bka', name: 'Another' });
    const supervisor = await desk.as('supervisor');
    const { packetId: waiting } = await desk.desk.orderPacket(supervisor, referralId, { ...ORDER, agency: 'de-bka' });
    const { notices } = await desk.desk.clearPacket(await desk.as('investigator'), packetId, WHOLE);
    expect(notices).toMatchObject([{ agency: 'europol' }, { agency: 'de-bka', packets: [waiting] }]);
  });
});

describe('a filing', () => {
  it('that a finding ended can be ordered again, and then its recipient is to be told', async () => {
    const test = await filingDesk();
    const id = await test.refer([]);
    const supervisor = await test.as('supervisor');
    await test.order(id);
    const { ended, notices } = await test.desk().clear(supervisor, id, WHOLE);
    expect([ended.filings, notices]).toEqual([1, []]);
    expect(await test.order(id)).toMatchObject({ isNew: true });
    expect(await test.settle(id)).toMatchObject({ state: 'delivered' });
    expect((await test.desk().notices(supervisor)).items).toMatchObject([{ recipient: 'ncmec' }]);
  });

  it('that is ordered after a finding has its recipient told, once for each finding', async () => {
    const test = await filingDesk();
    const id = await test.refer([]);
    const supervisor = await test.as('supervisor');
    const { clearance } = await test.desk().clear(supervisor, id, WHOLE);
    await test.order(id);
    await test.order(id);
    expect((await test.desk().notices(supervisor)).items).toMatchObject([{ recipient: 'ncmec', clearance }]);
  });
});

describe('a packet that shows a part', () => {
  it('says that the place of what was cleared is that in the whole, where another may stand in the part', async () => {
    const people = ['one', 'two', 'three'].map((name) => ({ screenName: `umbrella ${name}` }));
    const { opened } = await refer(desk, [], { more: { intendedRecipient: people } });
    const found = { ...WHOLE, finding: 'innocent', about: '/intendedRecipient/1' } as const;
    await desk.desk.clear(await desk.as('supervisor'), opened.referralId, found);
    const selection = { leaveOut: ['/intendedRecipient/0'] };
    const files = await unpack(
      await takeAll(desk, await pack(desk, opened.referralId, undefined, { ...ORDER, selection })),
    );
    expect(files.get('README.txt')?.toString()).toMatch(/innocent: \/intendedRecipient\/1\nThese places .* WHOLE/);
    const { whole } = read(files.get('data/summary.pdf') ?? Buffer.alloc(0));
    expect(whole).toMatch(/\/intendedRecipient\/1\s+\(data\/disclosure\.json\)/);
  });
});

describe('the period', () => {
  it('does not fall to that of an order alone: no law was named that the referral falls under', async () => {
    const { opened } = await refer(desk, []);
    const id = opened.referralId;
    const before = (await status(id)).keepUntil;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, id, { regime: 'US', law: 'us-2703f', since: '2026-01-01T00:00:00Z' });
    await desk.desk.clear(supervisor, id, WHOLE);
    expect((await status(id)).keepUntil).toBe(before);
  });

  it('does not fall where it was filed, and the law that filing fulfils was not named', async () => {
    const test = await filingDesk();
    const id = await test.refer([]);
    const supervisor = await test.as('supervisor');
    await test.order(id);
    await test.settle(id);
    await test.desk().assignRegime(supervisor, id, { regime: 'CA' });
    const before = (await test.desk().status(supervisor, id)).keepUntil;
    await test.desk().clear(supervisor, id, WHOLE);
    expect((await test.desk().status(supervisor, id)).keepUntil).toBe(before);
  });

  it('of a law counts again from the report, where that came later than finish', async () => {
    const { opened } = await refer(desk, []);
    const id = opened.referralId;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, id, { regime: 'US' });
    desk.clock.addDays(300);
    const packetId = await pack(desk, id, undefined, { ...ORDER, regime: 'US' });
    await takeAll(desk, packetId);
    expect((await status(id)).keepUntil).toBe('2028-09-18T10:00:00.000Z');
  });
});

describe('a rule that is named', () => {
  it('is not fulfilled by a packet that was ordered before it', async () => {
    const { opened } = await refer(desk, []);
    const id = opened.referralId;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, id, { regime: 'EU' });
    const packetId = await pack(desk, id, undefined, { ...ORDER, regime: 'EU' });
    await desk.desk.assignRegime(supervisor, id, { regime: 'EU', law: 'eu-epoc-emergency' });
    await takeAll(desk, packetId);
    expect((await status(id)).regimes).toMatchObject([
      { law: 'eu-dsa-18', standing: 'done' },
      { law: 'eu-epoc-emergency', standing: 'waiting' },
    ]);
  });

  it('is not fulfilled by a look of the desk itself', async () => {
    const { opened } = await refer(desk, []);
    const id = opened.referralId;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, id, { regime: 'EU', law: 'eu-epoc' });
    const packetId = await pack(desk, id, undefined, { ...ORDER, regime: 'EU' });
    await desk.desk.takePacket(supervisor, packetId);
    expect((await status(id)).regimes).toMatchObject([{ standing: 'waiting' }]);
  });
});

describe('a finding that is entered while a destruction is approved', () => {
  it('leaves nobody untold: the notice that it made is seen', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const change = (ports: Ports): Ports => {
      const list: Ports['ledger']['list'] = async (name, page) => {
        const work = name.startsWith('lookups/') ? meanwhile : undefined;
        if (work !== undefined) {
          meanwhile = undefined;
          await work();
        }
        return ports.ledger.list(name, page);
      };
      return { ...ports, ledger: { ...ports.ledger, list } };
    };
    const test = await filingDesk({ change });
    const id = await test.refer([]);
    await test.order(id);
    await test.settle(id);
    test.pass(400 * 24 * HOUR_MS);
    const supervisor = await test.as('supervisor');
    const { destructionId } = await test.desk().requestDestruction(supervisor, id, LAW);
    meanwhile = () => test.desk().clear(supervisor, id, WHOLE);
    const second = await test.as('supervisor2');
    await expect(test.desk().approveDestruction(second, id, destructionId)).rejects.toMatchObject({
      code: 'state/held',
    });
    expect(meanwhile).toBeUndefined();
  });
});

describe('a notice that was altered past the desk', () => {
  it('alarms nobody minute by minute, and lets nothing be destroyed', async () => {
    let isAltered = false;
    const altered = (row: StoredRow): StoredRow => {
      if (!isAltered || row.kind !== 'notice') return row;
      const acknowledged = { at: '2026-11-22T10:00:00.000Z', seq: 1, by: row.chain, isByHand: true };
      return { ...row, value: { ...row.value, acknowledged } };
    };
    const change = ({ ledger, ...ports }: Ports): Ports => {
      const row: Ports['ledger']['row'] = async (key) => {
        const found = await ledger.row(key);
        return found && altered(found);
      };
      const list: Ports['ledger']['list'] = async (name, page) => {
        const { items, ...more } = await ledger.list(name, page);
        return { ...more, items: items.map(altered) };
      };
      return { ...ports, ledger: { ...ledger, row, list } };
    };
    const test = await filingDesk({ change });
    const id = await test.refer([]);
    await test.order(id);
    await test.settle(id);
    const supervisor = await test.as('supervisor');
    await test.desk().clear(supervisor, id, WHOLE);
    test.pass(400 * 24 * HOUR_MS);
    const { destructionId } = await test.desk().requestDestruction(supervisor, id, LAW);
    isAltered = true;
    for (let minute = 0; minute < 3; minute++)
      await test
        .desk()
        .tick()
        .catch(() => undefined);
    expect(test.alarms.filter(({ code }) => code === 'clear/unacknowledged')).toEqual([]);
    const second = await test.as('supervisor2');
    await expect(test.desk().approveDestruction(second, id, destructionId)).rejects.toMatchObject({
      code: 'ledger/failed',
    });
  });
});
