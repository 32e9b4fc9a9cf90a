// Under which law a referral falls: what is missing, deadlines, who is reminded, how long it is kept.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyPacket } from '../../lib/index.ts';
import { gather, freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { jsonIn, sourceOf, unpack } from './packet/material.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await freshDesk();
});
afterEach(() => desk.end());

const LAW = { reason: 'no longer needed', legalBasis: 'Example Act' };
const ORDER = { agency: 'europol', purpose: 'an inquiry', legalBasis: 'Example Act' };
const HOUR = 1 / 24;

async function finished(): Promise<string> {
  return (await refer(desk, [noise('a.bin', 10)])).opened.referralId;
}

async function name(id: string, request: Parameters<TestDesk['desk']['assignRegime']>[2]) {
  return desk.desk.assignRegime(await desk.as('supervisor'), id, request);
}

async function status(id: string) {
  return desk.desk.status(await desk.as('reporter'), id);
}

const codes = (): string[] => desk.alarms.map(({ code }) => code).filter((code) => code.startsWith('regime/'));

describe('a regime that is named', () => {
  it('says what the referral lacks for it, until when it is kept and which deadline it has', async () => {
    const id = await finished();
    await name(id, { regime: 'UK' });
    await name(id, { regime: 'EU', law: 'eu-epoc-emergency', since: '2026-11-22T10:00:00Z' });
    expect(await status(id)).toMatchObject({
      regimes: [
        { law: 'eu-epoc-emergency', standing: 'waiting', deadline: '2026-11-22T19:00:00.000Z', missing: [] },
        { law: 'uk-osa-66', standing: 'waiting', keepUntil: '2027-11-22T10:00:00.000Z' },
      ],
    });
    const [, uk] = (await status(id)).regimes;
    expect(uk?.missing).toEqual(expect.arrayContaining(['no-user-identifier', 'no-connection']));
    expect(uk?.missing).not.toContain('no-content');
  });

  it('is named once, and only where there is such a rule', async () => {
    const id = await finished();
    await name(id, { regime: 'US' });
    await expect(name(id, { regime: 'US' })).rejects.toMatchObject({ code: 'state/exists' });
    await expect(name(id, { regime: 'US', law: 'uk-osa-66' })).rejects.toMatchObject({ code: 'absent/regime' });
    await expect(name(id, { regime: 'UK', zone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'input/invalid' });
    await expect(name(id, { regime: 'UK', since: '2027-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'input/rule',
    });
  });

  it('is not asked to preserve what is open and will be destroyed', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    await expect(name(opened.referralId, { regime: 'US', law: 'us-2703f' })).rejects.toMatchObject({
      code: 'state/not-finished',
    });
  });
});

describe('how long it is kept', () => {
  it('is lengthened by a later floor, and never shortened', async () => {
    const id = await finished();
    const own = (await status(id)).keepUntil;
    expect(own).toBe('2027-11-23T10:00:00.000Z');
    await name(id, { regime: 'CA' });
    expect((await status(id)).keepUntil).toBe(own);
    desk.clock.addDays(300);
    await name(id, { regime: 'US', law: 'us-2703f', since: '2027-09-10T10:00:00Z' });
    expect((await status(id)).keepUntil).toBe('2027-12-09T10:00:00.000Z');
    desk.clock.addDays(75); // past the desk's own period
    await expect(desk.desk.requestDestruction(await desk.as('supervisor'), id, LAW)).rejects.toMatchObject({
      code: 'state/retained',
    });
    desk.clock.addDays(10);
    await desk.desk.requestDestruction(await desk.as('supervisor'), id, LAW);
  });

  it('counts from finish where the law does, also when it was named before', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    const id = opened.referralId;
    await name(id, { regime: 'US' });
    expect((await status(id)).regimes[0]?.keepUntil).toBeUndefined();
    desk.clock.addDays(3);
    await desk.desk.finish(await desk.as('reporter'), id);
    expect((await status(id)).regimes[0]?.keepUntil).toBe('2027-11-25T10:00:00.000Z');
  });

  it('names the laws that contradict each other, and keeps what one of them asks for', async () => {
    const id = await finished();
    await name(id, { regime: 'US' });
    await name(id, { regime: 'EU', law: 'eu-interim-2026', since: '2026-11-20T10:00:00Z' });
    expect((await status(id)).conflicts).toEqual([{ keeps: 'us-2258a', deletes: 'eu-interim-2026' }]);
    desk.clock.addDays(363);
    await desk.desk.tick();
    await desk.desk.tick();
    expect(codes()).toEqual(['regime/over']);
    await expect(desk.desk.requestDestruction(await desk.as('supervisor'), id, LAW)).rejects.toMatchObject({
      code: 'state/retained',
    });
  });
});

