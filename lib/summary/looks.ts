// Looks at files that do not fit together: flags, statements and entries about the same bytes.
// Always true: only what was stated or entered before the referral was finished is held against each other; which of them is right is
// not said here. The submitter's flag is about the whole file and its own organisation.
import type { Case } from '../packet/case.ts';
import { saidOf } from '../packet/said.ts';
import type { Referral } from '../../schemas/index.ts';

export type Disagreement = 'flagNotStatedFull' | 'flagNotEnteredFull' | 'flagViewedNoneFull' | 'noneAndSome';

export interface Disagreeing {
  readonly what: Disagreement;
  /** Numbers of the exhibits, in order. */
  readonly exhibits: readonly string[];
}

interface Claims {
  /** `fileViewedByEsp`. */
  readonly flag: boolean | undefined;
  /** Extents of the looks that the submitter states, and of those entered at the desk. */
  readonly stated: readonly string[];
  readonly entered: readonly string[];
}

const KINDS: readonly (readonly [Disagreement, (claims: Claims) => boolean])[] = [
  ['flagNotStatedFull', ({ flag, stated }) => flag === false && stated.includes('full')],
  ['flagNotEnteredFull', ({ flag, entered }) => flag === false && entered.includes('full')],
  [
    'flagViewedNoneFull',
    ({ flag, stated, entered }) => {
      const all = [...stated, ...entered];
      return flag === true && all.length > 0 && !all.includes('full');
    },
  ],
  [
    'noneAndSome',
    ({ stated, entered }) => {
      const all = [...stated, ...entered];
      return all.includes('none') && all.some((extent) => extent !== 'none');
    },
  ],
];

/** Each kind that there is, in a fixed order. */
export function disagreements({ exhibits, views }: Case, referral: Referral): Disagreeing[] {
  const counted = views.filter(({ afterFinish }) => !afterFinish);
  const byDigest = Map.groupBy(counted, ({ sha256 }) => sha256);
  const claimed = exhibits.map((exhibit) => {
    const looks = byDigest.get(exhibit.sha256) ?? [];
    const of = (source: string) => looks.filter((look) => look.source === source).map(({ extent }) => extent);
    const flag = saidOf(exhibit, referral)?.fileDetails?.fileViewedByEsp;
    return { exhibit, claims: { flag, stated: of('referral'), entered: of('desk') } };
  });
  return KINDS.flatMap(([what, holds]) => {
    const found = claimed.filter(({ claims }) => holds(claims)).map(({ exhibit: { exhibit } }) => exhibit);
    return found.length === 0 ? [] : [{ what, exhibits: found }];
  });
}
