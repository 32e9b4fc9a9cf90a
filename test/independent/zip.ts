// The one spelling of a packet's ZIP, read by its directory and held to the byte: nothing stands before, between or after its parts.
import { crc32, demand, same, wrong } from './bytes.ts';

export interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Zip {
  /** In the order of the archive. */
  readonly files: readonly ZipFile[];
  /** Date in the upper half, time in the lower. */
  readonly time: number;
}

interface Header {
  readonly name: string;
  readonly time: number;
  readonly crc32: number;
  readonly sizeBytes: number;
  /** Where what stands behind this header begins. */
  readonly end: number;
}

const [FULL16, FULL32] = [0xffff, 0xffffffff];
const MOST_FILES = 250_000;
const MADE_BY = 0x032d;
const PLAIN_FILE = (0o100644 << 16) >>> 0;

/** All files of an archive; throws at the first byte that is another than the format has there. */
export function readZip(bytes: Buffer): Zip {
  const { count, directory, end } = readEnd(bytes);
  demand(count <= MOST_FILES, 'zip: too many files');
  const files: ZipFile[] = [];
  const names = new Set<string>();
  let [at, local] = [directory, 0];
  let time: number | undefined;
  for (let n = 0; n < count; n += 1) {
    const { header, offset } = readRecord(bytes, at);
    demand(offset === local, `zip: ${header.name} is not where it belongs`);
    const contents = demandLocal(bytes, offset, header);
    demand(header.time === (time ??= header.time), `zip: ${header.name} has another time`);
    demand(!names.has(header.name.toLowerCase()), `zip: ${header.name} is there twice`);
    names.add(header.name.toLowerCase());
    files.push({ name: header.name, bytes: contents });
    at = header.end;
    local += 30 + header.name.length + (header.sizeBytes >= FULL32 ? 20 : 0) + header.sizeBytes;
  }
  demand(local === directory, 'zip: something stands between the files and the directory');
  demand(at === end, 'zip: something stands between the directory and the end');
  return { files, time: time ?? wrong('zip: there is nothing in it') };
}

interface End {
  readonly count: number;
  readonly directory: number;
  /** Where the records of the end begin. */
  readonly end: number;
}

function readEnd(bytes: Buffer): End {
  const at = bytes.length - 22;
  demand(at >= 0 && bytes.readUInt32LE(at) === 0x06054b50, 'zip: the end is not where it belongs');
  const told = [bytes.readUInt16LE(at + 8), bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16)] as const;
  const isFull = told[0] === FULL16 || told[1] === FULL32 || told[2] === FULL32;
  const [count, size, directory, end] = isFull ? readEnd64(bytes, at) : ([...told, at] as const);
  demand(same(endOf(count, size, directory), bytes.subarray(end)), 'zip: the end is another');
  demand(directory + size === end, 'zip: the directory does not end where the end begins');
  return { count, directory, end };
}

function readEnd64(bytes: Buffer, before: number): readonly [number, number, number, number] {
  const at = before - 76;
  demand(at >= 0, 'zip: the ZIP64 end is missing');
  return [big(bytes, at + 32), big(bytes, at + 40), big(bytes, at + 48), at];
}

function big(bytes: Buffer, at: number): number {
  const number = Number(bytes.readBigUInt64LE(at));
  demand(Number.isSafeInteger(number), 'zip: a number is too large');
  return number;
}

/** The records of the end, made again. */
export function endOf(count: number, size: number, directory: number): Buffer {
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, directory], [2, 0]);
  if (count < FULL16 && size < FULL32 && directory < FULL32) return end;
  const end64 = numbers([4, 0x06064b50], [8, 44], [2, MADE_BY], [2, 45], [4, 0], [4, 0], [8, count], [8, count]);
  const rest = numbers([8, size], [8, directory], [4, 0x07064b50], [4, 0], [8, directory + size], [4, 1]);
  return Buffer.concat([end64, rest, end]);
}

