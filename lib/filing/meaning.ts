// From an answer to what is entered of it: how the call stands now, what is read out of it, and how the filing changes.
import { DeskError, type Code } from '../errors.ts';
import type { Answer } from '../formats/cybertipline/index.ts';
import type { Verdict } from './answers.ts';
import type { AnswerWords, Change } from './entries.ts';
import type { Call } from './plan.ts';
import type { FilingRecord, Standing } from './record.ts';

export interface Meaning {
  readonly standing: Standing;
  readonly read: Pick<AnswerWords, 'reportId' | 'fileId'>;
  readonly change: Change;
  /** What is thrown once all this is entered: it did not go as it should, and is tried again after a rest. */
  readonly trouble?: DeskError;
}

/** What the answer is held against. */
export interface Expected {
  /** MD5 of the file that was uploaded, hex. */
  readonly md5: string | undefined;
  readonly reportId: string | undefined;
  readonly fileIds: readonly string[];
}

/** After so many reports of one order with other bytes in them than were sent, none is tried again. */
const MOST_WITH_OTHER_BYTES = 5;

export function meaningOf(call: Call, record: FilingRecord, verdict: Verdict, expected: Expected): Meaning {
  switch (verdict.is) {
    case 'done':
      return meaningOfDone(call, record, verdict.answer, expected);
    case 'gone':
      return { standing: 'done', read: {}, change: () => ({}) };
    case 'filed':
      return meaningOfFiled(record);
    case 'again':
      return { standing: 'untaken', read: {}, change: () => ({}), trouble: trouble(verdict.code) };
    case 'unclear':
      return unclear(call, verdict.code);
    case 'refused':
      return refused(verdict.code, call.name === 'submit' && verdict.isUnread === true);
  }
}

/** A report is filed by `finish` and by nothing else: where none was begun, the number is not that of ours. */
function meaningOfFiled({ finishBegun, attempt }: FilingRecord): Meaning {
  return finishBegun === attempt
    ? { standing: 'done', read: {}, change: delivered(0) }
    : refused('recipient/unreadable', false);
}

function meaningOfDone({ name }: Call, record: FilingRecord, answer: Answer, expected: Expected): Meaning {
  if (answer.root === 'reportDoneResponse') {
    const { reportId, fileIds } = answer;
    if (reportId !== expected.reportId) return unclear({ name, n: 0 }, 'recipient/unreadable');
    return { standing: 'done', read: { reportId }, change: delivered(differing(expected.fileIds, fileIds)) };
  }
  const { reportId, fileId, hash } = answer;
  if (name === 'upload' && expected.fileIds.includes(fileId ?? ''))
    return unclear({ name, n: 0 }, 'recipient/unreadable');
  if (name === 'upload' && hash?.toLowerCase() !== expected.md5) return meaningOfOtherBytes(record);
  const read = {
    ...(name === 'submit' && reportId !== undefined ? { reportId } : {}),
    ...(name === 'upload' && fileId !== undefined ? { fileId } : {}),
  };
  return { standing: 'done', read, change: () => ({}) };
}

function meaningOfOtherBytes({ otherBytes = 0 }: FilingRecord): Meaning {
  const counted = { otherBytes: otherBytes + 1 };
  if (counted.otherBytes < MOST_WITH_OTHER_BYTES)
    return { standing: 'unclear', read: {}, change: () => counted, trouble: trouble('recipient/other-bytes') };
  const { change, ...meaning } = refused('recipient/other-bytes', false);
  return { ...meaning, change: (...before) => ({ ...change(...before), ...counted }) };
}

function delivered(count: number): Change {
  return (_before, seq, at) => ({
    state: 'delivered',
    ended: { seq, at },
    ...(count === 0 ? {} : { differing: count }),
  });
}

/** How many files are in one of the two lists only; each as often as it stands there. */
function differing(ours: readonly string[], theirs: readonly string[]): number {
  const left = [...theirs];
  const missing = ours.filter((id) => {
    const at = left.indexOf(id);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return missing.length + left.length;
}

function unclear({ name }: Call, code: Code): Meaning {
  const change: Change = ({ orphans }) => (name === 'submit' ? { orphans: orphans + 1 } : {});
  return { standing: 'unclear', read: {}, change, trouble: trouble(code) };
}

/**
 * The first reason stays: what is refused on the way back comes of it.
 * @param mayBeOpen a report may have been opened all the same
 */
function refused(code: Code, mayBeOpen: boolean): Meaning {
  const change: Change = ({ failure, orphans }, _seq, at) => ({
    failure: failure ?? { code, at },
    orphans: orphans + (mayBeOpen ? 1 : 0),
  });
  return { standing: 'refused', read: {}, change };
}

function trouble(code: Code): DeskError {
  return new DeskError(code, 'The recipient did not take a call; the desk goes on by itself.');
}
