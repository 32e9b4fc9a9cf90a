// Verifying a packet, the looking (decision 9): just the looks that were entered and stated are told, as they were, and what is claimed
// of each exhibit follows from them.
import type { Referral } from '../../schemas/index.ts';
import { opens } from '../proofs/receipt.ts';
import type { CaseView, Exhibit } from './case.ts';
import type { Disclosure } from './disclosure.ts';
import { saidOf } from './said.ts';
import { CASE, isSameJson, type Told } from './told.ts';
import { viewedState } from './viewed.ts';
import type { ViewedState } from './viewed-state.ts';

/** Code: packet/viewed. */
export function checkViews(told: Told, disclosure: Disclosure | undefined): void {
  const { report, manifest, finish, referral } = told;
  const entered = manifest.views.filter(({ source }) => source === 'desk');
  if (!isAsEntered(told, entered, new Set(disclosure?.looks)))
    report.say('packet/viewed', `${CASE}: not just the looks that were entered`);
  if (referral === undefined) return;
  const stated = manifest.views.filter(({ source }) => source === 'referral').map(valueOf);
  const said = (referral.viewEvents ?? []).map((event) => valueOf(event));
  if (!isSameJson(stated, said)) report.say('packet/viewed', `${CASE}: not just the looks that the referral states`);
  const stateOf = stateFinder(referral, entered, finish?.seq);
  for (const exhibit of manifest.exhibits) {
    if (stateOf(exhibit, saidOf(exhibit, referral)) !== exhibit.viewed) report.say('packet/viewed', exhibit.path);
  }
}

type Said = Parameters<typeof viewedState>[2];

/** What is claimed of an exhibit, found once for all of the same bytes: many exhibits and many looks take no longer together. */
function stateFinder(
  { viewEvents }: Pick<Referral, 'viewEvents'>,
  entered: readonly CaseView[],
  finished: number | undefined,
): (exhibit: Exhibit, said: Said) => ViewedState {
  const stated = Map.groupBy(viewEvents ?? [], ({ sha256 }) => sha256);
  const looks = Map.groupBy(entered, ({ sha256 }) => sha256);
  const known = new Map<string, ViewedState>();
  return ({ sha256 }, said) => {
    const key = `${sha256} ${String(said?.fileDetails?.fileViewedByEsp)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = (looks.get(sha256) ?? []).map(({ extent, seq = -1 }) => ({ sha256, extent: extent as 'full', seq }));
    const state = viewedState(sha256, { viewEvents: stated.get(sha256) }, said, own, finished);
    known.set(key, state);
    return state;
  };
}

/** Each look of the chain once, in its order, and each as it was entered; but for those named as left out. */
function isAsEntered(
  { entries, openings, finish }: Told,
  entered: readonly CaseView[],
  leftOut: ReadonlySet<number>,
): boolean {
  const seqs = entries.flatMap(({ act, seq }) =>
    act === 'view' && !leftOut.has(seq) ? [[seq, seq > (finish?.seq ?? Infinity)]] : [],
  );
  const isAll = isSameJson(
    entered.map(({ seq, afterFinish }) => [seq, afterFinish]),
    seqs,
  );
  const isEach = entered.every((look) => {
    const opening = openings.get(`${look.seq ?? -1}/view`);
    return opening !== undefined && opens(opening, 'text', valueOf(look));
  });
  return isAll && isEach;
}

/** As the entry of a look commits to it (view.ts). */
function valueOf({ sha256, viewer, from, to, extent }: Omit<CaseView, 'source' | 'afterFinish'>): unknown[] {
  return [sha256, viewer, from ?? null, to ?? null, extent];
}
