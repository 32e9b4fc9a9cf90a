// Viewed means viewed (decision 9): who looked at what, how much of it and when, each an entry of its own. Whether a file counts
// as viewed is derived from these and set by nothing else.
import { viewRequest } from '../schemas/api.ts';
import { demandOn, type Caller } from './access.ts';
import { append, entriesOf, type Chain, type Core, type Taken } from './core.ts';
import { commitment, commitmentKey, parseEntry } from './custody.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import type { Json } from './ports.ts';
import { chainOf, findAttachment, findReferral } from './referral.ts';
import { sealJson } from './seal.ts';
import { wordsOf } from './words.ts';

/** How much of a file was seen: only `full` can make it viewed. */
export type ViewExtent = 'full' | 'partial' | 'thumbnail' | 'none';

/** One look at one file. Times are RFC 3339 with zone. */
export interface ViewEvent {
  /** SHA-256 of the very bytes that were looked at, 64 lower-case hex digits. */
  readonly sha256: string;
  /** Who looked, 1 to 300 characters; sealed. */
  readonly viewer: string;
  readonly from: string;
  /** The moment it began without one. */
  readonly to?: string | undefined;
  readonly extent: ViewExtent;
  /** The attachment, where the look was at one of this referral's. */
  readonly attachment?: string | undefined;
}

/**
 * Records a look. Before or after finish: looks after it are told apart by their place in the chain.
 * @throws DeskError absent/referral, absent/attachment, input/rule (a look in the future, one that ends before it
 *   begins, or one at other bytes than the attachment's)
 */
export async function recordView(core: Core, caller: Caller, referralId: string, look: ViewEvent): Promise<Taken> {
  demandOn(caller, 'referral:record-view', await findReferral(core, referralId));
  const view = inForm(viewRequest, look);
  checkTimes(core, view);
  const chain = await chainOf(core, referralId);
  if (view.attachment !== undefined) await checkBytes(core, chain, view.attachment, view.sha256);
  const words = await sealJson(core, chain, { version: 1, view });
  return append(core, chain, () =>
    Promise.resolve({
      act: 'view',
      actorId: caller.actorId,
      objects: [words],
      commitments: [
        { label: 'viewed', type: 'sha256', value: view.sha256 },
        { label: 'view', type: 'text', value: lookValue(view) },
      ],
    }),
  );
}

/** What the entry of a look commits to: who looked at what, when, and how much of it. */
function lookValue({ sha256, viewer, from, to, extent }: Omit<ViewEvent, 'attachment'>): Json[] {
  return [sha256, viewer, from, to ?? null, extent];
}

/** What was looked at must be the attachment's own bytes. @throws DeskError absent/attachment, input/rule */
async function checkBytes(core: Core, chain: Chain, attachmentId: string, sha256: string): Promise<void> {
  const record = await findAttachment(core, chain.owner, attachmentId);
  if (record === undefined)
    throw new DeskError('absent/attachment', 'There is no such attachment, or it has not arrived.');
  const key = commitmentKey(chain.secret, chain.owner, record.seq, 'sha256');
  if (commitment(key, 'sha256', 'sha256', sha256) === record.commitment) return;
  const message = 'The attachment named has another SHA-256: say which of the two was looked at.';
  throw new DeskError('input/rule', message, { findings: [{ code: 'other-bytes', path: '/sha256', message }] });
}

function checkTimes(core: Core, view: ViewEvent): void {
  const from = Date.parse(view.from);
  const to = Date.parse(view.to ?? view.from);
  const latest = core.now().getTime() + core.settings.skewSeconds * 1000;
  const finding = (path: string, message: string): DeskError =>
    new DeskError('input/rule', message, { findings: [{ code: 'past', path, message }] });
  if (from > latest) throw finding('/from', 'The look begins in the future: check the clock.');
  if (to > latest) throw finding('/to', 'The look ends in the future: check the clock.');
  if (to < from) throw finding('/to', 'The look ends before it begins.');
}

/** Who looked at what, in order, and which bytes were viewed in the sense of the law. */
export interface Viewed {
  /** `seq`: its entry's place in the chain. */
  readonly views: readonly (ViewEvent & { readonly seq: number })[];
  /** SHA-256 of each file that was looked at in full before the referral was finished; for all others nothing is claimed. */
  readonly viewed: readonly string[];
}

/** Opens sealed words, so only for those who may read. @throws DeskError absent/referral, absent/destroyed */
export async function readViews(core: Core, caller: Caller, referralId: string): Promise<Viewed> {
  demandOn(caller, 'attachment:read', await findReferral(core, referralId));
  await chainOf(core, referralId);
  const views: (ViewEvent & { seq: number })[] = [];
  let finishedSeq: number | undefined;
  for await (const stored of entriesOf(core, referralId)) {
    const { act } = parseEntry(stored.text);
    if (act === 'finish') finishedSeq = stored.seq;
    if (act !== 'view') continue;
    const words = await wordsOf<{ view: ViewEvent }>(core, stored);
    views.push({ ...words.view, seq: stored.seq });
  }
  const files = [...new Set(views.map(({ sha256 }) => sha256))];
  return { views, viewed: files.filter((sha256) => isViewed(sha256, views, finishedSeq)) };
}

/**
 * Whether the whole of these very bytes was looked at before the referral was finished: CyberTipline's `fileViewedByEsp`
 * (18 USC 2258A; United States v. Wilson, 9th Cir. 2021). True only through a full look at this exact SHA-256.
 * @param finishedSeq the finish entry's place; looks after it do not count. Undefined while the referral is open
 */
export function isViewed(
  sha256: string,
  views: readonly (Pick<ViewEvent, 'sha256' | 'extent'> & { readonly seq: number })[],
  finishedSeq?: number,
): boolean {
  const last = finishedSeq ?? Infinity;
  return views.some((view) => view.sha256 === sha256 && view.extent === 'full' && view.seq < last);
}
