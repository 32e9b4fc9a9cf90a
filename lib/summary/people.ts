// Who: the reporter, whom the referral is about, recipients, children, others, and police who already know.
// Always true: each role stands under its own heading, also when nobody is named in it.
import type { IpCaptureEvent } from '../../schemas/index.ts';
import { fields, nothing, roomFor, subheading } from './blocks.ts';
import { plainCode } from './labels.ts';
import { listing } from './listing.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { time, yesNo } from './words.ts';

/** Whoever has an account may have connections. */
interface Account {
  readonly ipCaptureEvent?: readonly IpCaptureEvent[] | undefined;
}

export function who(story: Story): void {
  const { referral, words } = story;
  const { people: said } = words;
  role(story, said.reporter, '/reporter', referral.reporter);
  accounts(story, said.reported, '/personOrUserReported', referral.personOrUserReported);
  accounts(story, said.recipient, '/intendedRecipient', referral.intendedRecipient);
  accounts(story, said.victim, '/victim', referral.victim);
  roles(story, said.others, '/otherPersons', referral.otherPersons);
  const { lawEnforcement } = referral;
  if (lawEnforcement === undefined) nobody(story, said.police, said.noPolice);
  else role(story, said.police, '/lawEnforcement', lawEnforcement);
}

function accounts(story: Story, title: string, pointer: string, held: readonly Account[] = []): void {
  const events = held.map(({ ipCaptureEvent = [] }) => ipCaptureEvent);
  roles(story, title, pointer, held, events);
}

function roles(
  story: Story,
  title: string,
  pointer: string,
  held: readonly object[] = [],
  events: readonly (readonly IpCaptureEvent[])[] = [],
): void {
  if (held.length === 0) nobody(story, title, story.words.people.nobody);
  for (const [at, each] of held.entries()) {
    const numbered = held.length > 1 ? story.words.common.numberedOf(title, at + 1, held.length) : title;
    role(story, numbered, `${pointer}/${at}`, each, events[at]);
  }
}

function nobody({ sheet }: Story, title: string, text: string): void {
  subheading(sheet, title);
  nothing(sheet, text);
}

function role(
  story: Story,
  title: string,
  pointer: string,
  held: object,
  events: readonly IpCaptureEvent[] = [],
): void {
  const { sheet, words } = story;
  const connections = events.map((each) => connectionRow(story, each));
  const rows = listing(story, held, pointer);
  subheading(sheet, title, { room: roomFor(sheet, rows) });
  if (rows.length + connections.length === 0) nothing(sheet, words.people.nothingSaid);
  fields(sheet, rows);
  if (connections.length > 0) connectionTable(story, connections);
}

function connectionTable({ sheet, words: { people: said } }: Story, rows: readonly Cell[][]): void {
  sheet.need(48);
  sheet.y += 3;
  const columns = [
    { title: said.seenAt, width: 150 },
    { title: said.event, width: 66 },
    { title: said.address },
    { title: said.port, width: 40, right: true },
    { title: said.proxy, width: 64 },
  ];
  table(sheet, columns, rows, { padding: 1.5 });
}

function connectionRow({ seen, words }: Story, event: IpCaptureEvent): Cell[] {
  const { notStated } = words.common;
  const [at, name] = [seen.take(event, 'dateTime'), seen.take(event, 'eventName')];
  const [port, proxy] = [seen.take(event, 'port'), seen.take(event, 'possibleProxy')];
  return [
    at === undefined ? notStated : time(words, at),
    name === undefined ? notStated : plainCode(words, 'eventName', name),
    seen.take(event, 'ipAddress'),
    port === undefined ? '–' : String(port),
    proxy === undefined ? notStated : yesNo(words, proxy),
  ];
}
