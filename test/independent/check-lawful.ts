// Checks what the book says of laws and of findings that clear: rows against the entries they speak of.
import { demand, wrong } from './bytes.ts';
import type { Link } from './check-chains.ts';
import type { Findings } from './findings.ts';
import type { Folder } from './folder.ts';
import { canonical, Fields, type Json } from './json.ts';
import { listsOf, type StoredRow } from './ledger.ts';

const REGIME = ['referral', 'law', 'regime', 'since', 'at', 'seq', 'missing', 'told'];
const REGIME_MORE = ['deadline', 'keepUntil', 'deleteBy', 'met', 'isOver'];
const NOTICE = ['id', 'referral', 'finding', 'about', 'at', 'seq', 'packets', 'remindAt'];
const NOTICE_MORE = ['withdraws', 'agency', 'recipient', 'acknowledged'];
const HOW: Readonly<Record<string, string>> = { packet: 'release', filing: 'file-step', hand: 'meet-regime' };

export function checkLawful(folder: Folder, links: readonly Link[], findings: Findings): void {
  const check: Readonly<Record<string, (row: StoredRow, entryAt: EntryAt) => void>> = {
    regime: demandRegime,
    notice: demandNotice,
    referral: demandKept,
  };
  const entries = new Map(links.map(({ entry }) => [`${entry.chain} ${entry.seq}`, entry]));
  for (const row of folder.ledger.rows) {
    const chain = row.kind === 'referral' ? row.id : row.chain;
    findings.attempt(`row ${row.kind}/${row.id}`, () => {
      check[row.kind]?.(row, (seq, act, at) => {
        const entry = entries.get(`${chain} ${seq}`) ?? wrong('speaks of an entry that is not there');
        demand(entry.act === act && (at === undefined || entry.time === at), `speaks of another ${act}`);
        return entry;
      });
    });
  }
}

type EntryAt = (seq: number, act: string, at?: string) => { readonly actorId: string };

function demandRegime(row: StoredRow, entryAt: EntryAt): void {
  const value = new Fields(row.value, 'regime', REGIME, REGIME_MORE);
  demand(row.id === `${value.id('referral')}/${value.text('law')}`, 'is of another rule');
  entryAt(value.count('seq'), 'assign-regime', value.text('at'));
  const told = new Fields(value.any('told'), 'told', [], ['due', 'late', 'over']);
  if (value.has('met')) {
    const met = new Fields(value.any('met'), 'met', ['at', 'seq', 'how']);
    entryAt(met.count('seq'), HOW[met.text('how')] ?? '', met.text('at'));
  }
  const own = { list: `regimes/${value.id('referral')}`, sort: value.text('law') };
  demandLists(row, [own, ...reminderOf(value, told)]);
}

function reminderOf(value: Fields, told: Fields): { list: string; sort: string }[] {
  if (value.has('isOver')) return [];
  const moments: string[] = [];
  if (value.has('deadline') && !value.has('met') && !told.has('late')) {
    const [from, to] = [value.text('since'), value.text('deadline')].map((time) => Date.parse(time));
    const near = new Date(Math.max(from ?? 0, (to ?? 0) - ((to ?? 0) - (from ?? 0)) / 4)).toISOString();
    moments.push(told.has('due') ? value.text('deadline') : near);
  }
  if (value.has('deleteBy') && !told.has('over')) moments.push(value.text('deleteBy'));
  const [first] = moments.sort();
  return first === undefined ? [] : [{ list: 'regimes-due', sort: first }];
}

function demandNotice(row: StoredRow, entryAt: EntryAt): void {
  const value = new Fields(row.value, 'notice', NOTICE, NOTICE_MORE);
  const at = value.text('at');
  demand(row.id === value.id('id') && row.chain === value.id('referral'), 'is of another notice');
  demand(value.has('agency') !== value.has('recipient'), 'is for nobody, or for two');
  entryAt(value.count('seq'), value.has('withdraws') ? 'withdraw-clearance' : 'clear', at);
  if (value.has('acknowledged')) {
    const said = new Fields(value.any('acknowledged'), 'acknowledged', ['at', 'seq', 'by', 'isByHand']);
    const { actorId } = entryAt(said.count('seq'), 'acknowledge-notice', said.text('at'));
    demand(actorId === said.id('by'), 'was acknowledged by somebody else');
  }
  demandLists(row, [
    { list: `notices/${value.id('referral')}`, sort: at },
    ...(value.has('agency') ? [{ list: `agency-notices/${value.text('agency')}`, sort: at }] : []),
    { list: 'notices', sort: at },
    ...(value.has('acknowledged') ? [] : [{ list: 'open-notices', sort: value.text('remindAt') }]),
  ]);
}

function demandLists(row: StoredRow, lists: readonly Json[]): void {
  const [told, due] = [listsOf(row), lists].map((all) => all.map((line) => canonical(line)).sort());
  demand(canonical(told ?? []) === canonical(due ?? []), 'stands in other lists');
}

/** Until when a referral is kept, entry by entry; and what cleared it. */
function demandKept({ value }: StoredRow, entryAt: EntryAt): void {
  const row = new Fields(value, 'referral', [], Object.keys(value as object));
  const kept = row.has('kept') ? row.list('kept').map((each) => new Fields(each, 'kept', ['seq', 'until'])) : [];
  if (row.has('keepUntil')) demand(kept.at(-1)?.text('until') === row.text('keepUntil'), 'is kept until another day');
  const [first] = kept;
  if (first !== undefined) entryAt(first.count('seq'), 'finish');
  for (const each of row.has('consents') ? row.list('consents') : []) {
    const given = new Fields(each, 'consent', ['to', 'at', 'seq'], ['endedAt']);
    entryAt(given.count('seq'), 'consent', given.text('at'));
  }
  const clearances = row.has('clearances') ? row.list('clearances') : [];
  for (const each of clearances) {
    const found = new Fields(each, 'clearance', ['finding', 'about', 'at', 'seq'], ['withdrawn']);
    entryAt(found.count('seq'), 'clear', found.text('at'));
    if (!found.has('withdrawn')) continue;
    const end = new Fields(found.any('withdrawn'), 'withdrawn', ['at', 'seq']);
    entryAt(end.count('seq'), 'withdraw-clearance', end.text('at'));
  }
}
