// Custody in plain words: who did what to the referral at the desk, and what keeps the sealed bytes.
// Always true: every entry of the referral's chain is counted; where nothing happened, that is said; no more is promised than a chain gives.
import type { CaseAct } from '../packet/case.ts';
import { fields, nothing, paragraph, subheading } from './blocks.ts';
import { actorName, tally } from './facts.ts';
import type { Row } from './listing.ts';
import { ACT_WORDS, IMMUTABILITY } from './meanings.ts';
import { MONO } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { bytes, count, number, time, word } from './words.ts';

export function custody(story: Story): void {
  const { sheet, case: held } = story;
  paragraph(
    sheet,
    `Every act at the desk is an entry in a chain: each names the SHA-256 of the one before it, so that none can be changed or left out without rewriting all that follow. Whoever owns the machine and its key file can rewrite everything; only a receipt or a checkpoint that is kept elsewhere shows that. This referral's chain has ${count(held.custody.entries, 'entry', 'entries')}. ${IMMUTABILITY[held.immutability]}`,
  );
  timeline(story);
  subheading(sheet, 'Who acted');
  actors(story);
  fields(sheet, tallies(story));
}

function timeline(story: Story): void {
  const columns = [
    { title: 'Entry', width: 50 },
    { title: 'When', width: 118 },
    { title: 'What was done' },
    { title: 'By', width: 140 },
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
  const by = actorName(story.case, first.actorId);
  const done = word(ACT_WORDS, first.act);
  if (run.length === 1) {
    return [`${first.seq}`, time(first.time), first.exhibit === undefined ? done : `${done}: ${first.exhibit}`, by];
  }
  return [
    `${first.seq}–${last.seq}`,
    [{ text: time(first.time) }, { text: `to ${time(last.time)}` }],
    `${done}: ${number(run.length)} times${which(run)}`,
    by,
  ];
}

/** A range only where it is one: exhibits are numbered in the order of the referral, entries run in the order of arrival. */
function which(run: readonly CaseAct[]): string {
  const named = run.flatMap(({ exhibit }) => exhibit ?? []);
  if (named.length === 0) return '';
  const numbers = named.map((each) => Number(each.slice(1)));
  const isRange = named.length === run.length && numbers.every((each, at) => each === (numbers[0] ?? 0) + at);
  return isRange ? `, ${named[0] ?? ''} to ${named.at(-1) ?? ''}` : '; see annex C';
}

function actors({
  sheet,
  case: {
    actors: held,
    custody: { acts },
  },
}: Story): void {
  if (held.length === 0) {
    nothing(sheet, 'None recorded.');
    return;
  }
  const columns = [
    { title: 'Role', width: 96 },
    { title: 'Name' },
    { title: 'Actor', width: 210 },
    { title: 'Entries', width: 40, right: true },
  ];
  const entries = tally(acts.map(({ actorId }) => actorId));
  const rows = held.map(({ id, role, name }) => [role, name ?? 'not known any more', id, number(entries.get(id) ?? 0)]);
  table(sheet, columns, rows);
}

function tallies({
  case: {
    custody: { acts, head },
    views,
    referral,
  },
}: Story): Row[] {
  const many = (...names: string[]): number => acts.filter(({ act }) => names.includes(act)).length;
  const looked = views.filter(({ source }) => source === 'desk').length;
  return [
    [
      'Holds',
      many('hold') === 0 ? 'none recorded' : `${number(many('hold'))} placed, ${number(many('end-hold'))} ended`,
    ],
    ['Looks at files', looked === 0 ? 'none recorded' : `${number(looked)} entered; see annex D`],
    ['Readings', many('read') === 0 ? 'none recorded' : `${number(many('read'))} of a file or a summary`],
    ['Keys handed out', many('export-key') === 0 ? 'none recorded' : number(many('export-key'))],
    ['Last entry, SHA-256', [{ text: head, style: MONO }]],
    ['Referral as received', received(referral)],
  ];
}

function received({ sizeBytes, sha256 }: Story['case']['referral']): Cell {
  if (sizeBytes === undefined || sha256 === undefined)
    return 'not told of a part: by its digest the rest could be tried';
  return [{ text: `${bytes(sizeBytes)}; SHA-256:` }, { text: sha256, style: MONO }];
}
