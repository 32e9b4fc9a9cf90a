// A finding that clears: whom it is told to, what it ends, what carries it from then on, and that the log still verifies when it is over.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeskError, verifyCustody, verifyNotice, verifyPacket } from '../../lib/index.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { deskSigner, forge, ORDER, pack, packed, sourceOf, takeAll, unpack } from './packet/material.ts';
import { read } from './summary/read.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const LAW = { reason: 'cleared', legalBasis: 'Example Act' };
const WHOLE = {
  finding: 'not-illegal',
  about: 'referral',
  reason: 'An umbrella is an umbrella.',
  decidedBy: 'Court of Example',
  reference: 'EX 12/26',
} as const;
const PERSON = { ...WHOLE, finding: 'innocent', about: '/personOrUserReported/0' } as const;
const MORE = { personOrUserReported: [{ screenName: 'umbrella seller' }] };

async function clear(id: string, found: Parameters<TestDesk['desk']['clear']>[2] = WHOLE) {
  return desk.desk.clear(await desk.as('supervisor'), id, found);
}

describe('a finding', () => {
  it.each([
    ['about a person who is not there', { ...PERSON, about: '/personOrUserReported/7' }],
    ['that a person is not illegal', { ...WHOLE, about: '/personOrUserReported/0' }],
    ['that a file is innocent', { ...PERSON, about: '/attachments/0' }],
    ['about a field', { ...PERSON, about: '/incidentSummary' }],
    ['about what every object has', { ...PERSON, about: '/victim/0' }],
  ])('%s is refused', async (_name, found) => {
    const { opened } = await refer(desk, [noise('a', 10)], { more: MORE });
    await expect(clear(opened.referralId, found)).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('in words that name a victim is refused: it goes to everyone, and into packets for triage', async () => {
    const victim = [{ victimPerson: { firstName: 'Umbrellina', lastName: 'Drizzlewick' } }];
    const { opened } = await refer(desk, [], { more: { victim } });
    await expect(clear(opened.referralId, { ...WHOLE, reason: 'Umbrellina said so.' })).rejects.toMatchObject({
      code: 'input/invalid',
    });
    await clear(opened.referralId);
  });

  it('waits until the referral is finished', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    await expect(clear(opened.referralId)).rejects.toMatchObject({ code: 'state/not-finished' });
  });

  it('is seen by the reporter, without its words', async () => {
    const { opened } = await refer(desk, [], { more: MORE });
    await clear(opened.referralId, PERSON);
    const status = await desk.desk.status(await desk.as('reporter'), opened.referralId);
    expect(status).toMatchObject({ clearances: [{ finding: 'innocent', about: 'part' }] });
    expect(JSON.stringify(status)).not.toMatch(/umbrella|personOrUserReported|Court/);
  });
});

describe('a notice', () => {
  it('goes to every agency that has a packet, and lists for it alone', async () => {
    const { referralId, packetId } = await packed(desk, [noise('a', 10)]);
    const { notices } = await clear(referralId);
    expect(notices).toMatchObject([{ agency: 'europol', packets: [packetId] }]);
    const own = await desk.desk.notices(await desk.as('investigator'));
    expect(own.items).toEqual(notices);
    const operator = await desk.as('operator');
    await desk.desk.addAgency(operator, { id: 'de-bka', name: 'Another' });
    const { key } = await desk.desk.addActor(operator, { role: 'investigator', name: 'Kim', agency: 'de-bka' });
    const other = await desk.desk.authenticate(key);
    expect((await desk.desk.notices(other)).items).toEqual([]);
    const id = notices[0]?.noticeId ?? '';
    await expect(desk.desk.notice(other, id)).rejects.toMatchObject({ code: 'absent/notice' });
    await expect(desk.desk.acknowledgeNotice(other, id)).rejects.toMatchObject({ code: 'absent/notice' });
    await expect(desk.desk.notice(await desk.as('auditor'), id)).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('is a signed statement that holds, and not when a word of it is changed', async () => {
    const { referralId } = await packed(desk, []);
    const { notices } = await clear(referralId);
    const notice = await desk.desk.notice(await desk.as('investigator'), notices[0]?.noticeId ?? '');
    expect(notice).toMatchObject({ ...WHOLE, findingOf: 'desk', agency: 'europol' });
    expect(verifyNotice(notice, { trust: desk.trust })).toMatchObject({ ok: true, findings: [] });
    expect(verifyNotice({ ...notice, about: '/victim/0' }, { trust: desk.trust }).findings).toMatchObject([
      { code: 'notice/signature' },
    ]);
    expect(verifyNotice(notice).findings).toMatchObject([{ code: 'trust/unknown-signer' }]);
  });

  it('alarms after a fortnight and then each week, until it is acknowledged', async () => {
    const { referralId } = await packed(desk, []);
    const { notices } = await clear(referralId);
    const told = (): number => desk.alarms.filter(({ code }) => code === 'clear/unacknowledged').length;
    const days = [13, 2, 3, 3, 2];
    const heard: number[] = [];
    for (const each of days) {
      desk.clock.addDays(each);
      await desk.desk.tick();
      await desk.desk.tick();
      heard.push(told());
    }
    expect(heard).toEqual([0, 1, 1, 1, 2]);
    await desk.desk.acknowledgeNotice(await desk.as('investigator'), notices[0]?.noticeId ?? '');
    desk.clock.addDays(30);
    await desk.desk.tick();
    expect(told()).toBe(2);
    const { items } = await desk.desk.notices(await desk.as('auditor'));
    expect(items).toMatchObject([{ acknowledged: { isByHand: false } }]);
  });

  it('is acknowledged once; by who is not of the agency only with how it was told', async () => {
    const { referralId } = await packed(desk, []);
    const id = (await clear(referralId)).notices[0]?.noticeId ?? '';
    const supervisor = await desk.as('supervisor');
    await expect(desk.desk.acknowledgeNotice(supervisor, id)).rejects.toMatchObject({ code: 'input/invalid' });
    await desk.desk.acknowledgeNotice(supervisor, id, { note: 'told by telephone' });
    await expect(desk.desk.acknowledgeNotice(await desk.as('investigator'), id)).rejects.toMatchObject({
      code: 'state/exists',
    });
  });
});

describe('what a finding ends', () => {
  it('links that nobody used and packets that are not made, until they are ordered again', async () => {
    const { referralId, packetId } = await packed(desk, []);
    const supervisor = await desk.as('supervisor');
    const { token } = await desk.desk.makeLink(supervisor, packetId);
    const { packetId: waiting } = await desk.desk.orderPacket(supervisor, referralId, ORDER);
    expect((await clear(referralId)).ended).toEqual({ links: 1, orders: 1, filings: 0 });
    await expect(desk.desk.takeByLink(token)).rejects.toMatchObject({ code: 'absent/link' });
    await desk.desk.integrate();
    expect(await desk.desk.freezePackets()).toBe(0);
    await expect(desk.desk.takePacket(supervisor, waiting)).rejects.toMatchObject({ code: 'state/not-open' });
    const again = await pack(desk, referralId);
    expect((await takeAll(desk, again)).length).toBeGreaterThan(0);
    await desk.desk.integrate();
    expect((await desk.desk.watch()).findings).toEqual([]);
  });

  it('nothing, where it is an agency’s own; which must have taken the packet to have found something', async () => {
    const { opened } = await refer(desk, []);
    const { referralId } = opened;
    const packetId = await pack(desk, referralId);
    const [investigator, supervisor] = [await desk.as('investigator'), await desk.as('supervisor')];
    await expect(desk.desk.clearPacket(investigator, packetId, WHOLE)).rejects.toMatchObject({
      code: 'state/not-taken',
    });
    await takeAll(desk, packetId);
    const { token } = await desk.desk.makeLink(supervisor, packetId);
    await desk.desk.assignRegime(supervisor, referralId, { regime: 'CA' });
    const { ended, notices } = await desk.desk.clearPacket(investigator, packetId, WHOLE);
    expect(ended).toEqual({ links: 0, orders: 0, filings: 0 });
    expect(await desk.desk.lookAtLink(token)).toMatchObject({ isCleared: true });
    const notice = await desk.desk.notice(supervisor, notices[0]?.noticeId ?? '');
    expect(notice.findingOf).toBe('europol');
    expect(await desk.desk.status(supervisor, referralId)).toMatchObject({ keepUntil: '2027-11-23T10:00:00.000Z' });
  });

  it('nothing is entered or told of names where the agency saw a part alone', async () => {
    const more = { victim: [{ victimPerson: { firstName: 'Umbrellina' } }] };
    const { referralId } = (await refer(desk, [], { more })).opened;
    const investigator = await desk.as('investigator');
    for (const part of [{ role: 'triage' as const }, { selection: { leaveOut: ['/victim'] } }]) {
      const packetId = await pack(desk, referralId, undefined, { ...ORDER, ...part });
      await takeAll(desk, packetId);
      const answers = ['Umbrellina is', 'Bicyclette is'].map((reason) =>
        desk.desk.clearPacket(investigator, packetId, { ...WHOLE, reason }).catch((error: unknown) => error),
      );
      const [right, wrong] = await Promise.all(answers);
      expect(right).toBeInstanceOf(DeskError);
      expect(right).toMatchObject({ code: 'state/handling' });
      expect(right).toEqual(wrong);
    }
  });

  it("the desk's own period, where a law was named that asks for less; the law's stays", async () => {
    const { opened } = await refer(desk, []);
    const { referralId } = opened;
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, referralId, { regime: 'CA' });
    await clear(referralId);
    expect(await desk.desk.status(supervisor, referralId)).toMatchObject({ keepUntil: '2026-12-13T10:00:00.000Z' });
    desk.clock.addDays(20);
    await expect(desk.desk.requestDestruction(supervisor, referralId, LAW)).rejects.toMatchObject({
      code: 'state/retained',
    });
    desk.clock.addDays(1);
    await desk.desk.requestDestruction(supervisor, referralId, LAW);
  });

  it('no period, where no law was named, or only a part was cleared', async () => {
    for (const found of [WHOLE, PERSON]) {
      const { opened } = await refer(desk, [], { more: MORE });
      if (found === PERSON)
        await desk.desk.assignRegime(await desk.as('supervisor'), opened.referralId, { regime: 'CA' });
      await clear(opened.referralId, found);
      const status = await desk.desk.status(await desk.as('supervisor'), opened.referralId);
      expect(status).toMatchObject({ keepUntil: '2027-11-23T10:00:00.000Z' });
    }
  });
});

describe('what carries a finding', () => {
  it('is every packet from then on: its case, its PDF, its README; and what is said of those before', async () => {
    const { referralId, packetId } = await packed(desk, [noise('a', 10)], MORE);
    await clear(referralId, PERSON);
    const [investigator, later] = [await desk.as('investigator'), await pack(desk, referralId)];
    expect((await desk.desk.packet(investigator, packetId)).clearances).toMatchObject([{ finding: 'innocent' }]);
    expect((await desk.desk.takePacket(investigator, packetId)).clearances).toHaveLength(1);
    const bytes = await takeAll(desk, later);
    const files = await unpack(bytes);
    const { clearances } = JSON.parse(files.get('data/case.json')?.toString() ?? '') as { clearances: unknown };
    expect(clearances).toMatchObject([{ ...PERSON }]);
    expect(files.get('README.txt')?.toString()).toMatch(/CLEARED[\s\S]*innocent: \/personOrUserReported\/0/);
    const text = read(files.get('data/summary.pdf') ?? Buffer.alloc(0)).whole;
    expect(text).toMatch(/Cleared[\s\S]*nothing to do with it: one person[\s\S]*Court of Example/);
    expect((await verifyPacket(sourceOf(bytes), { trust: desk.trust })).findings).toEqual([]);
  });

  it('is found out where a packet leaves it out', async () => {
    const { referralId } = await packed(desk, [], MORE);
    await clear(referralId, PERSON);
    const files = await unpack(await takeAll(desk, await pack(desk, referralId)));
    const manifest = (held: { clearances: unknown[] }): void => void held.clearances.splice(0);
    const forged = await forge(files, { manifest, signer: deskSigner(desk) });
    const { findings } = await verifyPacket(sourceOf(forged.bytes), { trust: desk.trust });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'packet/cleared' }));
  });
});

