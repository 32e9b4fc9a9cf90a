// What was written in the groups: harmless words about lost umbrellas, with times of three kinds of clock.
// Always true: whoever writes was a member at that moment; a message that carries files has a known time.
import type { Message } from '../../../schemas/index.ts';
import { WATCHED_DAYS, type Days } from './days.ts';
import type { Group } from './groups.ts';

const WORDS = [
  'Has anybody seen a grey umbrella?',
  'Ask at the bakery.',
  'It was a blue one. Thank you.',
  'There is one at the tram stop, with a wooden handle.',
  'Хтось загубив парасольку біля бібліотеки?',
  'Дякую, це моя!',
  'Έχει δει κανείς μια κόκκινη ομπρέλα;',
  'Στο καφενείο, δίπλα στην πόρτα.',
  'מישהו ראה מטרייה ירוקה?',
  'היא בספרייה, ליד הדלת.',
  'هل رأى أحد مظلة صفراء؟',
  'نعم، عند المخبز.',
  'Qui a perdu un parapluie à pois ?',
  'Mein Regenschirm ist wieder da, danke!',
  'The pump works again, and so does the bell.',
  'Two leeks, one potato, an hour. That is all.',
  'Rain tomorrow, they say. Take the large one.',
  'Here are the pictures of all that were found this week.',
];

export interface Written {
  readonly message: Message;
  readonly group: Group;
  /** Days after the beginning: where it stands in the order. */
  readonly day: number;
}

/** All messages in the order of their times. */
export function storyMessages(groups: readonly Group[], perGroup: number, days: Days): Written[] {
  const written = groups.flatMap((group, n) =>
    Array.from({ length: perGroup }, (_, k) => messageOf(group, n, k, perGroup, days)),
  );
  return written.toSorted((a, b) => a.day - b.day);
}

/** Whether files hang on the message at this place of its group. */
export function isCarrier({ message }: Written): boolean {
  return Number(message.id.slice(1)) % 2 === 1;
}

function messageOf(group: Group, n: number, k: number, perGroup: number, days: Days): Written {
  const day = ((k + 0.3 + n * 0.05) / perGroup) * WATCHED_DAYS;
  const clockSource = k % 30 === 11 ? 'unknown' : k % 7 === 3 ? 'device' : 'platformServer';
  const isTimeless = k % 30 === 11 && n % 5 === 2;
  const stamp = (minutes: number) => ({ at: days.at(day + minutes / 1440), clockSource }) as const;
  const message: Message = {
    id: `m${k + 1}`,
    chatGroup: group.id,
    sender: writerOf(group, k),
    sent: isTimeless ? { at: 'unknown', clockSource } : stamp(0),
    ...(k % 9 === 4 ? { edited: stamp(6) } : {}),
    ...(k % 11 === 7 ? { deleted: stamp(130) } : {}),
    text: WORDS[(n * 7 + k * 5) % WORDS.length] ?? '',
    ...(k % 4 === 2 ? { replyTo: `m${k}` } : {}),
  };
  return { message, group, day };
}

/** Those who run the groups write every third message. */
function writerOf({ writers }: Group, k: number): string {
  return writers[k % 3 === 0 ? (k / 3) % 4 : (k * 13) % writers.length]?.id ?? 'unknown';
}

/** One group's messages as its members could have written them out. */
export function writtenOut(group: Group, written: readonly Written[]): string {
  const names = new Map(group.people.map(({ id, name }) => [id, name]));
  const own = written.filter((one) => one.group.id === group.id);
  const lines = own.map(
    ({ message: { sender, sent, text = '' } }) => `[${sent.at}] ${names.get(sender) ?? ''}: ${text}`,
  );
  return `${lines.join('\n')}\n`;
}
