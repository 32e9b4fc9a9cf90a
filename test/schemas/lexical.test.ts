// Simple types accept what the XML Schema type of that name accepts, and keep it as it was.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { date, dateTime, decimal, integer, long, sha256, timeOrUnknown } from '../../schemas/lexical.ts';
import { msOf, readInstant } from '../../schemas/index.ts';

const SEED = { seed: 20261122, numRuns: 1000 };
const types = { integer: integer(), long: long(), decimal: decimal(), dateTime: dateTime(), date: date() };

describe('simple types', () => {
  it.each<[keyof typeof types, unknown[]]>([
    [
      'integer',
      [0, -1, 2147483647, -2147483648, '0', '-0', '+5', '00034', '2147483647', '-2147483648', '0002147483647'],
    ],
    ['long', [4564654, '9223372036854775807', '-9223372036854775808', '+0009', 9007199254740991]],
    ['decimal', [1.5, -7e-3, '1', '1.', '.5', '-1.50', '+2E10', '1e-5', 'INF', '-INF', 'NaN', '00.1']],
    [
      'dateTime',
      [
        '2026-11-20T10:00:00Z',
        '2026-11-20T10:00:00',
        '2026-11-20T10:00:00.123456789+14:00',
        '2026-11-20T24:00:00-13:59',
        '2024-02-29T23:59:59Z',
        '2000-02-29T00:00:00Z',
        '-0044-03-15T12:00:00Z',
        '12026-01-01T00:00:00Z',
      ],
    ],
    ['date', ['1992-02-29', '1992-02-28Z', '1992-12-31+05:30', '0001-01-01']],
  ])('takes %s as XML Schema does', (name, values) => {
    for (const value of values)
      expect([value, types[name].safeParse(value)]).toEqual([value, { success: true, data: value }]);
  });

  it.each<[keyof typeof types, unknown[]]>([
    [
      'integer',
      [1.5, 2147483648, '2147483648', '-2147483649', '1.0', '', ' 1', '1e3', '0x1', '+', '--1', '１', true, null],
    ],
    ['long', ['9223372036854775808', '-9223372036854775809', 2 ** 53, 1.5, '']],
    ['decimal', ['', '.', 'e5', '1e', '1,5', 'inf', '+INF', 'Infinity', ' 1', NaN, Infinity, true]],
    [
      'dateTime',
      [
        '2026-11-20',
        '2026-11-20T10:00Z',
        '2026-11-20 10:00:00Z',
        '2026-11-20t10:00:00z',
        '2026-13-01T00:00:00Z',
        '2026-02-29T00:00:00Z',
        '1900-02-29T00:00:00Z',
        '2026-04-31T00:00:00Z',
        '2026-11-20T24:00:01Z',
        '2026-11-20T10:00:60Z',
        '2026-11-20T10:00:00+14:01',
        '2026-11-20T10:00:00+0100',
        '0000-01-01T00:00:00Z',
        '26-11-20T10:00:00Z',
        '02026-11-20T10:00:00Z',
        '2026-11-20T10:00:00Z ',
        '2026-11-20T10:00:00.Z',
      ],
    ],
    ['date', ['1992-02-30', '1992-2-3', '1992-02-29T00:00:00Z', '']],
  ])('refuses %s as XML Schema does', (name, values) => {
    for (const value of values) expect([value, types[name].safeParse(value).success]).toEqual([value, false]);
  });

  it('takes a whole number as text exactly when it fits 32 or 64 bits', () => {
    const near = fc.tuple(fc.constantFrom(0n, 2n ** 31n, -(2n ** 31n), 2n ** 63n, -(2n ** 63n)), fc.bigInt(-99n, 99n));
    fc.assert(
      fc.property(
        fc.oneof(
          near.map(([edge, step]) => edge + step),
          fc.bigInt(-(2n ** 70n), 2n ** 70n),
        ),
        (number) => {
          expect(types.integer.safeParse(String(number)).success).toBe(BigInt.asIntN(32, number) === number);
          expect(types.long.safeParse(String(number)).success).toBe(BigInt.asIntN(64, number) === number);
        },
      ),
      SEED,
    );
  });

  it('takes every day there is and no other', () => {
    const day = fc.tuple(
      fc.integer({ min: 1000, max: 9999 }),
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 1, max: 32 }),
    );
    fc.assert(
      fc.property(day, ([year, month, dayOfMonth]) => {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
        const real = new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
        expect([text, types.date.safeParse(text).success]).toEqual([text, real === text]);
      }),
      SEED,
    );
  });

  it('takes unknown as a time only where a time may be unknown', () => {
    expect(timeOrUnknown().safeParse('unknown').success).toBe(true);
    expect(timeOrUnknown().safeParse('Unknown').success).toBe(false);
    expect(types.dateTime.safeParse('unknown').success).toBe(false);
  });

  it('takes a SHA-256 in lower case only', () => {
    expect(sha256().safeParse('0'.repeat(63) + 'f').success).toBe(true);
    for (const text of ['F'.repeat(64), 'f'.repeat(63), 'f'.repeat(65), `${'f'.repeat(64)}\n`]) {
      expect(sha256().safeParse(text).success).toBe(false);
    }
  });
});

describe('reading a time as a moment', () => {
  it('reads what JavaScript writes, in any zone', () => {
    const range = { min: new Date('1000-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), fc.integer({ min: -839, max: 839 }), (moment, offset) => {
        const sign = offset < 0 ? '-' : '+';
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
        expect(types.dateTime.safeParse(local + zone).success).toBe(true);
        expect(readInstant(local + zone)).toEqual({ ms: moment.getTime(), hasZone: true, isDate: false });
      }),
      SEED,
    );
  });

  it('says when a time has no zone or is a date', () => {
    expect(readInstant('2026-11-20T00:00:00')).toEqual({ ms: Date.UTC(2026, 10, 20), hasZone: false, isDate: false });
    expect(readInstant('2026-11-20')).toEqual({ ms: Date.UTC(2026, 10, 20), hasZone: false, isDate: true });
  });

  it('reads the end of a day and years beyond the calendar', () => {
    expect(msOf('2026-11-20T24:00:00Z')).toBe(Date.UTC(2026, 10, 21));
    expect(msOf('0050-01-01T00:00:00Z')).toBe(new Date('0050-01-01T00:00:00Z').getTime());
    expect(msOf('999999-01-01T00:00:00Z')).toBe(Infinity);
    expect(msOf('-999999-01-01T00:00:00Z')).toBe(-Infinity);
  });

  it('reads nothing from unknown', () => {
    expect(msOf('unknown')).toBeUndefined();
    expect(msOf(undefined)).toBeUndefined();
  });
});
