// Seals a packet for whoever will take it: as it was composed, or encrypted to the key that stands in its order. A desk that lends what is
// sealed keeps it whole, as it is delivered; one that hands out bytes by itself keeps it in parts, where its encryption can be begun anywhere.
import { createHash } from 'node:crypto';
import type { Chain, Core, SealedObject } from '../core.ts';
import { DeskError } from '../errors.ts';
import { drawAgeKey, type AgeKey } from '../formats/age/write.ts';
import { sealDigested } from '../seal.ts';
import type { Composed } from './compose.ts';
import { encryptPacket, type Plain } from './encrypt.ts';
import type { Measured, PacketDigests } from './freezing.ts';
import { deliveredSize, demandExhibits, sealInParts } from './in-parts.ts';
import { wordsOfOrder } from './order.ts';
import type { PacketRecord } from './record.ts';

/** What was sealed of a packet. */
export interface Delivered {
  readonly object: SealedObject;
  /** As it is delivered. */
  readonly sizeBytes: number;
  /** Of one kept whole, which was read to be sealed. */
  readonly digests?: PacketDigests;
  /** Where it is kept in parts. */
  readonly listBytes?: number;
}

/**
 * Where it is kept in parts no exhibit is opened: that each is there, as large as it was, is looked at, and all of its digests were found when it came.
 * @throws DeskError input/invalid where the plug-in that it takes is not there; ledger/failed, vault/full, vault/failed, sealed/damaged
 */
export async function sealDelivered(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  composed: Composed,
): Promise<Delivered> {
  const { terms, key } = await wordsOfOrder(core, record);
  const isKeptWhole = core.vault.lend !== undefined;
  if (terms.encryption === 'none') {
    return isKeptWhole ? keptWhole(core, chain, composed.bytes()) : inParts(core, chain, composed);
  }
  if (key === undefined)
    throw new DeskError('ledger/failed', 'The key of an order is missing: run watch, then restore.');
  const { method } = terms.encryption;
  if (method === 'age' && !isKeptWhole) return inParts(core, chain, composed, await drawAgeKey(key));
  const measuring = measured(composed);
  return keptWhole(core, chain, encryptPacket(core, record, measuring.plain, method, key), measuring.end);
}

/** @param inside of one that is encrypted, asked once all of it was read */
async function keptWhole(
  core: Core,
  chain: Chain,
  bytes: AsyncIterable<Uint8Array>,
  inside?: () => Measured,
): Promise<Delivered> {
  const { object, sizeBytes, sha256 } = await sealDigested(core, chain, 'packet', bytes);
  return { object, sizeBytes, digests: { sha256, ...(inside && { plain: inside() }) } };
}

async function inParts(core: Core, chain: Chain, composed: Composed, age?: AgeKey): Promise<Delivered> {
  core.digestsBeside?.(['sha256'], composed.sizeBytes).abandon(); // whoever takes it soon need not wait for the other core to begin
  await demandExhibits(core, composed.places);
  const { object, listBytes } = await sealInParts(core, chain, composed, age);
  return { object, listBytes, sizeBytes: deliveredSize(composed.sizeBytes, age) };
}

/** The same packet, its SHA-256 taken on the way; of the last time where it is read twice. */
function measured({ sizeBytes, bytes }: Plain): { readonly plain: Plain; readonly end: () => Measured } {
  let hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    hash = createHash('sha256');
    for await (const piece of bytes()) {
      hash.update(piece);
      yield piece;
    }
  }
  return { plain: { sizeBytes, bytes: hashed }, end: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}
