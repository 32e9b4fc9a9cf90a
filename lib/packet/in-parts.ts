// A packet kept in parts, on a desk that hands out bytes by itself: sealed for it is only what is its own (the frame: headers, documents, PDF,
// directory). Its exhibits are read where they were sealed when they came, whenever somebody takes the packet or a stretch of it.
// Always true: nothing large is written to make a packet, and no byte of it can come out other than it was when it was made.
import { eachAhead } from '../ahead.ts';
import { eachBegun } from '../begun.ts';
import type { Chain, Core, SealedObject } from '../core.ts';
import { DeskError } from '../errors.ts';
import { ageBytes, ageSize, type AgeKey, type AgePlain } from '../formats/age/write.ts';
import { Reader } from '../formats/message/reader.ts';
import type { ObjectRecord, Range } from '../ports.ts';
import { openSealed, openSealedRange, sealStream } from '../seal.ts';
import type { ExhibitPlace, LaidOut } from './layout.ts';
import { PartsList, writeList } from './parts-list.ts';

/**
 * Seals what is a packet's own, behind the list of what is not.
 * @returns `listBytes`: where the frame begins in the plaintext of the object
 * @throws DeskError vault/full, vault/failed
 */
export async function sealInParts(
  core: Core,
  chain: Chain,
  { sizeBytes, frame, places }: Pick<LaidOut, 'sizeBytes' | 'frame' | 'places'>,
  age?: AgeKey,
): Promise<{ readonly object: SealedObject; readonly listBytes: number }> {
  const list = writeList({ sizeBytes, ...(age && { age }) }, places);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield list;
    yield* frame();
  }
  const object = await sealStream(core, chain, 'packet', whole());
  return { object, listBytes: list.length };
}

/** What is sealed of a packet that is kept in parts, and the length of its list. */
export interface InParts {
  readonly object: ObjectRecord;
  readonly listBytes: number;
}

/** Bytes on their way through something that looks at them. */
type Through = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * A stretch of the packet as it is delivered; each frame of what is sealed is authenticated before it comes.
 * @param through where it is delivered encrypted, what the bytes pass before that
 * @throws DeskError keys/absent, sealed/damaged, vault/absent, vault/damaged, ledger/failed (the book lacks an exhibit); input/range
 */
export async function* openInParts(
  core: Core,
  kept: InParts,
  { offset, sizeBytes }: Range,
  through: Through = (bytes) => bytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const list = await readList(core, kept);
  const { age, sizeBytes: plainBytes } = list.head;
  const read = (from: number, size: number) => bytesOf(core, kept, list, { offset: from, sizeBytes: size });
  if (age === undefined) {
    yield* read(offset, sizeBytes);
    return;
  }
  const plain: AgePlain = { sizeBytes: plainBytes, read: (from, size) => through(read(from, size)) };
  yield* ageBytes(age, plain, offset, sizeBytes);
}

/** Looks whether every exhibit of a packet that was made is still there. @throws DeskError vault/absent, vault/damaged, ledger/failed */
export async function demandParts(core: Core, kept: InParts): Promise<void> {
  const list = await readList(core, kept);
  await demandExhibits(core, list.within({ offset: 0, sizeBytes: list.head.sizeBytes }));
}

/**
 * Looks whether the book finds exhibits, and whether they are still there, as large as they were; opens none.
 * @throws DeskError vault/absent, vault/damaged, ledger/failed
 */
export async function demandExhibits(core: Core, places: Iterable<Pick<ExhibitPlace, 'object'>>): Promise<void> {
  const look = async ({ object }: Pick<ExhibitPlace, 'object'>) => {
    const { place } = await recordOf(core, object);
    return { place, found: await core.vault.stat(place.name) };
  };
  for await (const { place, found } of eachAhead(places, AT_ONCE, look)) {
    if (found === undefined) throw new DeskError('vault/absent', 'The vault lacks a file of a packet.');
    if (found.sizeBytes < place.offset + place.sizeBytes)
      throw new DeskError('vault/damaged', 'A file of a packet ends too early. Restore it from a backup.');
  }
}

/** So many files are looked at at once: threads that have more to do need not be woken. */
const AT_ONCE = 32;

/** How large a packet is as it is delivered. */
export function deliveredSize(plainBytes: number, age: AgeKey | undefined): number {
  return age === undefined ? plainBytes : ageSize(age, plainBytes);
}

async function readList(core: Core, { object, listBytes }: InParts): Promise<PartsList> {
  const pieces: Buffer[] = [];
  for await (const piece of openSealedRange(core, object, { offset: 0, sizeBytes: listBytes })) pieces.push(piece);
  return new PartsList(Buffer.concat(pieces));
}

/** A stretch of the packet before any encryption: what is its own read through once, the exhibits between. */
async function* bytesOf(
  core: Core,
  { object, listBytes }: InParts,
  list: PartsList,
  stretch: Range,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = stretch.offset + stretch.sizeBytes;
  const from = stretch.offset - list.exhibitBytesBefore(stretch.offset);
  const ownBytes = end - list.exhibitBytesBefore(end) - from;
  const frame = new Reader(openSealedRange(core, object, { offset: listBytes + from, sizeBytes: ownBytes }));
  const exhibits = eachBegun(openings(core, list, stretch));
  let at = stretch.offset;
  try {
    for (const { offset, part } of partsOf(list, stretch)) {
      yield* some(frame, offset - at);
      const { value: bytes } = await exhibits.next();
      if (bytes === undefined) throw new DeskError('internal', 'A packet lacks an exhibit that its list names.');
      yield* bytes;
      at = offset + part.sizeBytes;
    }
    yield* some(frame, end - at);
  } finally {
    await exhibits.return().finally(() => frame.close());
  }
}

interface Part {
  readonly place: ExhibitPlace;
  /** Of the exhibit. */
  readonly part: Range;
  /** Where that stands in the packet. */
  readonly offset: number;
}

/** What a stretch has of exhibits, in their order. */
function* partsOf(list: PartsList, stretch: Range): Generator<Part> {
  for (const place of list.within(stretch)) {
    const offset = Math.max(place.offset, stretch.offset);
    const end = Math.min(place.offset + place.sizeBytes, stretch.offset + stretch.sizeBytes);
    yield { place, part: { offset: offset - place.offset, sizeBytes: end - offset }, offset };
  }
}

function* openings(core: Core, list: PartsList, stretch: Range): Generator<AsyncIterable<Uint8Array>> {
  for (const { place, part } of partsOf(list, stretch)) yield exhibitBytes(core, place, part);
}

async function* some(frame: Reader, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let rest = sizeBytes; rest > 0;) {
    const piece = await frame.some(rest);
    rest -= piece.length;
    yield piece;
  }
}

async function* exhibitBytes(core: Core, { object, sizeBytes }: ExhibitPlace, part: Range): AsyncGenerator<Uint8Array> {
  const record = await recordOf(core, object);
  if (part.sizeBytes < sizeBytes) {
    yield* openSealedRange(core, record, part);
    return;
  }
  let rest = sizeBytes;
  for await (const piece of openSealed(core, record)) {
    rest -= piece.length;
    if (rest < 0) break;
    yield piece;
  }
  if (rest !== 0) throw new DeskError('sealed/damaged', 'An exhibit of a packet is not as large as it was.');
}

async function recordOf(core: Core, object: string): Promise<ObjectRecord> {
  const stored = await core.ledger.entryOfObject(object);
  const record = stored?.objects.find(({ id }) => id === object);
  if (record !== undefined) return record;
  throw new DeskError('ledger/failed', 'The book lacks an exhibit of a packet: run watch, then restore.');
}
