// Ordering a filing: who may, of what; the same is filed once however often it is ordered; and what NCMEC would refuse is refused here.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { leftOutOf } from '../../../lib/filing/left-out.ts';
import { isCode, type FilingOrdered } from '../../../lib/index.ts';
import type { RecipientAnswer } from '../../../lib/ports.ts';
import { referralSchema } from '../../../schemas/index.ts';
import { noise, referralBody, stream } from '../../material.ts';
import { countOf, filingDesk, HOUR_MS, type FilingDesk } from './material.ts';
import { refusal, tally } from './ncmec-double.ts';

describe('an order', () => {
  it.each(['reporter', 'investigator', 'auditor', 'operator'] as const)('is not given by a %s', async (actor) => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    const asked = test.desk().orderFiling(await test.as(actor), referral, { to: 'ncmec' });
    await expect(asked).rejects.toMatchObject({ code: 'access/denied' });
  });

  it('is given of what is finished, and of nothing else', async () => {
    const test = await filingDesk();
    const reporter = await test.as('reporter');
    const { referralId } = await test.desk().open(reporter, referralBody(), 'one');
    await expect(test.order(referralId)).rejects.toMatchObject({ code: 'state/not-finished' });
    await test.desk().retract(reporter, referralId);
    await expect(test.order(referralId)).rejects.toMatchObject({ code: 'state/not-open' });
    await expect(test.order(randomUUID())).rejects.toMatchObject({ code: 'absent/referral' });
    expect(await countOf(test, referralId, 'order-filing')).toBe(0);
  });

  it.each([
    ['nobody', { to: undefined }, 'input/invalid'],
    ['a path', { to: '../ncmec' }, 'input/invalid'],
    ['more than a name', { to: 'ncmec', url: 'https://example.org' }, 'input/invalid'],
    ['whom the desk does not know', { to: 'another' }, 'absent/recipient'],
  ])('names not %s', async (_name, asked, code) => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    const order = test.desk().orderFiling(await test.as('supervisor'), referral, asked as { to: string });
    await expect(order).rejects.toMatchObject({ code });
  });

  it('is named by a UUID, and the name of another order is not taken', async () => {
    const test = await filingDesk();
    const [one, other] = [await test.refer([]), await test.refer([])];
    await expect(test.order(one, 'mine')).rejects.toMatchObject({ code: 'input/invalid' });
    const id = randomUUID();
    await test.order(one, id);
    await expect(test.order(other, id)).rejects.toMatchObject({ code: 'state/key-reused' });
  });

  it('given again, under any name, is the first one while that is under way and once it is delivered', async () => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    const first = await test.order(referral);
    const again = await Promise.all([test.order(referral), test.order(referral, first.filingId)]);
    await test.deliver();
    again.push(await test.order(referral));
    expect(again.map(({ filingId, isNew }) => [filingId, isNew])).toEqual(again.map(() => [first.filingId, false]));
    await test.deliver();
    expect([await countOf(test, referral, 'order-filing'), tally(test.ncmec).finished]).toEqual([1, 1]);
  });

  it('given many times at once is one filing', async () => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    const orders = await Promise.all(Array.from({ length: 8 }, () => test.order(referral)));
    expect(new Set(orders.map(({ filingId }) => filingId)).size).toBe(1);
    expect(orders.filter(({ isNew }) => isNew)).toHaveLength(1);
    await test.deliver();
    expect(tally(test.ncmec)).toEqual({ finished: 1, open: 0, retracted: 0 });
  });

  it('of what was refused takes it up again, with a deadline of its own; the call that ordered it before does not', async () => {
    const test = await filingDesk();
    const referral = await test.refer([]);
    test.ncmec.between = () => ({ instead: refusal(4100) });
    const first = await test.order(referral);
    const before = await test.settle(referral);
    expect(await test.order(referral, first.filingId)).toMatchObject({ isNew: false });
    expect((await test.filing(referral)).state).toBe('refused');
    test.pass(100 * HOUR_MS);
    test.ncmec.between = () => undefined;
    const name = randomUUID();
    expect(await test.order(referral, name)).toMatchObject({ filingId: first.filingId, isNew: true });
    expect(await test.order(referral, name)).toMatchObject({ isNew: false });
    const after = await test.filing(referral);
    expect([after.state, after.failure, after.deadline > before.deadline]).toEqual(['ordered', undefined, true]);
    expect(await test.settle(referral)).toMatchObject({ state: 'delivered', orderedAt: before.orderedAt });
  });
});

