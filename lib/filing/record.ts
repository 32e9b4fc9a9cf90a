// A filing's record in the book: of which referral, with whom, how far it has come. Never its words, nor the recipient's numbers: those
// lie sealed beside its entries.
import { rowsOf, type Core, type RowDraft } from '../core.ts';
import type { Code } from '../errors.ts';
import { DeskError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { isVouched } from '../vouch.ts';

/** `dropped`: its referral was cleared before it was begun, or destroyed before it was delivered. */
export type FilingState = 'ordered' | 'delivered' | 'refused' | 'undelivered' | 'dropped';

/** The calls a filing is made of. */
export type StepName = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

/**
 * How a call stands. `begun`: about to be made, or made and its answer lost. `done`. `refused`: without effect, and would be again.
 * `untaken`: surely without effect, to be tried again. `unclear`: nobody can tell whether it had its effect.
 */
export type Standing = 'begun' | 'done' | 'refused' | 'untaken' | 'unclear';

/** The last call that was entered. `n` counts files from 1 and is 0 where a call is about no file; `seq` is its last entry. */
export interface FilingStep {
  readonly name: StepName;
  readonly n: number;
  readonly standing: Standing;
  readonly seq: number;
}

/** One order; all times RFC 3339 UTC. `id` is the caller's. */
export interface FilingOrder {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly seq: number;
}

/** ordered → delivered | refused | undelivered | dropped; refused, undelivered and, where it was cleared, dropped → ordered again. */
export interface FilingRecord {
  /** That of the first order. */
  readonly id: string;
  readonly referral: string;
  /** The recipient's name. */
  readonly to: string;
  /** Which server of that name, by its base URL. */
  readonly server: string;
  readonly state: FilingState;
  /** Each time it was ordered, at least once. */
  readonly orders: readonly FilingOrder[];
  /** What fails after this is tried no more. */
  readonly deadline: string;
  /** How many reports were begun. */
  readonly attempt: number;
  readonly step?: FilingStep;
  /** The attempt in which `finish` was begun last: only of that report `retract` can find out that it was filed. */
  readonly finishBegun?: number;
  /** Reports that may have been opened with the recipient although no answer said so; they hold no file and die by its clock. */
  readonly orphans: number;
  /** In how many reports of the last order the recipient's MD5 of a file was not that of what was sent. */
  readonly otherBytes?: number;
  /** Why it is refused or undelivered. While `ordered`: why it will be, once the report is taken back. */
  readonly failure?: { readonly code: Code; readonly at: string };
  /** When it was delivered, refused or given up. */
  readonly ended?: { readonly seq: number; readonly at: string };
  /** Of a delivered one: how many files the answer to `finish` lacks or has beyond those sent, where it is not just these. */
  readonly differing?: number;
}

/** Where filings stand that are under way. */
export const OPEN_LIST = 'open-filings';

export function filingList(referral: string): string {
  return `filings/${referral}`;
}

/** @throws DeskError ledger/failed: a record without an order is none */
export function firstOrder({ orders }: FilingRecord): FilingOrder {
  const [first] = orders;
  if (first === undefined) throw new DeskError('ledger/failed', 'A filing in the book was ordered by nobody.');
  return first;
}

export function filingRow(record: FilingRecord): RowDraft {
  const { id, referral, state } = record;
  const { at: sort } = firstOrder(record);
  return {
    kind: 'filing',
    id,
    value: record as unknown as Record<string, Json>,
    lists: [{ list: filingList(referral), sort }, ...(state === 'ordered' ? [{ list: OPEN_LIST, sort }] : [])],
  };
}

export async function findFiling(core: Core, id: string): Promise<FilingRecord | undefined> {
  const row = await core.ledger.row({ kind: 'filing', id });
  return row === undefined ? undefined : (row.value as unknown as FilingRecord);
}

/**
 * Reads a record on which something will be decided: the entry that wrote it must vouch for it.
 * @throws DeskError absent/filing, ledger/failed (the row was altered past the desk)
 */
export async function readFiling(core: Core, id: string): Promise<FilingRecord> {
  const row = await core.ledger.row({ kind: 'filing', id });
  if (row === undefined) throw new DeskError('absent/filing', 'There is no such filing, or it is not yours to see.');
  if (!(await isVouched(core, row)) && !(await core.keys.isDestroyed(row.chain))) {
    throw new DeskError('ledger/failed', 'The record of a filing was altered past the desk: run watch, then restore.');
  }
  return row.value as unknown as FilingRecord;
}

/** Whether the recipient has it, or may have. */
export function mayBeThere({ state, step }: FilingRecord): boolean {
  return state === 'delivered' || step !== undefined;
}

/** All filings of a referral, oldest first. */
export async function filingsOf(core: Core, referral: string): Promise<FilingRecord[]> {
  const records: FilingRecord[] = [];
  for await (const { value } of rowsOf(core, filingList(referral))) records.push(value as unknown as FilingRecord);
  return records;
}
