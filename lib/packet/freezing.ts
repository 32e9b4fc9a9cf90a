// What was said of a packet when it was made: read by whoever tells of one, without what makes packets.
import { entryAt, type Core } from '../core.ts';
import { nthObject } from '../referral.ts';
import { openSmall } from '../seal.ts';
import type { Measured } from './deliver.ts';

/** What is sealed beside the entry of a freezing. Digests are SHA-256, lower-case hex. */
export interface FreezeWords {
  readonly packet: string;
  readonly sizeBytes: number;
  /** Of the whole packet as it is delivered. */
  readonly sha256: string;
  /** Of the packet inside, where it is encrypted. */
  readonly plain?: Measured;
  readonly caseSha256: string;
  readonly tagManifestSha256: string;
}

/** What was said of a packet when it was made. @throws DeskError keys/absent, sealed/damaged */
export async function wordsOfFreezing(core: Core, referral: string, seq: number): Promise<FreezeWords> {
  const { stored } = await entryAt(core, referral, seq);
  return JSON.parse((await openSmall(core, nthObject(stored, 1))).toString('utf8')) as FreezeWords;
}
