import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadlineOf, isZone } from '../../../lib/regime/deadline.ts';
import type { Clock } from '../../../lib/regime/index.ts';

const days = (n: number): Clock => ({ unit: 'days', n, rule: '1182/71' });
const hours = (n: number): Clock => ({ unit: 'hours', n, rule: '1182/71' });
const until = (clock: Clock, since: string, counting = {}): string | undefined =>
  deadlineOf(clock, new Date(since), counting)?.toISOString();

describe('a deadline in hours', () => {
  it.each([
    ['Friday 17:10, eight hours, ends on Saturday at two', 8, '2026-11-27T17:10:00Z', '2026-11-28T02:00:00.000Z'],
    ['an hour that has only just begun is not counted', 8, '2026-11-27T17:00:00Z', '2026-11-28T02:00:00.000Z'],
    ['nor one that is nearly over', 8, '2026-11-27T17:59:59.999Z', '2026-11-28T02:00:00.000Z'],
    ['over the end of a leap day', 8, '2028-02-28T20:30:00Z', '2028-02-29T05:00:00.000Z'],
    ['over the end of a year', 8, '2026-12-31T17:10:00Z', '2027-01-01T02:00:00.000Z'],
  ])('%s', (_name, n, since, expected) => {
    expect(until(hours(n), since)).toBe(expected);
  });

  it('is as long where clocks are put back in between', () => {
    expect(until(hours(8), '2026-10-24T20:10:00Z', { zone: 'Europe/Rome' })).toBe('2026-10-25T05:00:00.000Z');
  });

  it('begins with the full hour of the zone that counts', () => {
    expect(until(hours(8), '2026-11-27T17:10:00Z', { zone: 'Asia/Kolkata' })).toBe('2026-11-28T01:30:00.000Z');
  });
});

describe('a deadline in days', () => {
  it.each([
    ['the day of receipt is not counted', 10, '2026-11-23T09:00:00Z', {}, '2026-12-04T00:00:00.000Z'],
    ['one that would end on a Saturday ends on Monday', 10, '2026-11-25T23:59:59Z', {}, '2026-12-08T00:00:00.000Z'],
    ['a weekend in between counts', 3, '2026-11-20T09:00:00Z', {}, '2026-11-24T00:00:00.000Z'],
    [
      'nor does it end on a holiday of the enforcing State',
      10,
      '2026-11-27T09:00:00Z',
      { holidays: ['2026-12-07', '2026-12-08'] },
      '2026-12-10T00:00:00.000Z',
    ],
    [
      'it ends at midnight of that State',
      10,
      '2026-11-23T09:00:00Z',
      { zone: 'Europe/Rome' },
      '2026-12-03T23:00:00.000Z',
    ],
    ['whose day of receipt it is', 10, '2026-11-23T23:30:00Z', { zone: 'Europe/Rome' }, '2026-12-04T23:00:00.000Z'],
    [
      'also on the day its clocks are put on',
      1,
      '2027-03-26T09:00:00Z',
      { zone: 'Europe/Rome' },
      '2027-03-29T22:00:00.000Z',
    ],
  ])('%s', (_name, n, since, counting, expected) => {
    expect(until(days(n), since, counting)).toBe(expected);
  });

  it('is what counting on the fingers gives', () => {
    const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2032-01-01'), noInvalidDate: true });
    const holiday = moment.map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 90 }), fc.array(holiday, { maxLength: 3 }), (since, n, more) => {
        const next = new Date(Date.parse(since.toISOString().slice(0, 10)) + (n + 1) * 86_400_000)
          .toISOString()
          .slice(0, 10);
        const holidays = [...more, next];
        const day = new Date(Date.parse(since.toISOString().slice(0, 10)));
        const step = (): void => void day.setUTCDate(day.getUTCDate() + 1);
        for (let count = 0; count < n; count++) step();
        while ([0, 6].includes(day.getUTCDay()) || holidays.includes(day.toISOString().slice(0, 10))) step();
        step();
        expect(deadlineOf(days(n), since, { holidays })).toEqual(day);
      }),
    );
  });
});

describe('where the law gives no number', () => {
  it('there is no deadline', () => {
    expect(until({ unit: 'prompt' }, '2026-11-27T17:10:00Z')).toBeUndefined();
  });

  it('knows time zones that there are', () => {
    expect(['Europe/Rome', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});
