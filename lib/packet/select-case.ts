// What the case manifest of a part tells: made anew from what is shown, so that nothing of what is left out shows through.
import type { Referral } from '../../schemas/index.ts';
import type { ViewEvent } from '../view.ts';
import { actsOf, type Case, type Exhibit } from './case.ts';
import { exhibitPath } from './exhibit-path.ts';
import type { Gathered, GatheredExhibit } from './gather.ts';
import type { Finder } from './identifiers.ts';
import { saidOf } from './said.ts';
import { viewedState } from './viewed.ts';
import { namesByDigest, statedViews } from './views.ts';

/** Where each shown part stands in what is shown, by its pointer in the whole. */
export type Moved = ReadonlyMap<string, string>;

/** An exhibit without what the submitter says of it where the part of the referral in which he says it is left out. */
export function shownExhibit(
  { exhibit, object, details }: GatheredExhibit,
  moved: Moved,
  names: Finder,
  isLeftOut: boolean,
): GatheredExhibit {
  const { declared, originalName, label, contentType, details: described, ...facts } = exhibit;
  const place = declared === null ? undefined : moved.get(`/attachments/${declared}`);
  const isSaid = declared === null || place !== undefined;
  const said = isSaid && !names([originalName, label, contentType]) ? { originalName, label, contentType } : {};
  const isDescribed = described !== undefined && !names(described.fileDetails);
  const shown: Exhibit = {
    ...facts,
    path: exhibitPath(exhibit.exhibit, said.originalName),
    declared: place === undefined ? null : Number(place.split('/').at(-1)),
    ...(isLeftOut ? { leftOut: true } : {}),
    ...(said.originalName === undefined ? {} : { originalName: said.originalName }),
    ...(said.label === undefined ? {} : { label: said.label }),
    ...(said.contentType === undefined ? {} : { contentType: said.contentType }),
    ...(isDescribed ? { details: described } : {}),
  };
  return { exhibit: shown, object, details: isDescribed ? details : undefined };
}

interface Shown {
  readonly referral: Referral;
  readonly exhibits: readonly GatheredExhibit[];
  /** The looks that were entered, as far as they are told. */
  readonly views: Case['views'];
  readonly moved: Moved;
  readonly names: Finder;
}

export function shownCase(
  whole: Gathered,
  { referral, exhibits, views, moved, names }: Shown,
): { readonly manifest: Gathered['case']; readonly exhibits: readonly GatheredExhibit[] } {
  const finished = whole.entries.find(({ act }) => act === 'finish')?.seq;
  const claimed = exhibits.map((each) => {
    const { exhibit } = each;
    return { ...each, exhibit: { ...exhibit, viewed: claimOf(exhibit, referral, views, finished) } };
  });
  const shown = claimed.map(({ exhibit }) => exhibit);
  const byDigest = namesByDigest(shown);
  const facts = { ...whole.case.referral };
  delete facts.sha256; // by it one could try what was left out
  delete facts.sizeBytes;
  const manifest: Gathered['case'] = {
    ...whole.case,
    referral: facts,
    clearances: whole.case.clearances.filter(
      ({ reason, decidedBy, reference, withdrawn }) => !names([reason, decidedBy, reference, withdrawn]),
    ), // with less it is not authentic, and not made
    exhibits: shown,
    views: [...views.map((view) => named(view, byDigest)), ...statedViews(referral, byDigest)],
    actors: whole.case.actors.map(({ name, ...actor }) =>
      name === undefined || names(name) ? actor : { ...actor, name },
    ),
    custody: { ...whole.case.custody, acts: actsOf(whole.entries, shown) },
    gaps: [], // of a part nobody can tell what is missing from what was left out
    phones: phonesOf(whole.case.phones, moved),
  };
  return { manifest, exhibits: claimed };
}

/** What is claimed of the looking follows from what is shown, and from nothing else. */
function claimOf(
  exhibit: Exhibit,
  referral: Referral,
  views: Case['views'],
  finished: number | undefined,
): Exhibit['viewed'] {
  const looks = views.map(({ sha256, extent, seq = -1 }) => ({ sha256, extent: extent as ViewEvent['extent'], seq }));
  return viewedState(exhibit.sha256, referral, saidOf(exhibit, referral), looks, finished);
}

function named(view: Case['views'][number], exhibits: ReadonlyMap<string, string>): Case['views'][number] {
  const again = { ...view };
  delete again.exhibit;
  const exhibit = exhibits.get(view.sha256);
  return exhibit === undefined ? again : { ...again, exhibit };
}

/** Of the phone numbers in what is shown, each under its place there. */
function phonesOf(phones: Case['phones'], moved: Moved): Case['phones'] {
  return Object.fromEntries(
    Object.entries(phones).flatMap(([pointer, facts]) => {
      const [, field = '', index = ''] = pointer.split('/');
      const part = [`/${field}/${index}`, `/${field}`].find((each) => moved.has(each));
      return part === undefined ? [] : [[`${moved.get(part) ?? ''}${pointer.slice(part.length)}`, facts] as const];
    }),
  );
}
