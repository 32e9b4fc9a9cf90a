// Finds an archive's directory from its end and reads it leniently, as a second opinion on where entries begin and what they are.
// It may be wrong or missing; nothing here decides that.
import { END64_BYTES, END_BYTES, LOCATOR64_BYTES, MOST_ENTRIES, MOST_NAME_BYTES, SIGNATURE } from './form.ts';
import { HEADER_WINDOW, readEnd, readRecord, signatureOf, type ToldEnd, type ToldRecord } from './parse.ts';
import type { Window } from './source.ts';

export interface Directory {
  /** Where it is, if it was found. */
  readonly at: number | undefined;
  /** Where the records that end the archive begin, if they were found. */
  readonly endAt: number | undefined;
  /** How much later the directory begins than the end record says: bytes that were put in (or, below zero, taken out). */
  readonly shift: number;
  /** By the offset they tell. */
  readonly records: ReadonlyMap<number, ToldRecord>;
  /** The offsets told, ascending. */
  readonly offsets: readonly number[];
  /** How many records tell a name. */
  readonly names: ReadonlyMap<string, number>;
}

const MOST_COMMENT_BYTES = 0xffff;

export async function locateDirectory(window: Window): Promise<Directory> {
  const end = await findEnd(window);
  const nowhere = { at: undefined, endAt: end?.endAt, shift: 0, records: new Map(), offsets: [], names: new Map() };
  if (end === undefined) return nowhere;
  const [said, counted] = [end.directoryOffset, end.endAt - end.directoryBytes];
  for (const at of [said, counted]) {
    if (at < 0 || at > end.endAt) continue;
    const isThere = said === counted || signatureOf(await window.glance(at, 4)) === SIGNATURE.directory;
    if (isThere) return { at, endAt: end.endAt, shift: at - end.directoryOffset, ...(await readRecords(window, at)) };
  }
  return nowhere;
}

/** The last end record within the longest comment's reach of the end. */
async function findEnd(window: Window): Promise<(ToldEnd & { endAt: number }) | undefined> {
  const reach = MOST_COMMENT_BYTES + END_BYTES + LOCATOR64_BYTES + END64_BYTES;
  const from = Math.max(0, window.sizeBytes - reach);
  const tail = await window.peek(from, reach);
  const signature = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
  const at = tail.lastIndexOf(signature, Math.max(0, tail.length - END_BYTES));
  const end = at < 0 || at + END_BYTES > tail.length ? undefined : readEnd(tail.subarray(0, at + END_BYTES));
  return end && { ...end, endAt: from + at + END_BYTES - end.recordsBytes };
}

/** Reads record after record. One counts only when the next thing begins where it ends. */
async function readRecords(window: Window, from: number): Promise<Pick<Directory, 'records' | 'offsets' | 'names'>> {
  const records = new Map<number, ToldRecord>();
  const names = new Map<string, number>();
  for (let at = from; records.size < MOST_ENTRIES;) {
    const record = readRecord(await window.peek(at, HEADER_WINDOW));
    if (record === undefined || record.name.length > MOST_NAME_BYTES) break;
    at += record.headerBytes;
    if (!(await continuesAt(window, at)) || records.has(record.offset)) break;
    records.set(record.offset, record);
    names.set(record.name, (names.get(record.name) ?? 0) + 1);
  }
  return { records, offsets: [...records.keys()].sort((a, b) => a - b), names };
}

/** Whether a directory record or the end begins here. */
export async function continuesAt(window: Window, at: number): Promise<boolean> {
  const signature = signatureOf(await window.glance(at, 4));
  return signature === SIGNATURE.directory || isEndSignature(signature);
}

export function isEndSignature(signature: number): boolean {
  return signature === SIGNATURE.end || signature === SIGNATURE.end64;
}
