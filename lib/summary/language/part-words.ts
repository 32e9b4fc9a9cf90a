// What the summary says of a packet that shows a part of its referral (lib/summary/part.ts).
import type { ShownPart } from '../../packet/case.ts';
import type { Words } from './keys.ts';

export interface PartWords extends Words<
  /** At the head of every page. */
  | 'running'
  | 'triage'
  | 'proof'
  /** Where how many are left out is not proved. */
  | 'proofAtLeast'
  | 'parts'
  | 'files'
  | 'looks'
  | 'nothingLeft'
  | 'field'
  | 'reason'
  | 'number'
  | 'noDigest'
> {
  readonly cover: (parts: number, allParts: number, files: number, allFiles: number) => string;
  /** Where how many there are is proved. */
  readonly coverExactly: PartWords['cover'];
  readonly here: (here: number, all: number) => string;
  readonly filesHere: (here: number, told: number, all: number) => string;
  readonly leftForTriage: (parts: number) => string;
  /** Why a part is left out. */
  readonly why: Words<ShownPart['leftOut'][number]['why']>;
  /** The codes alone, where what goes with them is left out. */
  readonly handling: (codes: string) => string;
}
