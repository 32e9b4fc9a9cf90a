// The looks that a case manifest tells of: those that were entered at the desk, then those that the referral states, each with the last
// exhibit of just these bytes.
import type { Referral } from '../../schemas/index.ts';
import type { CaseView, Exhibit } from './case.ts';
import type { Walked } from './walk.ts';

/** The last exhibit of each SHA-256. */
export function namesByDigest(exhibits: readonly Exhibit[]): ReadonlyMap<string, string> {
  return new Map(exhibits.map(({ sha256, exhibit }) => [sha256, exhibit]));
}

export function enteredViews(
  looks: Walked['looks'],
  finishedSeq: number | undefined,
  exhibits: ReadonlyMap<string, string>,
): CaseView[] {
  return looks.map(({ seq, sha256, viewer, from, to, extent }) => ({
    source: 'desk' as const,
    seq,
    ...look(sha256, viewer, from, to, exhibits),
    extent,
    afterFinish: finishedSeq !== undefined && seq > finishedSeq,
  }));
}

export function statedViews(
  { viewEvents = [] }: Pick<Referral, 'viewEvents'>,
  exhibits: ReadonlyMap<string, string>,
): CaseView[] {
  return viewEvents.map(({ sha256, viewer, from, to, extent }) => ({
    source: 'referral' as const,
    ...look(sha256, viewer, from, to, exhibits),
    extent,
    afterFinish: false,
  }));
}

function look(
  sha256: string,
  viewer: string,
  from: string | undefined,
  to: string | undefined,
  exhibits: ReadonlyMap<string, string>,
): Pick<CaseView, 'sha256' | 'exhibit' | 'viewer' | 'from' | 'to'> {
  const exhibit = exhibits.get(sha256);
  return {
    sha256,
    ...(exhibit === undefined ? {} : { exhibit }),
    viewer,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