describe('the end', () => {
  it('waits for every notice; then destroyed, the chain, the log and the book still verify', async () => {
    const { referralId, packetId } = await packed(desk, [noise('a', 10)]);
    const supervisor = await desk.as('supervisor');
    await desk.desk.assignRegime(supervisor, referralId, { regime: 'CA' });
    const { notices } = await clear(referralId);
    desk.clock.addDays(22);
    const { destructionId } = await desk.desk.requestDestruction(supervisor, referralId, LAW);
    const approve = async () => desk.desk.approveDestruction(await desk.as('supervisor2'), referralId, destructionId);
    await expect(approve()).rejects.toMatchObject({ code: 'state/held' });
    await desk.desk.acknowledgeNotice(await desk.as('investigator'), notices[0]?.noticeId ?? '', { note: 'purged' });
    await approve();
    await expect(desk.desk.takePacket(supervisor, packetId)).rejects.toMatchObject({ code: 'absent/destroyed' });
    await expect(desk.desk.notice(supervisor, notices[0]?.noticeId ?? '')).rejects.toMatchObject({
      code: 'absent/destroyed',
    });
    await desk.desk.integrate();
    const custody = await desk.desk.custody(await desk.as('auditor'), referralId);
    expect(verifyCustody(custody, { trust: desk.trust }).findings).toEqual([]);
    expect((await desk.desk.watch()).findings.filter(({ code }) => code !== 'log/late')).toEqual([]);
    const { items } = await desk.desk.notices(await desk.as('auditor'));
    expect(items).toMatchObject([{ noticeId: notices[0]?.noticeId, acknowledged: { isByHand: false } }]);
  });
});
