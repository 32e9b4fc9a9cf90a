// Looks at files that do not fit together: flags, statements and entries about the same bytes.
// Always true: only what was stated or entered before the referral was finished is held against each other; which of them is right is
// not said here. The submitter's flag is about the whole file and its own organisation.
import type { Case } from '../packet/case.ts';
import { saidOf } from '../packet/said.ts';
import type { Referral } from '../../schemas/index.ts';

export interface Disagreement {
  readonly what: string;
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

const KINDS: readonly (readonly [string, (claims: Claims) => boolean])[] = [
  [
    "The submitter's flag says not viewed, and the submitter states a look in full.",
    ({ flag, stated }) => flag === false && stated.includes('full'),
  ],
  [
    "The submitter's flag says not viewed, and a look in full is entered at the desk.",
    ({ flag, entered }) => flag === false && entered.includes('full'),
  ],
  [
    "The submitter's flag says viewed, and the looks that are stated or entered are none of them in full.",
    ({ flag, stated, entered }) => {
      const all = [...stated, ...entered];
      return flag === true && all.length > 0 && !all.includes('full');
    },
  ],
  [
    'It is stated or entered that nothing was looked at, and a look is stated or entered as well.',
    ({ stated, entered }) => {
      const all = [...stated, ...entered];
      return all.includes('none') && all.some((extent) => extent !== 'none');
    },
  ],
];

/** Each kind that there is, in a fixed order. */
export function disagreements({ exhibits, views }: Case, referral: Referral): Disagreement[] {
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