/** Little-endian numbers of these widths; what does not fit is all ones. */
export function numbers(...fields: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(width === 8 ? value : Math.min(value, width === 2 ? FULL16 : FULL32)));
      return bytes.subarray(0, width);
    }),
  );
}

function readRecord(bytes: Buffer, at: number): { readonly header: Header; readonly offset: number } {
  demand(at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x02014b50, 'zip: a record of the directory is missing');
  const name = readName(bytes, at + 46, bytes.readUInt16LE(at + 28));
  const extra = at + 46 + name.length;
  let field = extra + 4;
  const grown = (told: number): number => {
    if (told !== FULL32) return told;
    field += 8;
    return big(bytes, field - 8);
  };
  const sizeBytes = grown(bytes.readUInt32LE(at + 24));
  demand(sizeBytes < FULL32 || grown(FULL32) === sizeBytes, `zip: ${name} has two sizes`);
  const offset = grown(bytes.readUInt32LE(at + 42));
  const [time, crc] = [bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16)];
  const again = recordOf({ name, time, crc32: crc, sizeBytes }, offset);
  const end = at + again.length;
  demand(same(again, bytes.subarray(at, end)), `zip: the record of ${name} is another`);
  return { header: { name, time, crc32: crc, sizeBytes, end }, offset };
}

function readName(bytes: Buffer, at: number, length: number): string {
  const name = bytes.toString('latin1', at, at + length);
  const isPlain = name.length <= 255 && /^[A-Za-z0-9._/-]+$/.test(name);
  const isBelow = name.split('/').every((part) => !['', '.', '..'].includes(part));
  demand(isPlain && isBelow, 'zip: a name that no packet has');
  return name;
}

type Facts = Omit<Header, 'end'>;

/** A record of the directory, made again. */
export function recordOf(facts: Facts, offset: number): Buffer {
  const sizes = facts.sizeBytes >= FULL32 ? [facts.sizeBytes, facts.sizeBytes] : [];
  const extra = zip64(offset >= FULL32 ? [...sizes, offset] : sizes);
  return Buffer.concat([
    numbers([4, 0x02014b50], [2, MADE_BY]),
    shared(facts, extra),
    numbers([2, 0], [2, 0], [2, 0], [4, PLAIN_FILE], [4, offset]),
    Buffer.from(facts.name, 'latin1'),
    extra,
  ]);
}

/** A local header, made again. */
export function localOf(facts: Facts): Buffer {
  const extra = zip64(facts.sizeBytes >= FULL32 ? [facts.sizeBytes, facts.sizeBytes] : []);
  return Buffer.concat([numbers([4, 0x04034b50]), shared(facts, extra), Buffer.from(facts.name, 'latin1'), extra]);
}

function shared({ name, time, crc32: crc, sizeBytes }: Facts, extra: Buffer): Buffer {
  const needed = extra.length > 0 ? 45 : 10;
  const before = numbers([2, needed], [2, 0], [2, 0], [4, time], [4, crc], [4, sizeBytes], [4, sizeBytes]);
  return Buffer.concat([before, numbers([2, name.length], [2, extra.length])]);
}

function zip64(fields: readonly number[]): Buffer {
  if (fields.length === 0) return Buffer.alloc(0);
  const values = fields.map((value) => [8, value] as const);
  return numbers([2, 1], [2, 8 * fields.length], ...values);
}

function demandLocal(bytes: Buffer, offset: number, header: Header): Buffer {
  const again = localOf(header);
  const from = offset + again.length;
  demand(same(again, bytes.subarray(offset, from)), `zip: the header of ${header.name} is another`);
  const contents = bytes.subarray(from, from + header.sizeBytes);
  demand(contents.length === header.sizeBytes, `zip: ${header.name} is cut off`);
  demand(parseInt(crc32(contents), 16) === header.crc32, `zip: ${header.name} has another CRC-32`);
  return contents;
}

/** A time as ZIP keeps it. */
export function zipTime(time: string): number {
  const held = Math.min(Math.max(Date.parse(time), Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31, 23, 59, 58));
  const date = new Date(held);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const clock = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | clock) >>> 0;
}
