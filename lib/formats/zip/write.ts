// Writes a stored ZIP whose every byte is known from names, sizes, CRCs and one time, before any content is read. The same
// entries give the same archive, to the byte.
import { crc32 } from 'node:zlib';
import { DeskError } from '../../errors.ts';
import {
  directoryRecord,
  directoryRecordBytes,
  dosTime,
  endRecords,
  isSafeName,
  localHeader,
  localHeaderBytes,
  MOST_ENTRIES,
  type ZipEntry,
} from './form.ts';

export type { ZipEntry } from './form.ts';

/** Where everything in an archive lies. Holds one number for each entry besides the entries themselves. */
export interface ZipLayout {
  readonly entries: readonly ZipEntry[];
  /** Where each entry's local header begins. */
  readonly offsets: Float64Array;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  readonly sizeBytes: number;
  /** The archive's one modification time, as ZIP keeps it. */
  readonly dos: number;
}

/** An entry's bytes; called once for each, in order, when they are due. Undefined: they are left out, and lie elsewhere. */
export type OpenEntry = (entry: ZipEntry, n: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;

const RECORDS_AT_ONCE = 512;

/**
 * Lays out an archive of these entries in this order, all modified at `time` (UTC, even seconds).
 * @throws DeskError internal on a name, size or CRC that cannot be written, or names that differ in case only
 */
export function layZip(entries: readonly ZipEntry[], time: Date): ZipLayout {
  checkEntries(entries);
  const offsets = new Float64Array(entries.length);
  let directoryOffset = 0;
  let directoryBytes = 0;
  for (const [n, entry] of entries.entries()) {
    offsets[n] = directoryOffset;
    directoryBytes += directoryRecordBytes(entry, directoryOffset);
    directoryOffset += localHeaderBytes(entry) + entry.sizeBytes;
  }
  const sizeBytes =
    directoryOffset + directoryBytes + endRecords(entries.length, directoryBytes, directoryOffset).length;
  if (!Number.isSafeInteger(sizeBytes)) throw unwritable();
  return { entries, offsets, directoryOffset, directoryBytes, sizeBytes, dos: dosTime(time) };
}

/** Where an entry's bytes begin in the archive. */
export function contentOffset({ entries, offsets }: ZipLayout, n: number): number {
  const entry = entries[n];
  return (offsets[n] ?? 0) + (entry === undefined ? 0 : localHeaderBytes(entry));
}

function checkEntries(entries: readonly ZipEntry[]): void {
  if (entries.length > MOST_ENTRIES) throw unwritable();
  const names = new Set<string>();
  for (const { name, sizeBytes, crc32 } of entries) {
    const isSound = isSafeName(name) && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0;
    if (!isSound || !/^[0-9a-f]{8}$/.test(crc32)) throw unwritable();
    names.add(name.toLowerCase());
  }
  if (names.size !== entries.length) throw unwritable();
}

function unwritable(): DeskError {
  return new DeskError('internal', 'An archive takes plain, distinct names with sizes and CRCs.');
}

/**
 * The archive's bytes: the first one at once, never more held than one piece of content.
 * @throws DeskError sealed/damaged when an entry's bytes are not those that were said; what has come out until then is no archive
 */
export async function* zipBytes(layout: ZipLayout, open: OpenEntry): AsyncGenerator<Uint8Array, void, undefined> {
  for (const [n, entry] of layout.entries.entries()) {
    yield localHeader(entry, layout.dos);
    const bytes = open(entry, n);
    if (bytes !== undefined) yield* asSaid(entry, bytes);
  }
  yield* directory(layout);
  yield endRecords(layout.entries.length, layout.directoryBytes, layout.directoryOffset);
}

/** An entry's bytes, passed on as long as they fit what was said of them. */
async function* asSaid(
  entry: ZipEntry,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest = entry.sizeBytes;
  let crc = 0;
  for await (const piece of bytes) {
    rest -= piece.length;
    if (rest < 0) throw notAsSaid();
    crc = crc32(piece, crc);
    if (piece.length > 0) yield piece;
  }
  if (rest !== 0 || crc !== parseInt(entry.crc32, 16)) throw notAsSaid();
}

function notAsSaid(): DeskError {
  return new DeskError('sealed/damaged', 'The bytes of an entry are not those that were recorded.');
}

function* directory({ entries, offsets, dos }: ZipLayout): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from < entries.length; from += RECORDS_AT_ONCE) {
    const some = entries.slice(from, from + RECORDS_AT_ONCE);
    yield Buffer.concat(some.map((entry, n) => directoryRecord(entry, offsets[from + n] ?? 0, dos)));
  }
}
