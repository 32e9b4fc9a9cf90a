// What the recipient has answered so far about the report that is open there, read from the sealed words of its entries: the report's
// number, the files' ids, and when it was last touched, which its clock goes by.
import { entriesOf, type Chain, type Core } from '../core.ts';
import { commitment, commitmentKey, entryCommitment, parseEntry, type Entry } from '../custody.ts';
import { DeskError } from '../errors.ts';
import { wordsOf } from '../words.ts';
import type { AnswerWords } from './entries.ts';
import { firstOrder, type FilingRecord, type Standing } from './record.ts';

/** Of one report, the newest. */
export interface Journal {
  readonly attempt: number;
  readonly reportId?: string;
  /** How many calls about it are done. */
  readonly done: number;
  /** In the order of the files. */
  readonly fileIds: readonly string[];
  /** When it was opened there and when last touched, RFC 3339 UTC, as our entries say. */
  readonly openedAt?: string;
  readonly touchedAt?: string;
}

/** What was answered, how the call stands by it, and when that was entered. */
export type Answered = AnswerWords & { readonly standing: Standing; readonly seq: number; readonly at: string };

export const NOTHING_YET: Journal = { attempt: 0, done: 0, fileIds: [] };

/** The journal after another call was done. */
export function noted(
  journal: Journal,
  { attempt, step, reportId, fileId, at }: Pick<Answered, 'attempt' | 'step' | 'reportId' | 'fileId' | 'at'>,
): Journal {
  if (step === 'submit')
    return { attempt, done: 1, fileIds: [], ...(reportId === undefined ? {} : { reportId }), openedAt: at };
  if (step !== 'upload' && step !== 'fileinfo') return journal;
  return {
    ...journal,
    done: journal.done + 1,
    touchedAt: at,
    fileIds: [...journal.fileIds, ...(fileId === undefined ? [] : [fileId])],
  };
}

/** @throws DeskError ledger/failed (altered past the desk), and what reading damaged objects throws */
export async function journalOf(core: Core, chain: Chain, record: FilingRecord): Promise<Journal> {
  let journal = NOTHING_YET;
  for await (const answered of answersOf(core, chain, record))
    if (answered.standing === 'done') journal = noted(journal, answered);
  return journal;
}

/** Every answer to a call of this filing, in order. */
export async function* answersOf(core: Core, chain: Chain, record: FilingRecord): AsyncGenerator<Answered> {
  for await (const stored of entriesOf(core, chain.owner, firstOrder(record).seq)) {
    const entry = parseEntry(stored.text);
    if (entry.act !== 'file-step' || entry.objects.length === 0) continue;
    demandVouched(chain, entry);
    const words = await wordsOf<AnswerWords>(core, stored);
    if (words.filing !== record.id) continue;
    yield { ...words, standing: standingOf(chain, entry, words), seq: entry.seq, at: entry.time };
  }
}

const STANDINGS = ['done', 'refused', 'unclear', 'untaken'] as const;

/** The entry itself says how the call stands. @throws DeskError ledger/failed where it says nothing that it can */
function standingOf({ owner, secret }: Chain, { seq, commitments }: Entry, words: AnswerWords): Standing {
  const key = commitmentKey(secret, owner, seq, 'step');
  const valueWith = (standing: Standing) => [words.filing, words.attempt, words.step, words.n, standing];
  const found = STANDINGS.find(
    (standing) => commitment(key, 'step', 'text', valueWith(standing)) === commitments['step'],
  );
  if (found === undefined) throw altered();
  return found;
}

function demandVouched({ owner, secret }: Chain, entry: Entry): void {
  const key = commitmentKey(secret, owner, entry.seq, 'entry');
  if (entryCommitment(key, entry) === entry.commitments['entry']) return;
  throw altered();
}

function altered(): DeskError {
  return new DeskError('ledger/failed', 'An entry was altered past the desk: run watch, then restore.');
}

const HOUR_MS = 3_600_000;

/**
 * Whether the recipient's clock has ended the open report: so many hours after it was opened or, if that is later, after it was last
 * touched. It counts as over a little early, by as much as clocks may differ.
 */
export function isOver({ settings, now }: Pick<Core, 'settings' | 'now'>, { openedAt, touchedAt }: Journal): boolean {
  if (openedAt === undefined) return false;
  const opened = Date.parse(openedAt) + settings.reportOpenHours * HOUR_MS;
  const touched = touchedAt === undefined ? 0 : Date.parse(touchedAt) + settings.reportIdleHours * HOUR_MS;
  return now().getTime() >= Math.max(opened, touched) - settings.skewSeconds * 1000;
}
