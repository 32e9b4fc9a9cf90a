// A finding that cleared and was wrong: withdrawn by whose it was, told to everyone who was told, seen in every packet from then on; and
// the same finding entered twice, which is one.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyNotice, verifyPacket } from '../../lib/index.ts';
import { freshDesk, refer, type TestDesk } from '../material.ts';
import { caseIn, deskSigner, forge, ORDER, pack, packed, sourceOf, takeAll, unpack } from './packet/material.ts';
import { read } from './summary/read.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const FOUND = {
  finding: 'not-illegal',
  about: 'referral',
  reason: 'An umbrella is an umbrella.',
  decidedBy: 'Court of Example',
  reference: 'EX 12/26',
} as const;
const END = { reason: 'It was a bicycle.', decidedBy: 'Appeal Court of Example', reference: 'EX 13/26' };

async function clear(id: string, more: object = {}) {
  return desk.desk.clear(await desk.as('supervisor'), id, { ...FOUND, ...more });
}

async function withdraw(id: string, clearance: number, more: object = {}) {
  return desk.desk.withdraw(await desk.as('supervisor'), id, { clearance, ...END, ...more });
}

describe('the same finding entered again', () => {
  it('is the first one, and makes no second notice; in other words it is another', async () => {
    const { referralId } = await packed(desk, []);
    const first = await clear(referralId);
    const both = await Promise.all([clear(referralId), clear(referralId)]);
    for (const { entry, notices, ended } of both) {
      expect(entry).toEqual(first.entry);
      expect(notices).toEqual(first.notices);
      expect(ended).toEqual({ links: 0, orders: 0, filings: 0 });
    }
    await clear(referralId, { reference: 'EX 14/26' });
    expect((await desk.desk.notices(await desk.as('supervisor'))).items).toHaveLength(2);
  });

  it('entered at once, is entered once', async () => {
    const { referralId } = await packed(desk, []);
    const both = await Promise.all([clear(referralId), clear(referralId)]);
    expect(new Set(both.map(({ entry }) => entry.seq)).size).toBe(1);
    expect((await desk.desk.notices(await desk.as('supervisor'))).items).toHaveLength(1);
  });

  it('after it was withdrawn is a new one', async () => {
    const { referralId } = await packed(desk, []);
    const { clearance } = await clear(referralId);
    await withdraw(referralId, clearance.seq);
    expect((await clear(referralId)).clearance.seq).toBeGreaterThan(clearance.seq);
  });
});

