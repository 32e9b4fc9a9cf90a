// What a filing enters in its referral's chain: before each call that it is about to be made, after it the answer word for word, and
// how it ended. Always true: an entry is taken only where the filing still stands as it was when the entry was decided on.
import { append, type Chain, type Core, type Draft, type RowDraft } from '../core.ts';
import { DeskError, type Code } from '../errors.ts';
import { sha256Hex } from '../formats/canonical.ts';
import { DESK, type Json, type RecipientAnswer } from '../ports.ts';
import { lawOf } from '../regime/index.ts';
import { metRows } from '../regime/met.ts';
import { readRegimes } from '../regime/record.ts';
import { sealJson } from '../seal.ts';
import type { Call } from './plan.ts';
import { filingRow, readFiling, type FilingRecord, type Standing } from './record.ts';

/** What is sealed beside the entry of an answer. */
export interface AnswerWords {
  readonly filing: string;
  readonly attempt: number;
  readonly step: Call['name'];
  readonly n: number;
  /** HTTP status. */
  readonly status: number;
  /** The body as it came, base64. */
  readonly answer: string;
  /** The recipient's own name for its answer. */
  readonly requestId?: string;
  /** What is read out of the answer, where it says so. */
  readonly reportId?: string;
  readonly fileId?: string;
}

/** What an entry changes in the record, besides its step. */
export type Change = (before: FilingRecord, seq: number, at: string) => Partial<FilingRecord>;

const NOTHING: Change = () => ({});

/** Before a call: what it is. A `submit` begins a report of its own. */
export function enterBegun(core: Core, chain: Chain, record: FilingRecord, call: Call): Promise<FilingRecord> {
  const isNewReport = call.name === 'submit' && record.step?.standing !== 'untaken';
  const attempt = record.attempt + (isNewReport ? 1 : 0);
  const finish = call.name === 'finish' ? { finishBegun: attempt } : {};
  return enter(core, chain, record, { ...call, standing: 'begun' }, () => ({ attempt, ...finish }));
}

/** What became of a call to which no answer came. */
export function enterUnanswered(
  core: Core,
  chain: Chain,
  record: FilingRecord,
  call: Call,
  standing: 'untaken' | 'unclear',
): Promise<FilingRecord> {
  const orphans = record.orphans + (call.name === 'submit' && standing === 'unclear' ? 1 : 0);
  return enter(core, chain, record, { ...call, standing }, () => ({ orphans }));
}

/** After a call: its answer, and what it means. */
export async function enterAnswer(
  core: Core,
  chain: Chain,
  record: FilingRecord,
  call: Call & { readonly standing: Standing },
  answer: RecipientAnswer,
  read: Pick<AnswerWords, 'reportId' | 'fileId'>,
  change: Change = NOTHING,
): Promise<FilingRecord> {
  const { name: step, n } = call;
  const { status, body, requestId } = answer;
  const said: AnswerWords = {
    filing: record.id,
    attempt: record.attempt,
    step,
    n,
    status,
    answer: Buffer.from(body).toString('base64'),
    ...(requestId === undefined ? {} : { requestId }),
    ...read,
  };
  const words = await sealJson(core, chain, { version: 1, ...said });
  return enter(core, chain, record, call, change, {
    objects: [words],
    commitments: [{ label: 'answer', type: 'sha256', value: sha256Hex(body) }],
  });
}

/** It is over without having been delivered. @throws DeskError state/exists when it stands otherwise by now, absent/destroyed */
export function enterEnd(
  core: Core,
  chain: Chain,
  record: FilingRecord,
  state: 'refused' | 'undelivered',
  code: Code,
): Promise<FilingRecord> {
  const { name = 'submit', n = 0 } = record.step ?? {};
  return appended(core, chain, record, [record.id, record.attempt, name, n, state], (before, seq, at) => {
    const failure = before.failure ?? { code, at };
    return { ...before, state, failure, ended: { seq, at } };
  });
}

/** @throws DeskError state/exists when the filing stands otherwise by now, absent/destroyed */
async function enter(
  core: Core,
  chain: Chain,
  record: FilingRecord,
  { name, n, standing }: Call & { readonly standing: Standing },
  change: Change,
  more: Pick<Draft, 'objects' | 'commitments'> = {},
): Promise<FilingRecord> {
  const of = (before: FilingRecord, seq: number, at: string): FilingRecord => ({
    ...before,
    ...change(before, seq, at),
    step: { name, n, standing, seq },
  });
  const attempt = of(record, 0, '').attempt;
  return appended(core, chain, record, [record.id, attempt, name, n, standing], of, more);
}

/** A filing that was delivered fulfils the rules that ask for one. */
async function metByFiling(core: Core, { referral, state }: FilingRecord, seq: number, at: Date): Promise<RowDraft[]> {
  if (state !== 'delivered') return [];
  const named = (await readRegimes(core, referral)).filter(({ law }) => lawOf(law)?.byFiling);
  return metRows(core, referral, named, { at: at.toISOString(), seq, how: 'filing' });
}

/** @throws DeskError state/exists when the filing stands otherwise by now, absent/destroyed */
async function appended(
  core: Core,
  chain: Chain,
  record: FilingRecord,
  step: readonly Json[],
  of: (before: FilingRecord, seq: number, at: string) => FilingRecord,
  { objects = [], commitments = [] }: Pick<Draft, 'objects' | 'commitments'> = {},
): Promise<FilingRecord> {
  let after = record;
  await append(core, chain, async (seq, at) => {
    const before = await readFiling(core, record.id);
    if (before.state !== 'ordered' || before.step?.seq !== record.step?.seq)
      throw new DeskError('state/exists', 'The filing went on meanwhile.');
    after = of(before, seq, at.toISOString());
    return {
      act: 'file-step',
      actorId: DESK,
      objects,
      commitments: [{ label: 'step', type: 'text', value: step }, ...commitments],
      put: [filingRow(after), ...(await metByFiling(core, after, seq, at))],
    };
  });
  return after;
}
