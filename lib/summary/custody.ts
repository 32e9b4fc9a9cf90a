// Custody in plain words: who did what to the referral at the desk, and what keeps the sealed bytes.
// Always true: every entry of the referral's chain is counted; where nothing happened, that is said; no more is promised than a chain gives.
import type { CaseAct } from '../packet/case.ts';
import { fields, nothing, paragraph, subheading } from './blocks.ts';
import { actorName, tally } from './facts.ts';
import type { Catalogue } from './language/index.ts';
import type { Row } from './listing.ts';
import { MONO } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { bytes, time, word } from './words.ts';

export function custody(story: Story): void {
  const { sheet, words, case: held } = story;
  const { custody: said } = words;
  paragraph(sheet, `${said.intro(held.custody.entries)} ${said.immutability[held.immutability]}`);
  timeline(story);
  subheading(sheet, said.whoActed);
  actors(story);
  fields(sheet, tallies(story));
}

function timeline(story: Story): void {
  const { custody: said } = story.words;
  const columns = [
    { title: said.entry, width: 50 },
    { title: said.when, width: 118 },
    { title: said.what },
    { title: said.by, width: 140 },
  ];
  table(
    story.sheet,
    columns,
    runs(story.case.custody.acts).map((run) => actRow(story, run)),
  );
}

/** The same act by the same actor, one after the other, is one line when there are three or more. */
function runs(acts: readonly CaseAct[]): (readonly CaseAct[])[] {
  const found: CaseAct[][] = [];
  for (const act of acts) {
    const last = found.at(-1);
    if (last?.[0]?.act === act.act && last[0].actorId === act.actorId) last.push(act);
    else found.push([act]);
  }
  return found.flatMap((run) => (run.length > 2 ? [run] : run.map((act) => [act])));
}

function actRow(story: Story, run: readonly CaseAct[]): Cell[] {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { words } = story;
  const { custody: said } = words;
  const by = actorName(words, story.case, first.actorId);
  const done = word(said.acts, first.act);
  if (run.length === 1) {
    return [
      `${first.seq}`,
      time(words, first.time),
      first.exhibit === undefined ? done : `${done}: ${first.exhibit}`,
      by,
    ];
  }
  return [
    `${first.seq}–${last.seq}`,
    [{ text: time(words, first.time) }, { text: said.to(time(words, last.time)) }],
    `${said.times(done, run.length)}${which(words, run)}`,
    by,
  ];
}

/** A range only where it is one: exhibits are numbered in the order of the referral, entries run in the order of arrival. */
function which({ custody: said }: Catalogue, run: readonly CaseAct[]): string {
  const named = run.flatMap(({ exhibit }) => exhibit ?? []);
  if (named.length === 0) return '';
  const numbers = named.map((each) => Number(each.slice(1)));
  const isRange = named.length === run.length && numbers.every((each, at) => each === (numbers[0] ?? 0) + at);
  return isRange ? said.range(named[0] ?? '', named.at(-1) ?? '') : said.seeFiles;
}

function actors({
  sheet,
  words,
  case: {
    actors: held,
    custody: { acts },
  },
}: Story): void {
  const { custody: said } = words;
  if (held.length === 0) {
    nothing(sheet, said.noActors);
    return;
  }
  const columns = [
    { title: said.role, width: 96 },
    { title: said.name },
    { title: said.actor, width: 210 },
    { title: said.entries, width: 40, right: true },
  ];
  const entries = tally(acts.map(({ actorId }) => actorId));
  const rows = held.map(({ id, role, name }) => [
    word(said.roles, role),
    name ?? said.nameGone,
    id,
    words.number(entries.get(id) ?? 0),
  ]);
  table(sheet, columns, rows);
}

function tallies({
  words,
  case: {
    custody: { acts, head },
    views,
    referral,
  },
}: Story): Row[] {
  const { custody: said, number } = words;
  const many = (...names: string[]): number => acts.filter(({ act }) => names.includes(act)).length;
  const looked = views.filter(({ source }) => source === 'desk').length;
  return [
    [said.holds, many('hold') === 0 ? said.noneRecorded : said.held(many('hold'), many('end-hold'))],
    [said.looks, looked === 0 ? said.noneRecorded : said.looked(looked)],
    [said.readings, many('read') === 0 ? said.noneRecorded : said.read(many('read'))],
    [said.keys, many('export-key') === 0 ? said.noneRecorded : number(many('export-key'))],
    [said.head, [{ text: head, style: MONO }]],
    [said.received, received(words, referral)],
  ];
}

function received(words: Catalogue, { sizeBytes, sha256 }: Story['case']['referral']): Cell {
  if (sizeBytes === undefined || sha256 === undefined) return words.part.noDigest;
  return [{ text: words.custody.receivedSize(bytes(words, sizeBytes)) }, { text: sha256, style: MONO }];
}
