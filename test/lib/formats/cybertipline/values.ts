// Boundary values of every simple type, and the few on which libxml2 is not of one mind with XML Schema.
import type { LexicalType } from '../../../../schemas/index.ts';

const DAYS =
  '2026-11-20 2024-02-29 2023-02-29 1900-02-29 2000-02-29 0000-01-01 -0000-01-01 0001-01-01 -0001-01-01 -0004-02-29 12026-01-01 02026-01-01 ' +
  '999-01-01 2026-00-01 2026-13-01 2026-01-00 2026-01-32 2026-04-31 2026-4-1 +2026-04-01 2026/04/01 20260401 2147483647-01-01 2147483648-01-01 ' +
  '-2147483647-01-01 -2147483648-01-01 9999999999999999999-01-01';
const CLOCKS =
  'T10:00:00 T24:00:00 T24:00:01 T24:00:00.0 T24:00:00.001 T23:59:60 T23:59:59.999999999 T10:60:00 T25:00:00 T10:00 T1:00:00 T10:00:00. T10:00:00,5 ' +
  't10:00:00 T10:00:0 T-1:00:00';
const ZONES =
  'Z z +00:00 -00:00 +14:00 +14:01 -14:00 -14:01 +13:59 +13:60 +15:00 +1:00 +0100 +01 +24:00 GMT ZZ Z+01:00';
const NUMBERS =
  '0 -0 +0 00 +5 --5 +-5 5. 5.0 .5 -.5 +.5 . - + 1e3 1E3 1e+3 1e-3 e1 1e1.5 1e400 -1e-400 INF +INF -INF inf Infinity NaN -NaN nan 0x10 1_000 1,000 ' +
  '2147483647 2147483648 -2147483648 -2147483649 +2147483648 00000000000000000000002147483647 9223372036854775807 9223372036854775808 ' +
  '-9223372036854775808 -9223372036854775809 000000000000000000000000000009223372036854775807 99999999999999999999999999 0042 ١ ５ 1d 1f 1L 1..2 0e0 ' +
  '1.7976931348623157E308 +972501234567 -';
const WORDS =
  'true false 1 0 True TRUE yes no t 01 truee on 2 a é Home home DE de AA A1 MA ZZ Login EXIF Reported Linked Parent/Guardian +44 +4444 + 44 007 B2 C1 ' +
  'VIRAL_POTENTIAL_MEME Supplemental';
const words = (text: string): string[] => text.split(' ');

const plain = [
  ...words(NUMBERS),
  ...words(WORDS),
  '',
  'a b',
  'Supplemental Reported',
  'Child Sex Tourism',
  'true false',
  '1 000',
];
const times = words(DAYS).flatMap((day) => [day, `${day}Z`, `${day}T10:00:00Z`]);
const clocks = words(CLOCKS).map((clock) => `2026-11-20${clock}`);
const zones = words(ZONES).flatMap((zone) => [`2026-11-20T10:00:00${zone}`, `2026-11-20${zone}`]);

/** Without white space around them. */
export const BARE: readonly string[] = [...new Set([...plain, ...times, ...clocks, ...zones])];

const SPACES = [' ', '\t', '\n', '\r', '\u00a0', '\u2003', '\u0085'];
/** With white space around or in them. */
export const SPACED: readonly string[] = [
  '5',
  '-5',
  '1.5',
  'true',
  'a',
  'Home',
  '+44',
  '007',
  '',
  'DE',
  'a b',
  '2026-11-20T10:00:00Z',
  '2026-11-20',
  'INF',
].flatMap((value) =>
  SPACES.flatMap((space) => [
    space + value,
    value + space,
    space + value + space,
    value.slice(0, 1) + space + value.slice(1),
  ]),
);

/**
 * Where libxml2 departs from XML Schema and we do not: it takes a number whose exponent has no digits, refuses white space around dates
 * and around INF and NaN, and rounds a long fraction of a second up to 60.
 */
export function isSlip(type: LexicalType, value: string): boolean {
  const isSpaced = /^[ \t\n\r]|[ \t\n\r]$/.test(value);
  switch (type) {
    case 'decimal':
      return /[0-9.][eE][+-]?[ \t\n\r]*$/.test(value) || (isSpaced && /INF|NaN/.test(value));
    case 'dateTime':
      return isSpaced || /:59\.9{13,}/.test(value);
    case 'date':
      return isSpaced;
    default:
      return false;
  }
}
