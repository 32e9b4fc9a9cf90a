// The list of a packet that is kept in parts (lib/README.md, the packet): a head in JSON, and a record of fixed size for each exhibit.
// Always true: the records are kept as they lie, 28 bytes each; objects are made only of those that a stretch meets, one at a time.
import { canonicalBytes } from '../formats/canonical.ts';
import { DeskError } from '../errors.ts';
import type { AgeKey } from '../formats/age/write.ts';
import type { Range } from '../ports.ts';
import type { ExhibitPlace } from './layout.ts';

/** What a list says besides where the exhibits stand. */
export interface ListHead {
  /** Of the packet before any encryption. */
  readonly sizeBytes: number;
  /** Where it is delivered as a file of age. */
  readonly age?: AgeKey;
}

interface WrittenHead {
  readonly version: 1;
  readonly sizeBytes: number;
  readonly exhibits: number;
  readonly age?: { readonly head: string; readonly key: string };
}

const COUNT_BYTES = 6;
const ID_BYTES = 16;
const RECORD_BYTES = 2 * COUNT_BYTES + ID_BYTES;
const NEWLINE = 0x0a;

/** @param places in the order of the packet */
export function writeList({ sizeBytes, age }: ListHead, places: readonly ExhibitPlace[]): Buffer {
  const told: WrittenHead = { version: 1, sizeBytes, exhibits: places.length, ...(age && { age: textOf(age) }) };
  const records = Buffer.alloc(places.length * RECORD_BYTES);
  for (const [n, place] of places.entries()) {
    const at = n * RECORD_BYTES;
    records.writeUIntBE(place.offset, at, COUNT_BYTES);
    records.writeUIntBE(place.sizeBytes, at + COUNT_BYTES, COUNT_BYTES);
    records.write(place.object.replaceAll('-', ''), at + 2 * COUNT_BYTES, 'hex');
  }
  return Buffer.concat([canonicalBytes(told), Buffer.of(NEWLINE), records]);
}

/** A list that was read. */
export class PartsList {
  readonly head: ListHead;
  readonly #records: Buffer;

  /** @throws DeskError sealed/damaged where it is none */
  constructor(bytes: Buffer) {
    const end = bytes.indexOf(NEWLINE);
    const { version, sizeBytes, exhibits, age } = JSON.parse(bytes.toString('utf8', 0, end)) as WrittenHead;
    this.#records = bytes.subarray(end + 1);
    if ((version as number) !== 1 || this.#records.length !== exhibits * RECORD_BYTES) {
      throw new DeskError('sealed/damaged', 'The list of a packet in parts is not as long as it says.');
    }
    this.head = { sizeBytes, ...(age && { age: keyOf(age) }) };
  }

  /** How many bytes before `end` are exhibits'. */
  exhibitBytesBefore(end: number): number {
    let sum = 0;
    for (let n = 0; n < this.#count && this.#offset(n) < end; n++)
      sum += Math.min(end - this.#offset(n), this.#size(n));
    return sum;
  }

  /** Those that have a byte in the stretch, in their order. */
  *within({ offset, sizeBytes }: Range): Generator<ExhibitPlace> {
    const end = offset + sizeBytes;
    for (let n = 0; n < this.#count && this.#offset(n) < end; n++) {
      const place = { offset: this.#offset(n), sizeBytes: this.#size(n) };
      if (place.sizeBytes > 0 && place.offset + place.sizeBytes > offset) yield { ...place, object: this.#object(n) };
    }
  }

  get #count(): number {
    return this.#records.length / RECORD_BYTES;
  }

  #offset(n: number): number {
    return this.#records.readUIntBE(n * RECORD_BYTES, COUNT_BYTES);
  }

  #size(n: number): number {
    return this.#records.readUIntBE(n * RECORD_BYTES + COUNT_BYTES, COUNT_BYTES);
  }

  #object(n: number): string {
    const at = n * RECORD_BYTES + 2 * COUNT_BYTES;
    const hex = this.#records.toString('hex', at, at + ID_BYTES);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

function textOf({ head, key }: AgeKey): NonNullable<WrittenHead['age']> {
  return { head: Buffer.from(head).toString('base64'), key: Buffer.from(key).toString('base64') };
}

function keyOf({ head, key }: NonNullable<WrittenHead['age']>): AgeKey {
  return { head: Buffer.from(head, 'base64'), key: Buffer.from(key, 'base64') };
}