describe('a withdrawal', () => {
  it('is entered by whose finding it was, of a finding that stands, and once', async () => {
    const { referralId, packetId } = await packed(desk, []);
    const [supervisor, investigator] = [await desk.as('supervisor'), await desk.as('investigator')];
    const { clearance: own } = await clear(referralId);
    const { clearance: theirs } = await desk.desk.clearPacket(investigator, packetId, FOUND);
    const invalid = { code: 'input/invalid' };
    await expect(withdraw(referralId, theirs.seq)).rejects.toMatchObject(invalid);
    await expect(withdraw(referralId, 0)).rejects.toMatchObject(invalid);
    const request = { ...END, clearance: own.seq };
    await expect(desk.desk.withdrawPacket(investigator, packetId, request)).rejects.toMatchObject(invalid);
    await expect(desk.desk.withdrawPacket(supervisor, packetId, request)).rejects.toMatchObject({
      code: 'access/denied',
    });
    await withdraw(referralId, own.seq);
    await desk.desk.withdrawPacket(investigator, packetId, { ...END, clearance: theirs.seq });
    await expect(withdraw(referralId, own.seq)).rejects.toMatchObject({ code: 'state/exists' });
    const { clearances } = await desk.desk.status(supervisor, referralId);
    expect(clearances?.map(({ withdrawn }) => withdrawn !== undefined)).toEqual([true, true]);
  });

  it('is told to who was told of the finding and to who got a packet since, until each has said so', async () => {
    const { referralId } = await packed(desk, []);
    const { clearance } = await clear(referralId);
    const operator = await desk.as('operator');
    await desk.desk.addAgency(operator, { id: 'later', name: 'Later of Example' });
    await pack(desk, referralId, undefined, { ...ORDER, agency: 'later' });
    const { notices } = await withdraw(referralId, clearance.seq);
    expect(notices.map(({ agency, withdraws }) => [agency, withdraws]).sort()).toEqual([
      ['europol', clearance.seq],
      ['later', clearance.seq],
    ]);
    const supervisor = await desk.as('supervisor');
    const investigator = await desk.as('investigator');
    const mine = notices.find(({ agency }) => agency === 'europol')?.noticeId ?? '';
    const notice = await desk.desk.notice(investigator, mine);
    expect(notice).toMatchObject({ ...FOUND, ...END, withdraws: clearance.seq, findingOf: 'desk' });
    expect(verifyNotice(notice, { trust: desk.trust })).toMatchObject({ ok: true });
    expect(verifyNotice({ ...notice, withdraws: 1 }, { trust: desk.trust }).ok).toBe(false);
    await desk.desk.acknowledgeNotice(investigator, mine);
    const { items } = await desk.desk.notices(supervisor);
    expect(items.filter(({ acknowledged }) => acknowledged === undefined)).toHaveLength(2);
    await desk.desk.integrate();
    expect((await desk.desk.watch()).findings).toEqual([]);
  });

  it('lets it be kept again as long as before', async () => {
    const { referralId } = (await refer(desk, [])).opened;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, referralId, { regime: 'CA' });
    const { keepUntil } = await desk.desk.status(supervisor, referralId);
    desk.clock.addDays(1);
    const { clearance } = await clear(referralId);
    const shorter = (await desk.desk.status(supervisor, referralId)).keepUntil ?? '';
    await withdraw(referralId, clearance.seq);
    const again = (await desk.desk.status(supervisor, referralId)).keepUntil;
    expect([shorter < (keepUntil ?? ''), again]).toEqual([true, keepUntil]);
  });

  it('stands beside the finding in packets ordered since, which hold only with it', async () => {
    const { referralId } = await packed(desk, []);
    const { clearance } = await clear(referralId);
    await withdraw(referralId, clearance.seq);
    const packetId = await pack(desk, referralId);
    const taken = await desk.desk.takePacket(await desk.as('supervisor'), packetId);
    expect(taken.clearances).toBeUndefined();
    const files = await unpack(await takeAll(desk, packetId));
    expect(caseIn(files).clearances).toMatchObject([{ ...FOUND, withdrawn: END }]);
    expect(read(files.get('data/summary.pdf') ?? Buffer.alloc(0)).whole).toContain('the finding below stands no more');
    expect(files.get('README.txt')?.toString()).toContain('WITHDRAWN');
    const find = async (manifest: NonNullable<Parameters<typeof forge>[1]['manifest']>): Promise<string[]> => {
      const { bytes } = await forge(files, { manifest, signer: deskSigner(desk) });
      return (await verifyPacket(sourceOf(bytes), { trust: desk.trust })).findings.map(({ code }) => code);
    };
    expect(await find(() => undefined)).toEqual([]);
    const unsay: Parameters<typeof find>[0] = ({ clearances: [found] }) => {
      delete found?.withdrawn;
    };
    expect(await find(unsay)).toEqual(['packet/cleared']);
    const reword: Parameters<typeof find>[0] = ({ clearances: [found] }) => {
      if (found?.withdrawn !== undefined) found.withdrawn.reason = 'It was an umbrella.';
    };
    expect(await find(reword)).toEqual(['packet/cleared']);
  });

  it('names no victim, and makes a packet that does not know of it stale', async () => {
    const victim = [{ victimPerson: { firstName: 'Drizzlewick' } }];
    const { referralId } = (await refer(desk, [], { more: { victim } })).opened;
    const { clearance } = await clear(referralId);
    const before = await takeAll(desk, await pack(desk, referralId));
    const named = withdraw(referralId, clearance.seq, { reason: 'Drizzlewick said so.' });
    await expect(named).rejects.toMatchObject({ code: 'input/invalid' });
    await withdraw(referralId, clearance.seq);
    await desk.desk.integrate();
    const custody = await desk.desk.custody(await desk.as('auditor'), referralId);
    const against = { kind: 'custody' as const, custody };
    const { findings } = await verifyPacket(sourceOf(before), { trust: desk.trust, against });
    expect(findings.map(({ code }) => code)).toEqual(['against/stale']);
  });
});
