// What was said of a packet when it was made: read by whoever tells of one, without what makes packets.
import { entryAt, type Core } from '../core.ts';
import { wordsOf } from '../words.ts';

/** SHA-256 of a packet, lower-case hex. */
export interface PacketDigests {
  /** Of the whole packet as it is delivered. */
  readonly sha256: string;
  /** The packet inside, where it is encrypted. */
  readonly plain?: Measured;
}

export interface Measured {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What is sealed beside the entry of a freezing: of one that was read to be made its digests too. SHA-256, lower-case hex. */
export interface FreezeWords extends Partial<PacketDigests> {
  readonly packet: string;
  /** Of the whole packet as it is delivered. */
  readonly sizeBytes: number;
  readonly caseSha256: string;
  readonly tagManifestSha256: string;
}

/** What was said of a packet when it was made. @throws DeskError keys/absent, sealed/damaged */
export async function wordsOfFreezing(core: Core, referral: string, seq: number): Promise<FreezeWords> {
  const { stored } = await entryAt(core, referral, seq);
  return wordsOf<FreezeWords>(core, stored, 1);
}
