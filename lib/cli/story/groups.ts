// The ten chat groups: how large, what they called themselves, who ran them, who came and went.
// Always true: the same seven people are in all ten, and nobody else is in two.
import type { ChatGroup, ChatMember } from '../../../schemas/index.ts';
import { WATCHED_DAYS, type Days } from './days.ts';
import type { Person } from './people.ts';

export interface Group {
  readonly id: string;
  readonly people: readonly Person[];
  /** Those who were there all the time: they write. */
  readonly writers: readonly Person[];
  readonly chat: ChatGroup;
}

const GROUPS: readonly { readonly size: number; readonly names: readonly string[]; readonly about: string }[] = [
  { size: 256, names: ['Umbrellas 7', 'Rain club', 'Umbrellas, lost and found'], about: 'For whoever misses one.' },
  { size: 241, names: ['Велосипеди', 'Велосипеди і насоси'], about: 'Bicycles, pumps and patches.' },
  { size: 198, names: ['Χαμένες ομπρέλες', 'Ομπρέλες'], about: 'Χάθηκε μια ομπρέλα;' },
  { size: 187, names: ['מטריות אבודות', 'אופניים', 'מטריות'], about: 'מי ראה מטרייה אפורה?' },
  { size: 174, names: ['مظلات ضائعة', 'وصفات الحساء'], about: 'وصفات بسيطة' },
  { size: 156, names: ['Soup recipes', 'Suppenrezepte'], about: 'Leek, pumpkin, lentils.' },
  { size: 143, names: ['Parapluies perdus'], about: 'Objets trouvés, parapluies surtout.' },
  { size: 128, names: ['Garden gnomes', 'Gnomes & umbrellas'], about: 'They need shelter too.' },
  { size: 97, names: ['Knitting 4', 'Knitting 5'], about: 'Scarves in progress.' },
  { size: 64, names: ['Kites and umbrellas'], about: 'Windy days only.' },
];

const RUNNING = 7;

export function storyGroups(people: readonly Person[], days: Days): Group[] {
  let next = RUNNING;
  return GROUPS.map((planned, n) => {
    const own = people.slice(next, next + planned.size - RUNNING);
    next += own.length;
    return groupOf(n, [...people.slice(0, RUNNING), ...own], days);
  });
}

function groupOf(n: number, people: readonly Person[], days: Days): Group {
  const { names = [], about = '' } = GROUPS[n] ?? {};
  const id = `g${n + 1}`;
  return {
    id,
    people,
    writers: people.filter((_, at) => joinedOn(at) === 0 && leftOn(at) === WATCHED_DAYS),
    chat: {
      id,
      platform: 'Example Chat',
      names: names.map((name, at) => ({
        name,
        from: days.at((at * WATCHED_DAYS) / names.length),
        to: days.at(((at + 1) * WATCHED_DAYS) / names.length),
      })),
      photos: [{ description: 'An umbrella, drawn by hand.', ...days.span }],
      inviteLinks: [
        `https://chat.example.com/join/group-${n + 1}`,
        ...(n % 3 === 0 ? [`https://chat.example.org/i/${n + 1}`] : []),
      ],
      description: about,
      members: people.flatMap((person, at) => stretchesOf(person, at, n, days)),
    },
  };
}

/** One entry, or two where the role changed on the way. */
function stretchesOf(person: Person, at: number, group: number, days: Days): ChatMember[] {
  const { id, name, phone, country, isNumberOfCountry } = person;
  const member = {
    id,
    ...(phone === undefined ? {} : { phone: { value: phone } }),
    displayName: name,
    ...(isNumberOfCountry ? {} : { country }),
  };
  const [from, to] = [days.at(joinedOn(at)), days.at(leftOn(at))];
  if (at !== 3 || group % 3 !== 1) return [{ ...member, role: roleOf(at), from, to }];
  const turn = days.at(9);
  return [
    { ...member, role: 'member', from, to: turn },
    { ...member, role: 'admin', from: turn, to },
  ];
}

function roleOf(at: number): 'owner' | 'admin' | 'member' {
  if (at === 0) return 'owner';
  return at < 4 ? 'admin' : 'member';
}

function joinedOn(at: number): number {
  return at >= RUNNING && at % 5 === 0 ? (at % 17) + 0.4 : 0;
}

function leftOn(at: number): number {
  return at >= RUNNING && at % 7 === 0 ? 17.5 + (at % 11) / 5 : WATCHED_DAYS;
}
