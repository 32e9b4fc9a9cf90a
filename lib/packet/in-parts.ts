// A packet kept in parts, on a desk that hands out bytes by itself: sealed for it is only what is its own (the frame: headers, documents, PDF,
// directory). Its exhibits are read where they were sealed when they came, whenever somebody takes the packet or a stretch of it.
// Always true: nothing large is written to make a packet, and no byte of it can come out other than it was when it was made.
import type { Chain, Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { ageBytes, ageSize, type AgeKey, type AgePlain } from '../formats/age/write.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { Reader } from '../formats/message/reader.ts';
import type { ObjectRecord, Range } from '../ports.ts';
import { openSealed, openSealedRange, sealStream, type SealedStream } from '../seal.ts';
import type { Composed, ExhibitPlace } from './compose.ts';

type Framed = Pick<Composed, 'sizeBytes' | 'frame' | 'places'>;

/** What stands before the frame in the sealed object (lib/README.md, the packet). */
interface PartsList {
  readonly version: 1;
  /** Of the packet before any encryption. */
  readonly sizeBytes: number;
  /** Offset and size in that packet, and the id of the sealed object. */
  readonly exhibits: readonly (readonly [number, number, string])[];
  /** Where it is delivered as a file of age: its first bytes and the key of its payload, base64. */
  readonly age?: { readonly head: string; readonly key: string };
}

/**
 * Seals what is a packet's own, behind the list of what is not.
 * @returns `listBytes`: where the frame begins in the plaintext of the object
 * @throws DeskError vault/full, vault/failed
 */
export async function sealInParts(
  core: Core,
  chain: Chain,
  { sizeBytes, frame, places }: Framed,
  age?: AgeKey,
): Promise<Pick<SealedStream, 'object'> & { readonly listBytes: number }> {
  const exhibits = places.map(({ offset, sizeBytes: size, object }) => [offset, size, object] as const);
  const told: PartsList = { version: 1, sizeBytes, exhibits, ...(age === undefined ? {} : { age: textOf(age) }) };
  const list = canonicalBytes(told);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield list;
    yield* frame();
  }
  const { object } = await sealStream(core, chain, 'packet', whole());
  return { object, listBytes: list.length };
}

/**
 * A stretch of the packet as it is delivered; each frame of what is sealed is authenticated before it comes.
 * @throws DeskError keys/absent, sealed/damaged, vault/absent, vault/damaged, ledger/failed (the book lacks an exhibit); input/range
 */
export async function* openInParts(
  core: Core,
  object: ObjectRecord,
  listBytes: number,
  { offset, sizeBytes }: Range,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { exhibits, age, ...list } = await readList(core, object, listBytes);
  const places = exhibits.map(([at, size, id]) => ({ offset: at, sizeBytes: size, object: id }));
  const own = (from: Range) => openSealedRange(core, object, { ...from, offset: listBytes + from.offset });
  const read: AgePlain['read'] = (from, size) => plainBytes(core, places, own, { offset: from, sizeBytes: size });
  if (age === undefined) yield* read(offset, sizeBytes);
  else yield* ageBytes(keyOf(age), { sizeBytes: list.sizeBytes, read }, offset, sizeBytes);
}

/** How large a packet is as it is delivered. */
export function deliveredSize(plainBytes: number, age: AgeKey | undefined): number {
  return age === undefined ? plainBytes : ageSize(age, plainBytes);
}

// ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────────

async function readList(core: Core, object: ObjectRecord, listBytes: number): Promise<PartsList> {
  const pieces: Buffer[] = [];
  for await (const piece of openSealedRange(core, object, { offset: 0, sizeBytes: listBytes })) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as PartsList;
}

function textOf({ head, key }: AgeKey): NonNullable<PartsList['age']> {
  return { head: Buffer.from(head).toString('base64'), key: Buffer.from(key).toString('base64') };
}

function keyOf({ head, key }: NonNullable<PartsList['age']>): AgeKey {
  return { head: Buffer.from(head, 'base64'), key: Buffer.from(key, 'base64') };
}

// ── the bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A stretch of the packet before any encryption: what is its own read through once, the exhibits between. */
async function* plainBytes(
  core: Core,
  places: readonly ExhibitPlace[],
  own: (stretch: Range) => AsyncIterable<Uint8Array>,
  { offset, sizeBytes }: Range,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = offset + sizeBytes;
  const from = offset - exhibitBytesBefore(places, offset);
  const frame = new Reader(own({ offset: from, sizeBytes: end - exhibitBytesBefore(places, end) - from }));
  let at = offset;
  try {
    for (const place of places) {
      const after = place.offset + place.sizeBytes;
      if (after <= at) continue;
      if (place.offset >= end) break;
      yield* some(frame, place.offset - at);
      const part = {
        offset: Math.max(at - place.offset, 0),
        sizeBytes: Math.min(after, end) - Math.max(at, place.offset),
      };
      yield* exhibitBytes(core, place, part);
      at = place.offset + part.offset + part.sizeBytes;
    }
    yield* some(frame, end - at);
  } finally {
    await frame.close();
  }
}

function exhibitBytesBefore(places: readonly ExhibitPlace[], end: number): number {
  return places.reduce((sum, { offset, sizeBytes }) => sum + Math.min(Math.max(end - offset, 0), sizeBytes), 0);
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
