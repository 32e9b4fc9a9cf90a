// A sealed object lent to a reader: where its ciphertext can be read for a while, and the key of that one object. It is opened in the reader's process;
// the key of another, or of the whole referral, cannot be had from it.
import type { Core } from './core.ts';
import { DeskError } from './errors.ts';
import type { ObjectRecord, Range } from './ports.ts';
import { objectKey } from './seal.ts';

/** What opens one sealed object (lib/README.md, the sealed object), read from where it lies. */
export interface Lent {
  /** GET with Range; works until `expiresAt` (RFC 3339 UTC), for whoever has it. */
  readonly url: string;
  readonly expiresAt: string;
  /** The stretch of what lies there that is the object. */
  readonly place: Range;
  readonly object: string;
  readonly owner: string;
  /** AES-256, hex. */
  readonly key: string;
}

/** The media type of an answer that lends. */
export const LENT_TYPE = 'application/vnd.referral-desk.lent+json';

/** @throws DeskError desk/not-allowed */
export function demandLending({ vault }: Pick<Core, 'vault'>): void {
  if (vault.lend === undefined) throw new DeskError('desk/not-allowed', 'This desk hands bytes out by itself.');
}

/** @throws DeskError desk/not-allowed where the vault lends nothing; absent/destroyed, keys/* */
export async function lendObject(core: Core, record: ObjectRecord): Promise<Lent> {
  const { lend } = core.vault;
  if (lend === undefined) throw new DeskError('desk/not-allowed', 'This desk hands bytes out by itself.');
  const { name, ...place } = record.place;
  const { key, context } = await objectKey(core, record);
  const { url, expiresAt } = await lend(name);
  return { url, expiresAt: expiresAt.toISOString(), place, ...context, key: Buffer.from(key).toString('hex') };
}
