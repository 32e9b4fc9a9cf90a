// What is sealed of a packet that is made, and its bytes as they are delivered.
import { entryAt, type Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import type { ObjectRecord, Range } from '../ports.ts';
import { nthObject } from '../referral.ts';
import { openSealedRange } from '../seal.ts';
import { enterDigests } from './delivered-digests.ts';
import type { PacketDigests } from './freezing.ts';
import { demandParts, openInParts } from './in-parts.ts';
import { readThrough } from './read-through.ts';
import { demandFrozen, isToBeWhole, type PacketRecord } from './record.ts';

export interface FrozenBytes {
  readonly sizeBytes: number;
  /** Names exactly these bytes. */
  readonly etag: string;
  /** Where it is not kept in parts, what is delivered; on a desk that lends it always is. */
  readonly object: ObjectRecord;
  /**
   * All of one in parts that nobody has read to its end: its digests are entered with the last byte.
   * @throws DeskError keys/absent, sealed/damaged, vault/absent, vault/damaged, ledger/failed, while the bytes come
   */
  readonly read: (stretch: Range) => AsyncIterable<Uint8Array>;
  /** Looks whether what it is made of is all there; opens nothing large. @throws DeskError vault/absent, vault/damaged, ledger/failed */
  readonly demandThere: () => Promise<void>;
}

const ETAG_DIGITS = 32;

/** @throws DeskError state/not-frozen, absent/destroyed */
export async function frozenBytes(core: Core, record: PacketRecord): Promise<FrozenBytes> {
  const { seq, sizeBytes, listBytes, digestSeq } = demandFrozen(record);
  const { entry, stored } = await entryAt(core, record.referral, seq);
  const etag = (entry.objects[0]?.sealed ?? '').slice(0, ETAG_DIGITS);
  const object = nthObject(stored, 0);
  const whole = { sizeBytes, etag, object };
  if (listBytes === undefined) {
    const read: FrozenBytes['read'] = (stretch) => openSealedRange(core, object, stretch);
    return { ...whole, read, demandThere: () => Promise.resolve() };
  }
  if (isToBeWhole(core, record)) throw new DeskError('state/not-frozen', IN_PARTS);
  const kept = { object, listBytes };
  const enter = (digests: PacketDigests): Promise<unknown> => enterDigests(core, record, seq, digests);
  const read: FrozenBytes['read'] = (stretch) =>
    digestSeq === null && stretch.sizeBytes === sizeBytes
      ? readThrough(core, kept, sizeBytes, enter)
      : openInParts(core, kept, stretch);
  return { ...whole, read, demandThere: () => demandParts(core, kept) };
}

const IN_PARTS =
  'The packet was kept in parts where the desk was before, and is being made whole: ask again in a moment.';
