import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LAWS, lawOf, type Law } from '../../../lib/regime/index.ts';
import { addPeriod, deleteByOf, keepUntilOf, retentionOf, type Applied } from '../../../lib/regime/retention.ts';

function law(id: string): Law {
  const found = lawOf(id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

const applied = (id: string, since: string, finishedAt?: string): Applied => ({
  law: law(id),
  since: new Date(since),
  finishedAt: finishedAt === undefined ? undefined : new Date(finishedAt),
});

describe('a period', () => {
  it.each([
    ['years', 1, '2026-11-26T10:00:00.000Z', '2027-11-26T10:00:00.000Z', '2027-11-26T10:00:00.000Z'],
    ['years', 1, '2027-03-01T10:00:00.000Z', '2028-03-01T10:00:00.000Z', '2028-03-01T10:00:00.000Z'],
    ['years', 1, '2028-02-29T10:00:00.000Z', '2029-03-01T10:00:00.000Z', '2029-02-28T10:00:00.000Z'],
    ['years', 4, '2028-02-29T10:00:00.000Z', '2032-02-29T10:00:00.000Z', '2032-02-29T10:00:00.000Z'],
    ['months', 12, '2028-02-29T10:00:00.000Z', '2029-03-01T10:00:00.000Z', '2029-02-28T10:00:00.000Z'],
    ['months', 1, '2026-12-31T23:59:59.999Z', '2027-01-31T23:59:59.999Z', '2027-01-31T23:59:59.999Z'],
    ['months', 1, '2027-01-30T10:00:00.000Z', '2027-03-01T10:00:00.000Z', '2027-02-28T10:00:00.000Z'],
    ['days', 21, '2026-12-20T10:00:00.000Z', '2027-01-10T10:00:00.000Z', '2027-01-10T10:00:00.000Z'],
  ] as const)('of %s × %d from %s', (unit, n, from, later, earlier) => {
    expect(addPeriod(new Date(from), { unit, n }, 'later').toISOString()).toBe(later);
    expect(addPeriod(new Date(from), { unit, n }, 'earlier').toISOString()).toBe(earlier);
  });
});

describe('what laws ask for together', () => {
  const since = '2026-01-10T10:00:00.000Z';
  const finishedAt = '2026-01-20T10:00:00.000Z';

  it('is the latest of what must be kept', () => {
    const all = ['us-2258a', 'ca-mandatory-reporting', 'us-2703f'].map((id) => applied(id, since, finishedAt));
    expect(retentionOf(all)).toEqual({
      keepUntil: { at: new Date('2027-01-20T10:00:00.000Z'), law: 'us-2258a' },
      conflicts: [],
    });
  });

  it('names the conflict where one law asks for a year and another allows no more than twelve months', () => {
    const all = ['us-2258a', 'eu-2021-1232'].map((id) => applied(id, since, finishedAt));
    expect(retentionOf(all)).toEqual({
      keepUntil: { at: new Date('2027-01-20T10:00:00.000Z'), law: 'us-2258a' },
      deleteBy: { at: new Date('2027-01-10T10:00:00.000Z'), law: 'eu-2021-1232' },
      conflicts: [{ keeps: 'us-2258a', deletes: 'eu-2021-1232' }],
    });
  });

  it('knows nothing of what counts from finish as long as it is open', () => {
    expect(retentionOf([applied('us-2258a', since)])).toEqual({ conflicts: [] });
  });

  it('counts the 60 days of a preservation order as the Union counts them', () => {
    const order = applied('eu-epoc-pr', '2026-11-27T17:10:00.000Z');
    expect(keepUntilOf(order.law, order)?.toISOString()).toBe('2027-01-27T00:00:00.000Z');
    const counting = { zone: 'Europe/Rome', holidays: ['2027-01-26'] };
    expect(keepUntilOf(order.law, { ...order, counting })?.toISOString()).toBe('2027-01-27T23:00:00.000Z');
  });

  it('never lets go before every floor, in whatever order the laws come, and never names a conflict that is none', () => {
    const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2032-01-01'), noInvalidDate: true });
    const one = fc.record({
      law: fc.constantFrom(...LAWS),
      since: moment,
      finishedAt: fc.option(moment, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (all) => {
        const { keepUntil, deleteBy, conflicts } = retentionOf(all);
        const floors = all.flatMap((each) => keepUntilOf(each.law, each)?.getTime() ?? []);
        const ceilings = all.flatMap((each) => deleteByOf(each.law, each)?.getTime() ?? []);
        expect(keepUntil?.at.getTime()).toBe(floors.length === 0 ? undefined : Math.max(...floors));
        expect(deleteBy?.at.getTime()).toBe(ceilings.length === 0 ? undefined : Math.min(...ceilings));
        const isTorn = floors.some((floor) => ceilings.some((ceiling) => ceiling < floor));
        expect(conflicts.length > 0).toBe(isTorn);
        const turned = retentionOf(all.toReversed());
        expect([turned.keepUntil?.at, turned.deleteBy?.at]).toEqual([keepUntil?.at, deleteBy?.at]);
      }),
    );
  });
});
