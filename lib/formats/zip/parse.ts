// Reads single ZIP headers leniently: whatever has the right signature and lies within its bytes is a header, right or wrong. That
// it is the header the writer would have made is decided elsewhere, by making it again.
import {
  DIRECTORY_BYTES,
  END64_BYTES,
  END_BYTES,
  FULL32,
  LOCAL_BYTES,
  LOCATOR64_BYTES,
  SIGNATURE,
  ZIP64_FIELD,
  type ZipEntry,
} from './form.ts';

/** Enough for a header with name and extra field of the lengths we write, many times over. */
export const HEADER_WINDOW = 4096;

/** An entry as one of its headers tells it. */
export interface Told extends ZipEntry {
  /** The header's own length, with name, extra field and comment. */
  readonly headerBytes: number;
  readonly isPacked: boolean;
  readonly isEncrypted: boolean;
}

export interface ToldRecord extends Told {
  readonly offset: number;
}

/** Where an end record says the directory is. */
export interface ToldEnd {
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

export function signatureOf(bytes: Buffer): number {
  return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
}

export function readLocal(bytes: Buffer): Told | undefined {
  if (bytes.length < LOCAL_BYTES || signatureOf(bytes) !== SIGNATURE.local) return undefined;
  const nameBytes = bytes.readUInt16LE(26);
  const headerBytes = LOCAL_BYTES + nameBytes + bytes.readUInt16LE(28);
  if (headerBytes > bytes.length) return undefined;
  const numbers = wide(bytes.subarray(LOCAL_BYTES + nameBytes, headerBytes), [
    bytes.readUInt32LE(22),
    bytes.readUInt32LE(18),
  ]);
  return numbers && told(bytes, 6, LOCAL_BYTES, nameBytes, headerBytes, numbers[1] ?? 0);
}

export function readRecord(bytes: Buffer): ToldRecord | undefined {
  if (bytes.length < DIRECTORY_BYTES || signatureOf(bytes) !== SIGNATURE.directory) return undefined;
  const nameBytes = bytes.readUInt16LE(28);
  const extraBytes = bytes.readUInt16LE(30);
  const headerBytes = DIRECTORY_BYTES + nameBytes + extraBytes + bytes.readUInt16LE(32);
  if (headerBytes > bytes.length) return undefined;
  const extra = bytes.subarray(DIRECTORY_BYTES + nameBytes, DIRECTORY_BYTES + nameBytes + extraBytes);
  const numbers = wide(extra, [bytes.readUInt32LE(24), bytes.readUInt32LE(20), bytes.readUInt32LE(42)]);
  if (numbers === undefined) return undefined;
  const entry = told(bytes, 8, DIRECTORY_BYTES, nameBytes, headerBytes, numbers[1] ?? 0);
  return { ...entry, offset: numbers[2] ?? 0 };
}

/** `at` is where the flags stand; the fields that follow are alike in both headers. */
function told(
  bytes: Buffer,
  at: number,
  nameAt: number,
  nameBytes: number,
  headerBytes: number,
  sizeBytes: number,
): Told {
  return {
    name: bytes.toString('latin1', nameAt, nameAt + nameBytes),
    sizeBytes,
    crc32: bytes
      .readUInt32LE(at + 8)
      .toString(16)
      .padStart(8, '0'),
    headerBytes,
    isPacked: bytes.readUInt16LE(at + 2) !== 0,
    isEncrypted: (bytes.readUInt16LE(at) & 1) !== 0,
  };
}

/** These numbers, those that are full replaced from the ZIP64 field; undefined when one is full and stands nowhere. */
function wide(extra: Buffer, numbers: readonly number[]): number[] | undefined {
  const field = zip64Numbers(extra);
  const whole = numbers.map((number) => (number === FULL32 ? field.shift() : number));
  return whole.every((number) => number !== undefined) ? whole : undefined;
}

function zip64Numbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_FIELD) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.min(3, Math.floor(field.length / 8)) }, (_, n) => readBig(field, 8 * n));
  }
  return [];
}

/** The end record and, where there are any, the ZIP64 records before it. `bytes` ends with the end record's 22. */
export function readEnd(bytes: Buffer): (ToldEnd & { readonly recordsBytes: number }) | undefined {
  const at = bytes.length - END_BYTES;
  if (at < 0 || bytes.readUInt32LE(at) !== SIGNATURE.end) return undefined;
  const at64 = at - LOCATOR64_BYTES - END64_BYTES;
  const has64 = at64 >= 0 && bytes.readUInt32LE(at64) === SIGNATURE.end64;
  if (has64) {
    const [directoryBytes, directoryOffset] = [readBig(bytes, at64 + 40), readBig(bytes, at64 + 48)];
    return { directoryBytes, directoryOffset, recordsBytes: bytes.length - at64 };
  }
  const [directoryBytes, directoryOffset] = [bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16)];
  return { directoryBytes, directoryOffset, recordsBytes: END_BYTES };
}

/** Beyond 2^53 a number is only known to be too large for any archive; it stays larger than all of them. */
function readBig(bytes: Buffer, at: number): number {
  return Math.min(Number(bytes.readBigUInt64LE(at)), Number.MAX_SAFE_INTEGER);
}
