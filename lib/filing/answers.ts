// What an answer of the recipient means for the call it answers. Always true: what may have had its effect is never taken for failed.
import type { Code } from '../errors.ts';
import { readAnswer, type Answer } from '../formats/cybertipline/index.ts';
import type { RecipientAnswer } from '../ports.ts';
import type { StepName } from './record.ts';

/**
 * `done`: it had its effect. `gone`, `filed`: what a `retract` found out, that there is no such report any more, or that it was
 * finished before. `again`: it surely had none and may be tried again. `unclear`: it may have had its effect. `refused`: it had none,
 * and the same call would be refused again; `isUnread` where that is said by the HTTP status alone, and by nobody who answered for it.
 */
export type Verdict =
  | { readonly is: 'done'; readonly answer: Answer }
  | { readonly is: 'gone' | 'filed' }
  | { readonly is: 'again' | 'unclear' | 'refused'; readonly code: Code; readonly isUnread?: boolean };

/** Judges an answer to `step`, by its HTTP status and by the response code in it (NCMEC, appendix D). Never throws. */
export async function judge(step: StepName, { status, body }: RecipientAnswer): Promise<Verdict> {
  if (status === 401 || status === 403) return { is: 'refused', code: 'recipient/credentials' };
  if (status === 429) return { is: 'again', code: 'recipient/unreached' }; // RFC 6585: counted, not looked at
  const answer = await readAnswer(body);
  if (answer !== undefined) return judgeCode(step, status, answer);
  if (status >= 500 || status === 408) return { is: 'unclear', code: 'recipient/lost' };
  // a question of which the answer cannot be read is still a question
  return isSuccess(status) || step === 'retract'
    ? { is: 'unclear', code: 'recipient/unreadable' }
    : { is: 'refused', code: 'recipient/refused', isUnread: true };
}

function judgeCode(step: StepName, status: number, answer: Answer): Verdict {
  const { code } = answer;
  if (step === 'retract' && (code === 5001 || code === 5101)) return { is: 'gone' };
  if (step === 'retract' && code === 5102) return { is: 'filed' };
  if (code === 0) return judgeSuccess(step, status, answer);
  if (code === 1110 || code === 1111)
    return step === 'upload'
      ? { is: 'again', code: 'recipient/refused' }
      : { is: 'unclear', code: 'recipient/unreadable' };
  if (code === 5001 || code === 5101 || code === 5102) return { is: 'unclear', code: 'recipient/refused' };
  if (code === 2000 || (code >= 3000 && code < 4000)) return { is: 'refused', code: 'recipient/credentials' };
  if (code >= 1000 && code < 2000) return { is: 'unclear', code: 'recipient/lost' };
  return status >= 500 ? { is: 'unclear', code: 'recipient/lost' } : { is: 'refused', code: 'recipient/refused' };
}

/** Code 0 counts only with an HTTP status of success, and with all that this call must answer. */
function judgeSuccess(step: StepName, status: number, answer: Answer): Verdict {
  if (!isSuccess(status) || !isWhole(step, answer)) return { is: 'unclear', code: 'recipient/unreadable' };
  return step === 'retract' ? { is: 'gone' } : { is: 'done', answer };
}

function isWhole(step: StepName, answer: Answer): boolean {
  if (step === 'finish') return answer.root === 'reportDoneResponse';
  if (answer.root !== 'reportResponse') return false;
  if (step === 'submit') return /^[0-9]{1,19}$/.test(answer.reportId ?? '');
  return step !== 'upload' || (isGiven(answer.fileId) && isGiven(answer.hash));
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
