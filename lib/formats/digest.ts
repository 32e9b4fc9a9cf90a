// Digests, HMACs and derived keys of what is at hand whole, each in single calls of node:crypto's `hash`. Always true: no object of the native side is
// made for them, which costs more than the digest itself when the bytes are few (24.21, 150 bytes: createHmac 3.0 to 4.6 µs, and its collection after; this 1.3).
import { hash } from 'node:crypto';

/** A digest function by the name node:crypto gives it. */
export type DigestName = 'sha256' | 'sha512';

const BLOCK_BYTES: Readonly<Record<DigestName, number>> = { sha256: 64, sha512: 128 };
const DIGEST_BYTES: Readonly<Record<DigestName, number>> = { sha256: 32, sha512: 64 };

/** The digest of bytes, or of a text's UTF-8 (FIPS 180-4). */
export function digestOf(name: DigestName, data: string | Uint8Array): Buffer {
  return Buffer.from(hash(name, data, 'binary'), 'latin1'); // faster than asking for a buffer
}

/** HMAC (RFC 2104) over bytes, or over a text's UTF-8. */
export function hmacOf(name: DigestName, key: Uint8Array, data: string | Uint8Array): Buffer {
  const block = BLOCK_BYTES[name];
  const short = key.length > block ? digestOf(name, key) : key;
  const end = block + (typeof data === 'string' ? Buffer.byteLength(data) : data.length);
  const inner = end > INNER.length ? Buffer.allocUnsafeSlow(end) : INNER;
  for (let n = 0; n < short.length; n++) {
    const byte = short[n] ?? 0;
    inner[n] = byte ^ 0x36;
    OUTER[n] = byte ^ 0x5c;
  }
  inner.fill(0x36, short.length, block);
  OUTER.fill(0x5c, short.length, block);
  if (typeof data === 'string') inner.write(data, block);
  else inner.set(data, block);
  const outerEnd = block + OUTER.write(hash(name, inner.subarray(0, end), 'binary'), block, 'latin1');
  const mac = digestOf(name, OUTER.subarray(0, outerEnd));
  inner.fill(0, 0, end); // neither key nor data, which may be a secret, stays behind; texts of digests do, until they are collected
  OUTER.fill(0, 0, outerEnd);
  return mac;
}

/** What is hashed for an HMAC is put together here, one after the other: making buffers would take as long as the hashing. */
const INNER = Buffer.allocUnsafeSlow(4096);
const OUTER = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES.sha512);

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
export function expanded(name: DigestName, key: Uint8Array, info: Uint8Array, sizeBytes: number): Buffer {
  const derived = Buffer.alloc(sizeBytes);
  const before = DIGEST_BYTES[name];
  const asked = Buffer.allocUnsafe(before + info.length + 1); // the block before, the info, the block's number
  asked.set(info, before);
  for (let n = 1, at = 0; at < sizeBytes; n++, at += before) {
    asked[asked.length - 1] = n;
    const block = hmacOf(name, key, n === 1 ? asked.subarray(before) : asked);
    derived.set(sizeBytes - at < before ? block.subarray(0, sizeBytes - at) : block, at);
    asked.set(block);
    block.fill(0);
  }
  asked.fill(0);
  return derived;
}
