// Seals a packet as it will be delivered: as it was composed, or encrypted to the key that stands in its order.
import { createHash } from 'node:crypto';
import type { Chain, Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { sealStream, type SealedStream } from '../seal.ts';
import { encryptPacket, type Plain } from './encrypt.ts';
import { wordsOfOrder } from './order.ts';
import type { PacketRecord } from './record.ts';

/** The packet inside one that is encrypted. `sha256` is lower-case hex. */
export interface Measured {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** @throws DeskError input/invalid where the plug-in that it takes is not there; ledger/failed, vault/full, vault/failed */
export async function sealDelivered(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  composed: Plain,
): Promise<SealedStream & { readonly plain?: Measured }> {
  const { terms, key } = await wordsOfOrder(core, record);
  if (terms.encryption === 'none') return sealStream(core, chain, 'packet', composed.bytes());
  if (key === undefined)
    throw new DeskError('ledger/failed', 'The key of an order is missing: run watch, then restore.');
  const measuring = measured(composed);
  const sealed = await sealStream(
    core,
    chain,
    'packet',
    encryptPacket(core, record, measuring.plain, terms.encryption.method, key),
  );
  return { ...sealed, plain: measuring.end() };
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
