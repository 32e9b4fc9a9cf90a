// Ed25519 signing keys as the key file keeps them. Every key but a purpose's first carries the word of the one before it.
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { PURPOSES, type PublicKey, type Purpose } from '../ports.ts';
import { freshKey, KEY_BYTES } from './seal-bytes.ts';

const base64 = (bytes: number): z.ZodString =>
  z.string().refine((text) => {
    const decoded = Buffer.from(text, 'base64');
    return decoded.length === bytes && decoded.toString('base64') === text;
  });
const time = z.iso.datetime({ precision: 3 });

export const keyBytes = base64(KEY_BYTES);
export const signingKey = z.strictObject({
  purpose: z.enum(PURPOSES),
  id: z.string().regex(/^[0-9a-f]{32}$/u),
  seed: keyBytes,
  publicKey: keyBytes,
  from: time,
  to: time.exactOptional(),
  endorsement: z.strictObject({ by: z.string(), signature: base64(64) }).exactOptional(),
});
export type SigningKey = z.infer<typeof signingKey>;

/** A purpose's first key. */
export function firstKey(desk: string, purpose: Purpose, from: string): SigningKey {
  const seed = Buffer.from(freshKey()).toString('base64');
  const publicKey = rawPublicKey(privateKeyOf({ seed })).toString('base64');
  return { purpose, id: keyId(desk, purpose, publicKey), seed, publicKey, from };
}

/** The key that follows `old` from `from` on, endorsed by it. */
export function endorse(old: SigningKey, desk: string, from: string): SigningKey {
  const key = firstKey(desk, old.purpose, from);
  const words = ['referral-desk/endorse/1', desk, key.purpose, key.id, key.publicKey, from, ''].join('\n');
  const signature = sign(null, Buffer.from(words, 'utf8'), privateKeyOf(old)).toString('base64');
  return { ...key, endorsement: { by: old.id, signature } };
}

export function publicPart(key: SigningKey): PublicKey {
  const { purpose, id, publicKey, from, to, endorsement } = key;
  return { purpose, id, publicKey, from, ...(to && { to }), ...(endorsement && { endorsement }) };
}

export function privateKeyOf({ seed }: Pick<SigningKey, 'seed'>): KeyObject {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(seed, 'base64')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** Whether id and public key are what desk, purpose and seed make them. */
export function isWhole(desk: string, key: SigningKey): boolean {
  const publicKey = rawPublicKey(privateKeyOf(key)).toString('base64');
  return publicKey === key.publicKey && key.id === keyId(desk, key.purpose, publicKey);
}

/** PKCS #8 wrapping of an Ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
}

function keyId(desk: string, purpose: Purpose, publicKey: string): string {
  const name = Buffer.from(`referral-desk/${desk}/${purpose}`, 'utf8');
  const hash = createHash('sha256').update(name).update(Buffer.of(0x0a, 0x01)).update(Buffer.from(publicKey, 'base64'));
  return hash.digest().subarray(0, 16).toString('hex');
}
