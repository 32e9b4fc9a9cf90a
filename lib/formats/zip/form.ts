// The parts of a stored-only ZIP (PKWARE APPNOTE 6.3.10), made from names, sizes and CRCs. One archive has one spelling: no flags, no
// data descriptors, no comments, ZIP64 exactly where a number does not fit. Writer and reader both build their headers here.
import { DeskError } from '../../errors.ts';

export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** 8 lower-case hex digits. */
  readonly crc32: string;
}

/** What is neither written nor read beyond: an archive's number of entries, and the bytes of a name. */
export const MOST_ENTRIES = 250_000;
export const MOST_NAME_BYTES = 255;

export const SIGNATURE = {
  local: 0x04034b50,
  directory: 0x02014b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  end: 0x06054b50,
} as const;
export const LOCAL_BYTES = 30;
export const DIRECTORY_BYTES = 46;
export const END64_BYTES = 56;
export const LOCATOR64_BYTES = 20;
export const END_BYTES = 22;
export const FULL16 = 0xffff;
export const FULL32 = 0xffffffff;
export const ZIP64_FIELD = 0x0001;

const VERSION_STORED = 10;
const VERSION_ZIP64 = 45;
const MADE_BY_UNIX = (3 << 8) | VERSION_ZIP64;
const PLAIN_FILE = (0o100644 << 16) >>> 0;

/** Whether a name is relative, plain ASCII, and stays below the place it is unpacked to. */
export function isSafeName(name: string): boolean {
  if (name.length > MOST_NAME_BYTES || !/^[A-Za-z0-9._/-]+$/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A time as ZIP keeps it: date in the upper half, time in the lower, UTC, even seconds (rounded down), 1980 to 2107. */
export function dosTime(time: Date): number {
  if (Number.isNaN(time.getTime())) throw new DeskError('internal', 'An archive needs a time.');
  const year = time.getUTCFullYear();
  if (year < 1980) return dosOf(1980, 1, 1, 0, 0, 0);
  if (year > 2107) return dosOf(2107, 12, 31, 23, 59, 58);
  const [month, day] = [time.getUTCMonth() + 1, time.getUTCDate()];
  return dosOf(year, month, day, time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds());
}

function dosOf(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const date = ((year - 1980) << 9) | (month << 5) | day;
  return ((date << 16) | (hour << 11) | (minute << 5) | (second >> 1)) >>> 0;
}

/** The header that stands before an entry's bytes. */
export function localHeader(entry: ZipEntry, dos: number): Buffer {
  const extra = zip64Field(entry.sizeBytes >= FULL32 ? [entry.sizeBytes, entry.sizeBytes] : []);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(SIGNATURE.local, 0);
  writeShared(header, 4, entry, dos, extra);
  return Buffer.concat([header, Buffer.from(entry.name, 'latin1'), extra]);
}

export function localHeaderBytes(entry: Pick<ZipEntry, 'name' | 'sizeBytes'>): number {
  return LOCAL_BYTES + entry.name.length + (entry.sizeBytes >= FULL32 ? 20 : 0);
}

/** The entry's record in the directory. `offset` is where its local header begins. */
export function directoryRecord(entry: ZipEntry, offset: number, dos: number): Buffer {
  const sizes = entry.sizeBytes >= FULL32 ? [entry.sizeBytes, entry.sizeBytes] : [];
  const extra = zip64Field(offset >= FULL32 ? [...sizes, offset] : sizes);
  const record = Buffer.alloc(DIRECTORY_BYTES);
  record.writeUInt32LE(SIGNATURE.directory, 0);
  record.writeUInt16LE(MADE_BY_UNIX, 4);
  writeShared(record, 6, entry, dos, extra);
  record.writeUInt32LE(PLAIN_FILE, 38);
  record.writeUInt32LE(Math.min(offset, FULL32), 42);
  return Buffer.concat([record, Buffer.from(entry.name, 'latin1'), extra]);
}

export function directoryRecordBytes(entry: Pick<ZipEntry, 'name' | 'sizeBytes'>, offset: number): number {
  const numbers = (entry.sizeBytes >= FULL32 ? 2 : 0) + (offset >= FULL32 ? 1 : 0);
  return DIRECTORY_BYTES + entry.name.length + (numbers === 0 ? 0 : 4 + 8 * numbers);
}

/** The fields that local header and directory record have in common, in the same order. */
function writeShared(into: Buffer, at: number, entry: ZipEntry, dos: number, extra: Buffer): void {
  const size = Math.min(entry.sizeBytes, FULL32);
  into.writeUInt16LE(extra.length > 0 ? VERSION_ZIP64 : VERSION_STORED, at);
  into.writeUInt32LE(dos, at + 6); // after flags and method, both zero
  into.writeUInt32LE(parseInt(entry.crc32, 16), at + 10);
  into.writeUInt32LE(size, at + 14);
  into.writeUInt32LE(size, at + 18);
  into.writeUInt16LE(entry.name.length, at + 22);
  into.writeUInt16LE(extra.length, at + 24);
}

function zip64Field(numbers: readonly number[]): Buffer {
  if (numbers.length === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(ZIP64_FIELD, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, n) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * n));
  return field;
}

/** What follows the directory: the ZIP64 end record and its locator where a number does not fit, and the end record. */
export function endRecords(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(SIGNATURE.end, 0);
  end.writeUInt16LE(Math.min(count, FULL16), 8);
  end.writeUInt16LE(Math.min(count, FULL16), 10);
  end.writeUInt32LE(Math.min(directoryBytes, FULL32), 12);
  end.writeUInt32LE(Math.min(directoryOffset, FULL32), 16);
  const fits = count < FULL16 && directoryBytes < FULL32 && directoryOffset < FULL32;
  return fits ? end : Buffer.concat([end64Records(count, directoryBytes, directoryOffset), end]);
}

function end64Records(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const records = Buffer.alloc(END64_BYTES + LOCATOR64_BYTES);
  records.writeUInt32LE(SIGNATURE.end64, 0);
  records.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  records.writeUInt16LE(MADE_BY_UNIX, 12);
  records.writeUInt16LE(VERSION_ZIP64, 14);
  records.writeBigUInt64LE(BigInt(count), 24);
  records.writeBigUInt64LE(BigInt(count), 32);
  records.writeBigUInt64LE(BigInt(directoryBytes), 40);
  records.writeBigUInt64LE(BigInt(directoryOffset), 48);
  records.writeUInt32LE(SIGNATURE.locator64, END64_BYTES);
  records.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), END64_BYTES + 8);
  records.writeUInt32LE(1, END64_BYTES + 16);
  return records;
}
