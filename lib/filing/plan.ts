// Which call comes next, decided by what is entered and by nothing else. Always true: a report that may have been finished is asked
// about before another is begun.
import type { FilingRecord, FilingStep, StepName } from './record.ts';

/** A call: `n` counts files from 1. */
export interface Call {
  readonly name: StepName;
  readonly n: number;
}

/** What is to be done now: a call; entering that the answer to a `submit` is lost; ending it as refused. */
export type Next = { readonly call: Call } | { readonly enter: 'orphan' } | { readonly end: 'refused' };

const SUBMIT: Next = { call: { name: 'submit', n: 0 } };
const RETRACT: Next = { call: { name: 'retract', n: 0 } };

/**
 * @param described for each file whether there is anything to say of it
 * @param isOver whether the open report at the recipient has reached the end of its time there
 */
export function nextOf(
  { step, failure }: Pick<FilingRecord, 'step' | 'failure'>,
  described: readonly boolean[],
  isOver: boolean,
): Next {
  if (step === undefined) return SUBMIT;
  if (failure !== undefined) return takeBack(step, failure.code === 'recipient/credentials');
  if (step.name === 'submit' && step.standing !== 'done')
    return step.standing === 'begun' ? { enter: 'orphan' } : SUBMIT;
  if (step.name === 'retract') return step.standing === 'done' ? SUBMIT : RETRACT;
  const isInDoubt = step.standing === 'begun' || step.standing === 'unclear';
  if (isInDoubt || isOver) return RETRACT;
  return { call: step.standing === 'done' ? following(step, described) : { name: step.name, n: step.n } };
}

/** A report whose filing is refused is taken back before it ends, if there is one and the recipient listens to us. */
function takeBack({ name, standing }: FilingStep, isUnheard: boolean): Next {
  const isAsked = name === 'retract' && (standing === 'done' || standing === 'refused');
  return name === 'submit' || isAsked || isUnheard ? { end: 'refused' } : RETRACT;
}

/** submit, then for each file upload and, where there is anything to say, fileinfo; then finish. */
function following({ name, n }: Call, described: readonly boolean[]): Call {
  if (name === 'upload' && described[n - 1] === true) return { name: 'fileinfo', n };
  return n < described.length ? { name: 'upload', n: n + 1 } : { name: 'finish', n: 0 };
}

/** How many calls a filing needs when nothing fails. */
export function callsOf(described: readonly boolean[]): number {
  return 2 + described.length + described.filter(Boolean).length;
}