describe('the clock', () => {
  it('reminds before a deadline and after it, once each, also after a restart', async () => {
    const id = await finished();
    await name(id, { regime: 'EU', law: 'eu-epoc-emergency' });
    await desk.desk.tick();
    expect(codes()).toEqual([]);
    desk.clock.addDays(7 * HOUR);
    expect(await desk.desk.tick()).toMatchObject({ reminded: 1 });
    desk = await desk.reopen();
    expect(await desk.desk.tick()).toMatchObject({ reminded: 0 });
    desk.clock.addDays(2 * HOUR);
    await desk.desk.tick();
    await desk.desk.tick();
    expect(codes()).toEqual(['regime/due', 'regime/late']);
    expect(await status(id)).toMatchObject({ regimes: [{ standing: 'late' }] });
    expect(desk.alarms.at(-1)?.where).toBe(`referral ${id}, eu-epoc-emergency`);
  });

  it('says that it is late, and not also that it is due, where nobody asked it in between', async () => {
    const id = await finished();
    await name(id, { regime: 'EU', law: 'eu-epoc-emergency' });
    desk.clock.addDays(1);
    await desk.desk.tick();
    await desk.desk.tick();
    expect(codes()).toEqual(['regime/late']);
  });

  it('reminds of nothing that was done: a packet taken, a filing delivered, a word by hand', async () => {
    const id = await finished();
    await name(id, { regime: 'EU', law: 'eu-epoc' });
    const supervisor = await desk.as('supervisor');
    const { packetId } = await desk.desk.orderPacket(supervisor, id, { ...ORDER, regime: 'EU' });
    await desk.desk.integrate();
    await desk.desk.freezePackets();
    expect(await status(id)).toMatchObject({ regimes: [{ standing: 'waiting' }], packets: [{ regime: 'EU' }] });
    await gather((await desk.desk.takePacket(await desk.as('investigator'), packetId)).bytes);
    expect(await status(id)).toMatchObject({ regimes: [{ standing: 'done', met: { how: 'packet' } }] });
    await name(id, { regime: 'EU', law: 'eu-epoc-emergency' });
    await desk.desk.meetRegime(supervisor, id, { law: 'eu-epoc-emergency', how: 'through their own system' });
    await expect(
      desk.desk.meetRegime(supervisor, id, { law: 'eu-epoc-emergency', how: 'again' }),
    ).rejects.toMatchObject({ code: 'state/exists' });
    desk.clock.addDays(30);
    await desk.desk.tick();
    expect(codes()).toEqual([]);
  });

  it('reminds of nothing that is destroyed, and the log still verifies', async () => {
    const { opened } = await refer(desk, [], { finish: false });
    await name(opened.referralId, { regime: 'EU', law: 'eu-epoc' });
    await desk.desk.retract(await desk.as('reporter'), opened.referralId);
    await desk.desk.tick();
    desk.clock.addDays(30);
    await desk.desk.tick();
    expect(codes()).toEqual([]);
    await desk.desk.integrate();
    expect((await desk.desk.watch()).findings.filter(({ code }) => code !== 'log/late')).toEqual([]);
  });
});

describe('a packet for a regime', () => {
  it('says so in its terms, and is refused where the regime was not named', async () => {
    const id = await finished();
    const supervisor = await desk.as('supervisor');
    await expect(desk.desk.orderPacket(supervisor, id, { ...ORDER, regime: 'UK' })).rejects.toMatchObject({
      code: 'absent/regime',
    });
    await name(id, { regime: 'UK' });
    const { packetId } = await desk.desk.orderPacket(supervisor, id, { ...ORDER, regime: 'UK' });
    await desk.desk.integrate();
    await desk.desk.freezePackets();
    const bytes = await gather((await desk.desk.takePacket(supervisor, packetId)).bytes);
    expect(jsonIn(await unpack(bytes), 'data/case.json')).toMatchObject({ packet: { terms: { regime: 'UK' } } });
    expect((await verifyPacket(sourceOf(bytes), { trust: desk.trust })).findings).toEqual([]);
  });
});
