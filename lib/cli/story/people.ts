// Everybody in the ten groups: invented, in twenty countries. Numbers are those that regulators keep for films and examples;
// whose country keeps none has no number.
import { mixed } from './scale.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly phone?: string;
  /** Whether the number alone says which country it is of. */
  readonly isNumberOfCountry: boolean;
}

interface Land {
  readonly country: string;
  readonly people: number;
  /** Each # is a digit that counts up. */
  readonly numbers: readonly string[];
  readonly first?: number;
}

// +1 NPA 555 01xx: NANPA. 07700 900xxx: Ofcom. 06 39 98 xx xx: ARCEP. 030 23125 xxx: BNetzA. 020 91x xxxx: ComReg.
// 070-174 06 05 to 99: PTS. (02), (03), (07), (08) 5550 xxxx: ACMA.
const LANDS: readonly Land[] = [
  { country: 'US', people: 300, numbers: ['202', '212', '303', '415', '512'].map((area) => `+1 ${area} 555 01##`) },
  { country: 'GB', people: 250, numbers: ['+44 7700 900###'] },
  { country: 'DE', people: 190, numbers: ['+49 30 23125 ###'] },
  { country: 'FR', people: 180, numbers: ['+33 6 39 98 ## ##'], first: 1500 },
  { country: 'CA', people: 120, numbers: ['+1 416 555 01##', '+1 604 555 01##'] },
  { country: 'AU', people: 110, numbers: ['+61 2 5550 ####', '+61 3 5550 ####'], first: 2300 },
  { country: 'IE', people: 90, numbers: ['+353 20 91# ####'], first: 24_000 },
  { country: 'SE', people: 60, numbers: ['+46 70 174 06 ##'], first: 5 },
  { country: 'JM', people: 30, numbers: ['+1 876 555 01##'] },
  ...[...Array.from('HU IL GR UA PL BR IN EG NZ ZA MX'.matchAll(/\w+/g))].map(([country]) => ({
    country,
    people: 25,
    numbers: [],
  })),
];

const NAMES = [
  ...[
    'Kim',
    'Sam',
    'Robin',
    'Alex',
    'Charlie',
    'Micha',
    'Luca',
    'Toni',
    'Sascha',
    'Noor',
    'Jean',
    'Maria',
    'Jo',
    'Uli',
  ],
  ...['Оля', 'Саша', 'Ніна', 'Νίκος', 'Ελένη', 'Μαρία', 'נועה', 'דני', 'יעל', 'ليلى', 'سامي', 'نور'],
];

/** More than all groups together need; the first seven are those who run them. */
export function storyPeople(): Person[] {
  return mixed(LANDS.flatMap(peopleOf)).map((person, n) => ({
    ...person,
    id: `p${String(n + 1).padStart(4, '0')}`,
    name: `${NAMES[n % NAMES.length] ?? ''} ${n + 1}`,
  }));
}

function peopleOf({ country, people, numbers, first = 0 }: Land): Omit<Person, 'id' | 'name'>[] {
  return Array.from({ length: people }, (_, n) => {
    const form = numbers[n % numbers.length];
    if (form === undefined) return { country, isNumberOfCountry: false };
    const phone = filled(form, first + Math.floor(n / numbers.length));
    return { country, phone, isNumberOfCountry: country !== 'GB' }; // 07700 is shared with the Channel Islands and Man
  });
}

function filled(form: string, number: number): string {
  const digits = Array.from(String(number).padStart(form.split('#').length - 1, '0'));
  return form.replaceAll('#', () => digits.shift() ?? '');
}
