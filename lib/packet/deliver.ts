// Seals a packet for whoever will take it: as it was composed, or encrypted to the key that stands in its order. A desk that lends what is
// sealed keeps it whole, as it is delivered; one that hands out bytes by itself keeps it in parts, where its encryption can be begun anywhere.
import { createHash } from 'node:crypto';
import type { Chain, Core } from '../core.ts';
import { Digester } from '../digests.ts';
import { DeskError } from '../errors.ts';
import { ageBytes, drawAgeKey, type AgeKey } from '../formats/age/write.ts';
import { sealStream, type SealedStream } from '../seal.ts';
import type { Composed } from './compose.ts';
import { encryptPacket, type Plain } from './encrypt.ts';
import { deliveredSize, sealInParts } from './in-parts.ts';
import { wordsOfOrder } from './order.ts';
import type { PacketRecord } from './record.ts';

/** The packet inside one that is encrypted. `sha256` is lower-case hex. */
export interface Measured {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What was sealed of a packet; size and SHA-256 are those of the packet as it is delivered. */
export interface Delivered extends SealedStream {
  readonly plain?: Measured;
  /** Where it is kept in parts. */
  readonly listBytes?: number;
}

/**
 * Every byte of it is read once meanwhile, also where it is kept in parts.
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
    return isKeptWhole ? sealStream(core, chain, 'packet', composed.bytes()) : inParts(core, chain, composed);
  }
  if (key === undefined)
    throw new DeskError('ledger/failed', 'The key of an order is missing: run watch, then restore.');
  const { method } = terms.encryption;
  if (method === 'age' && !isKeptWhole) return inParts(core, chain, composed, await drawAgeKey(key));
  const measuring = measured(composed);
  const sealed = await sealStream(core, chain, 'packet', encryptPacket(core, record, measuring.plain, method, key));
  return { ...sealed, plain: measuring.end() };
}

async function inParts(core: Core, chain: Chain, composed: Composed, age?: AgeKey): Promise<Delivered> {
  const measuring = age && measured(composed);
  const sizeBytes = deliveredSize(composed.sizeBytes, age);
  const bytes = measuring
    ? ageBytes(age, { sizeBytes: composed.sizeBytes, read: () => measuring.plain.bytes() }, 0, sizeBytes)
    : composed.bytes();
  const sha256 = await sha256Of(core, bytes);
  const kept = await sealInParts(core, chain, composed, age);
  return { ...kept, sizeBytes, sha256, ...(measuring && { plain: measuring.end() }) };
}

async function sha256Of(core: Core, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = new Digester(['sha256'], core.digestsBeside);
  const pieces = digest.through(bytes);
  while ((await pieces.next()).done !== true);
  return (await digest.end()).sha256;
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