describe('before anything is sent', () => {
  it('what NCMEC’s rules refuse is named, with the rule and the place, and nothing is entered', async () => {
    const test = await filingDesk();
    const reporter = await test.as('reporter');
    const batch = { batchedReport: { reason: 'VIRAL_POTENTIAL_MEME' } };
    const { referralId } = await test.desk().open(reporter, referralBody([], batch), 'one');
    for (const file of [noise('a.jpg', 5), noise('b.jpg', 5)]) {
      const declared = { sha256: file.sha256, sizeBytes: 5 };
      await test.desk().attach(reporter, referralId, randomUUID(), declared, { name: file.path }, stream(file.bytes));
    }
    await test.desk().finish(reporter, referralId);
    const error: unknown = await test.order(referralId).catch((cause: unknown) => cause);
    expect(isCode(error, 'input/rule') && error.findings.map(({ code, path }) => [code, path])).toEqual([
      ['batch-one-file', '/attachments'],
      ['batch-file-needs-mark', '/files/0/fileDetails'],
      ['batch-file-needs-mark', '/files/1/fileDetails'],
    ]);
    expect([test.ncmec.heard, await countOf(test, referralId, 'order-filing')]).toEqual([[], 0]);
  });

  it('what NCMEC has no place for is named by field and counted, and nothing of it is said', async () => {
    const test = await filingDesk();
    const referral = await test.refer([noise('a.jpg', 5)], {
      chatGroups: [
        { id: 'g1', platform: 'Secret \u0007 chat' },
        { id: 'g2', platform: 'Example' },
      ],
      additionalInfo: 'bell \u0007',
      handling: { codes: [{ code: 'H1' }] },
    });
    const { leftOut }: FilingOrdered = await test.order(referral);
    expect(leftOut).toEqual([
      { field: 'additionalInfo', why: 'characters', count: 1 },
      { field: 'chatGroups', why: 'own', count: 2 },
      { field: 'handling', why: 'own', count: 1 },
    ]);
    await test.deliver();
    expect([...test.ncmec.reports.values()][0]?.xml).toContain('bell \ufffd');
  });

  it('the additions of 2026 are left out where the recipient does not know them', async () => {
    const newer = {
      incidentSummary: {
        incidentType: 'Child Sex Tourism',
        incidentDateTime: '2026-01-01T10:00:00Z',
        reportAnnotations: { informational: true },
      },
    };
    for (const [schema, expected] of [
      ['2025', [{ field: 'incidentSummary.reportAnnotations.informational', why: 'newer', count: 1 }]],
      ['2026', []],
    ] as const) {
      const test = await filingDesk({ schema });
      const referral = await test.refer([], newer);
      expect((await test.order(referral)).leftOut).toEqual(expected);
      await test.deliver();
      expect([...test.ncmec.reports.values()][0]?.xml.includes('informational')).toBe(schema === '2026');
    }
  });

  it.each([
    ['half of a character', '\ud800'],
    ['U+FFFF', '\uffff'],
    ['NUL', '\u0000'],
  ])('%s counts as what XML cannot carry, and a whole one does not', (_name, sign) => {
    const base = referralSchema.parse(JSON.parse(referralBody().toString()));
    const found = (text: string) => leftOutOf({ ...base, additionalInfo: text }, '2026').map(({ why }) => why);
    expect([found(`a${sign}`), found('a\t\n\r \u{1f600}')]).toEqual([['characters'], []]);
  });
});

describe('a referral that is destroyed', () => {
  it('is filed no more when nothing of it was sent yet', async () => {
    const test = await filingDesk();
    const referral = await test.refer([noise('a.jpg', 5)]);
    await test.order(referral);
    await destroy(test, referral);
    const heard = test.ncmec.heard.length;
    await test.deliver();
    expect([test.ncmec.heard.length, test.alarms]).toEqual([heard, []]);
    expect(await test.filing(referral)).toMatchObject({ state: 'dropped' });
    expect(await test.desk().deliverFilings()).toBe(0);
    await test.desk().integrate();
    expect((await test.desk().watch()).findings).toEqual([]);
    const { copies } = await test.desk().certificate(await test.as('supervisor'), referral);
    expect(copies.map(({ act }) => act)).toEqual(['order-filing']);
  });

  it('is not destroyed while it is being filed, since nobody could tell afterwards whether it arrived', async () => {
    const test = await filingDesk();
    const referral = await test.refer([noise('a.jpg', 5)]);
    await test.order(referral);
    let refused: Promise<unknown> | undefined;
    test.ncmec.between = (path) => {
      if (path !== '/upload') return undefined;
      const change = async (answer: RecipientAnswer): Promise<RecipientAnswer> => {
        refused = destroy(test, referral).catch((error: unknown) => error);
        await refused;
        return answer;
      };
      return { change };
    };
    await test.deliver();
    expect(await refused).toMatchObject({ code: 'state/held' });
    test.ncmec.between = () => undefined;
    expect((await test.settle(referral)).state).toBe('undelivered'); // its time passed with the retention's
  });
});

async function destroy(test: FilingDesk, referral: string): Promise<void> {
  await test.desk().integrate();
  test.pass(400 * 24 * HOUR_MS);
  const words = { reason: 'nothing is left', legalBasis: 'an act' };
  const { destructionId } = await test.desk().requestDestruction(await test.as('supervisor'), referral, words);
  await test.desk().approveDestruction(await test.as('supervisor2'), referral, destructionId);
}
