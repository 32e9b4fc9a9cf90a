// The directory and the end, made again from the entries that were read and held against the bytes that are there.
import { directoryRecord, directoryRecordBytes, endRecords, SIGNATURE, type ZipEntry } from './form.ts';
import { PART, type Findings } from './findings.ts';
import { continuesAt, isEndSignature } from './locate.ts';
import { HEADER_WINDOW, readRecord, signatureOf, type ToldRecord } from './parse.ts';
import { startsWith } from './settle.ts';
import type { Window } from './source.ts';

/** An entry as it was read. */
export interface ReadEntry extends ZipEntry {
  /** Another name, that its local header gives and that may be the true one; `name` is the directory's then. */
  readonly also: string | undefined;
  /** Where its local header belongs. */
  readonly offset: number;
  /** The times that stand in its two headers, as ZIP keeps them; undefined where there is none to read. */
  readonly headerTime: number | undefined;
  directoryTime: number | undefined;
}

/** Holds the directory at `from` against these entries; answers where it ends, or undefined when that is lost. */
export async function compareDirectory(
  window: Window,
  from: number,
  entries: readonly ReadEntry[],
  findings: Findings,
): Promise<number | undefined> {
  let at = from;
  for (let n = 0; n < entries.length;) {
    const step = await compareRecord(window, at, entries, n);
    if (step.wrong !== undefined) findings.add('zip/directory', step.wrong);
    if (step.isCut === true) findings.add('zip/cut', PART.directory);
    if (step.bytes === undefined) return undefined;
    at += step.bytes;
    if (step.isDone) n++;
  }
  return passExtra(window, at, findings);
}

interface Step {
  /** Whose record is wrong; undefined when all is well. */
  readonly wrong: string | undefined;
  /** What to pass over; undefined when there is nothing to go on from. */
  readonly bytes: number | undefined;
  /** Whether the entry has had its turn. */
  readonly isDone: boolean;
  readonly isCut?: boolean;
}

/** The record of entry `n` is there; or is missing; or another one stands before it; or in its place. */
async function compareRecord(window: Window, at: number, entries: readonly ReadEntry[], n: number): Promise<Step> {
  const entry = entries[n];
  if (entry === undefined) return { wrong: undefined, bytes: 0, isDone: true };
  const bytes = await window.peek(at, HEADER_WINDOW);
  const time = bytes.length < 16 ? undefined : bytes.readUInt32LE(12);
  entry.directoryTime = time;
  const expected = directoryRecord(entry, entry.offset, time ?? 0);
  if (startsWith(bytes, expected)) return { wrong: undefined, bytes: expected.length, isDone: true };
  const told = readRecord(bytes);
  if (isOf(entries[n + 1], told)) return { wrong: entry.name, bytes: 0, isDone: true };
  if (told !== undefined) {
    const after = readRecord(await window.glance(at + told.headerBytes, HEADER_WINDOW));
    if (isOf(entry, after)) return { wrong: told.name, bytes: told.headerBytes, isDone: false };
  }
  for (const length of [expected.length, told?.headerBytes]) {
    const goesOn = length !== undefined && (await continuesAt(window, at + length));
    if (goesOn) return { wrong: entry.name, bytes: length, isDone: true };
  }
  return { wrong: entry.name, bytes: undefined, isDone: true, isCut: bytes.length < expected.length };
}

function isOf(entry: ReadEntry | undefined, told: ToldRecord | undefined): boolean {
  return entry !== undefined && told?.name === entry.name && told.offset === entry.offset;
}

function bytesOf(entry: ReadEntry): number {
  return directoryRecordBytes(entry, entry.offset);
}

/** Records after the last entry's belong to no entry. */
async function passExtra(window: Window, from: number, findings: Findings): Promise<number> {
  let at = from;
  for (;;) {
    const record = readRecord(await window.peek(at, HEADER_WINDOW));
    if (record === undefined) return at;
    findings.add('zip/directory', record.name);
    at += record.headerBytes;
  }
}

/** Holds the end against these entries: it begins at `directoryEnd`, or, if it is not there, at `foundAt`. */
export async function compareEnd(
  window: Window,
  entries: readonly ReadEntry[],
  directoryOffset: number,
  directoryEnd: number | undefined,
  foundAt: number | undefined,
  findings: Findings,
): Promise<void> {
  const directoryBytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const expected = endRecords(entries.length, directoryBytes, directoryOffset);
  const isRight = directoryEnd !== undefined && directoryEnd + expected.length === window.sizeBytes;
  const at = isRight || (await endBeginsAt(window, directoryEnd)) ? directoryEnd : (foundAt ?? directoryEnd);
  if (at === undefined) {
    findings.add('zip/end', PART.end);
    return;
  }
  const bytes = await window.peek(at, expected.length);
  if (bytes.length < expected.length) findings.add('zip/cut', PART.end);
  if (at !== directoryEnd || !bytes.equals(expected)) findings.add('zip/end', PART.end);
  if (window.sizeBytes > at + expected.length) findings.add('zip/trailing', PART.end);
}

async function endBeginsAt(window: Window, at: number | undefined): Promise<boolean> {
  return at !== undefined && isEndSignature(signatureOf(await window.peek(at, 4)));
}

/** Whether the directory, or with no entries the end, begins with these bytes. */
export function beginsDirectory(bytes: Buffer): boolean {
  const signature = signatureOf(bytes);
  return signature === SIGNATURE.directory || isEndSignature(signature);
}
