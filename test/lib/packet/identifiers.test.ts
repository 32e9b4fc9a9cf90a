// What names a victim is found in whatever spelling, and what does not is left.
import { expect, it } from '@jest/globals';
import { identifierFinder } from '../../../lib/packet/identifiers.ts';

const named = (firstName: string, lastName: string): object => ({ victimPerson: { firstName, lastName } });
const phone = (value: string): object => ({ victimPerson: { phone: [{ value }] } });

it.each<[object, string]>([
  [named('芳', '王'), '昨天王芳说她十岁'],
  [named('芳', '王'), '小芳来了'],
  [named('민지', '김'), '김민지가 왔다'],
  [named('Łucja', 'Wałęsa'), 'Lucja was there'],
  [named('Søren', 'Ødegård'), 'soren_odegard'],
  [named('Ana Lucia', 'Li'), 'Ana said hi'],
  [named('Wei', 'Li'), 'liwei2009 wrote'],
  [named('مريم', 'علي'), 'مـريـم هنا'],
  [named('یاسمین', 'کریمی'), 'ياسمين كريمي'],
  [named('Νίκος', 'Παπάς'), 'νικοσπαπας99'],
  [named('Maria', 'Gross'), 'Maria Groß'],
  [named('Mary', "O'Brien"), 'OBrien'],
  [named('Aleksandra', 'Nowak'), '\u0410leks\u0430ndra'],
  [phone('+66 81 234 5678'), 'โทร ๐๘๑๒๓๔๕๖๗๘'],
  [phone('+49 171 2345678'), '0171_234,5678'],
  [{ victimPerson: { dateOfBirth: '2012-05-04' } }, 'born 04.05.2012'],
  [{ screenName: 'Mary Jones' }, 'https://x.example/u/mary%2520jones'],
  [{ screenName: 'bella' }, 'it is b.e.l.l.a'],
  [{ screenName: 'bella' }, 'b e l l a'],
])('%j is found in %s', (victim, text) => {
  expect(identifierFinder([victim])({ deep: [text] })).toBe(true);
});

it.each<[object, string]>([
  [named('Ana', 'de la Cruz'), 'la casa de mi madre'],
  [named('Ann', 'Lee'), 'another fleet of planes'],
  [named('芳', '王'), '他昨天来了'],
  [phone('+49 171 2345678'), 'on 2026-01-02 at 10:00'],
  [{ victimPerson: { dateOfBirth: '2012-05-04' } }, 'on 2026-05-04'],
])('%j is not found in %s', (victim, text) => {
  expect(identifierFinder([victim])(text)).toBe(false);
});
