// trust.json: which public keys speak for a desk, each for one purpose. It reaches an agency by another way than what it vouches
// for; its fingerprint in words can be read out on the telephone.
import { wordlist } from '@scure/bip39/wordlists/english.js';
import * as z from 'zod';
import { canonical, sha256 } from './formats/canonical.ts';
import { isSignedBy, openCheckpoint } from './formats/checkpoint.ts';
import { endorsementMessage, publicKeyId } from './key-id.ts';
import type { PublicKey, Purpose } from './ports.ts';

const keySchema = z.strictObject({
  purpose: z.enum(['receipts', 'log', 'packets']),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  publicKey: z.base64(),
  from: z.string(),
  to: z.optional(z.string()),
  endorsement: z.optional(z.strictObject({ by: z.string(), signature: z.base64() })),
});

export const trustSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  keys: z.array(keySchema).min(1),
  /** Twelve words. */
  fingerprint: z.string(),
  /** Certificates (X.509, DER) of the authorities whose time stamps of the log are believed; the words are not over them. */
  tsa: z.optional(z.array(z.base64())),
});
/** What trust.json holds: keys are Ed25519 (RFC 8032) in base64, `from` and `to` RFC 3339 UTC. */
export type Trust = z.infer<typeof trustSchema>;

export function makeTrust(desk: string, publicKeys: readonly PublicKey[], tsa: readonly string[] = []): Trust {
  const keys = publicKeys.map(({ purpose, id, publicKey, from, to, endorsement }) => ({
    purpose,
    id,
    publicKey,
    from,
    ...(to === undefined ? {} : { to }),
    ...(endorsement === undefined ? {} : { endorsement: { ...endorsement } }),
  }));
  const more = tsa.length === 0 ? {} : { tsa: [...tsa] };
  return { version: 1, desk, keys, fingerprint: fingerprint(desk, keys), ...more };
}

/**
 * Twelve words of the BIP-39 English list for the first 132 bits of the SHA-256 of the canonical JSON of [desk, [[purpose, id,
 * publicKey] of each purpose's first key]]: it stays the same when keys are replaced, since each new key is signed by the old.
 */
export function fingerprint(desk: string, keys: readonly Pick<PublicKey, 'purpose' | 'id' | 'publicKey'>[]): string {
  const purposes = [...new Set(keys.map(({ purpose }) => purpose))].sort();
  const first = purposes
    .map((purpose) => keys.find((key) => key.purpose === purpose))
    .filter((key) => key !== undefined);
  const digest = sha256(canonical([desk, first.map(({ purpose, id, publicKey }) => [purpose, id, publicKey])]));
  let bits = BigInt(`0x${digest.toString('hex')}`) >> BigInt(256 - 132);
  const words: string[] = [];
  for (let n = 0; n < 12; n++) {
    words.unshift(wordlist[Number(bits & 2047n)] ?? '');
    bits >>= 11n;
  }
  return words.join(' ');
}

/** What is wrong with a trust file in itself: ids that are not their keys', endorsements that do not hold, other words. */
export function checkTrust(trust: Trust): string[] {
  const wrong: string[] = [];
  const seen = new Map<Purpose, Trust['keys'][number]>();
  for (const key of trust.keys) {
    const raw = Buffer.from(key.publicKey, 'base64');
    if (key.id !== publicKeyId(trust.desk, key.purpose, raw)) wrong.push(`key ${key.id}: the id is another key's`);
    const before = seen.get(key.purpose);
    if (before !== undefined && !isEndorsed(trust.desk, key, before))
      wrong.push(`key ${key.id}: the key before does not vouch for it`);
    seen.set(key.purpose, key);
  }
  if (fingerprint(trust.desk, trust.keys) !== trust.fingerprint)
    wrong.push('fingerprint: the words are not those of the keys');
  return wrong;
}

function isEndorsed(desk: string, key: Trust['keys'][number], before: Trust['keys'][number]): boolean {
  if (key.endorsement?.by !== before.id) return false;
  const signature = Buffer.from(key.endorsement.signature, 'base64');
  return isSignedBy(Buffer.from(before.publicKey, 'base64'), endorsementMessage(desk, key), signature);
}

/**
 * The key of this id, if it may speak for this purpose. A key that was replaced vouches for nothing dated after its end; a
 * present key vouches for older things too, because receipts are made again on request.
 * @param at RFC 3339, the date of what was signed; undefined where it has none
 */
export function trustedKey(trust: Trust, purpose: Purpose, id: string, at?: string): Uint8Array | undefined {
  const key = trust.keys.find((candidate) => candidate.purpose === purpose && candidate.id === id);
  if (key === undefined) return undefined;
  const isOver = at !== undefined && key.to !== undefined && at > key.to;
  return isOver ? undefined : Buffer.from(key.publicKey, 'base64');
}

/** All keys that may sign the log. */
export function logKeys(trust: Trust): Uint8Array[] {
  return trust.keys.filter(({ purpose }) => purpose === 'log').map(({ publicKey }) => Buffer.from(publicKey, 'base64'));
}

/** The key that signed a checkpoint, if it is one of the log's. */
export function signerOf(note: string, trust: Trust): Trust['keys'][number] | undefined {
  const keys = trust.keys.filter(({ purpose }) => purpose === 'log');
  return keys.find(({ publicKey }) => openCheckpoint(note, [Buffer.from(publicKey, 'base64')]) !== undefined);
}
