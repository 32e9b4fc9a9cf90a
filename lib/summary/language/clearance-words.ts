// What the summary says of findings that clear, which stands before all else (lib/summary/clearance.ts).
import type { Clearance } from '../../../schemas/index.ts';
import type { Words } from './keys.ts';

export interface ClearanceWords {
  readonly clearance: Words<
    | 'title'
    | 'running'
    | 'about'
    | 'reason'
    | 'decidedBy'
    | 'reference'
    | 'of'
    | 'desk'
    | 'entered'
    /** Before the finding itself; and above why. */
    | 'withdrawn'
    | 'withdrawal'
  > & {
    /** What was found of the referral as a whole. */
    readonly whole: Words<Clearance>;
    /** What was found of one file, or one person, in it. */
    readonly part: Words<Clearance>;
    readonly finding: (n: number) => string;
  };
}
