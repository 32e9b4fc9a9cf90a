// Digests, HMACs and derived keys of what is at hand whole, each in single calls of node:crypto's `hash`. Always true: no object of the native side is
// made for them, which costs more than the digest itself when the bytes are few (24.21, 150 bytes: createHmac 4.6 µs, and its collection after; this 1.7).
import { hash } from 'node:crypto';

/** A digest function by the name node:crypto gives it. */
export type DigestName = 'sha256' | 'sha512';

const BLOCK_BYTES: Readonly<Record<DigestName, number>> = { sha256: 64, sha512: 128 };

/** The digest of bytes, or of a text's UTF-8 (FIPS 180-4). */
export function digestOf(name: DigestName, data: string | Uint8Array): Buffer {
  return Buffer.from(hash(name, data, 'binary'), 'latin1'); // faster than asking for a buffer
}

/** HMAC (RFC 2104) over bytes, or over a text's UTF-8. */
export function hmacOf(name: DigestName, key: Uint8Array, data: string | Uint8Array): Buffer {
  const block = BLOCK_BYTES[name];
  const short = key.length > block ? digestOf(name, key) : key;
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const inner = padded(short, block, 0x36, bytes.length);
  inner.set(bytes, block);
  const inside = digestOf(name, inner);
  const outer = padded(short, block, 0x5c, inside.length);
  outer.set(inside, block);
  const mac = digestOf(name, outer);
  inner.fill(0); // neither key nor data, which may be a secret, stays behind in memory that is used again; texts of digests do, until they are collected
  outer.fill(0);
  return mac;
}

function padded(key: Uint8Array, block: number, pad: number, more: number): Buffer {
  const bytes = Buffer.allocUnsafe(block + more).fill(pad, 0, block);
  for (let n = 0; n < key.length; n++) bytes[n] = pad ^ (key[n] ?? 0);
  return bytes;
}

/**
 * The first half of HKDF (RFC 5869, 2.2), of which any number of keys can be expanded.
 * @param salt none: an empty array
 */
export function extracted(name: DigestName, secret: Uint8Array, salt: Uint8Array): Buffer {
  return hmacOf(name, salt, secret);
}

/**
 * The second half (2.3), as many bytes as are asked for.
 * @param key as `extracted` answers it
 * @param sizeBytes at most 255 times the digest's size
 */
export function expanded(name: DigestName, key: Uint8Array, info: string | Uint8Array, sizeBytes: number): Buffer {
  const told = Buffer.from(info);
  const derived = Buffer.alloc(sizeBytes);
  let block: Buffer = Buffer.alloc(0);
  for (let n = 1, at = 0; at < sizeBytes; n++, at += block.length) {
    const asked = Buffer.concat([block, told, Uint8Array.of(n)]);
    block.fill(0);
    block = hmacOf(name, key, asked);
    asked.fill(0);
    derived.set(block.subarray(0, sizeBytes - at), at);
  }
  block.fill(0);
  return derived;
}
