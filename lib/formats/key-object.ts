// A key as node:crypto holds keys. Always true: every cipher of the product is given one, and HMAC and HKDF where node:crypto's own are used, since Node
// takes some ten times longer over bytes, which it first tries to read as each kind of key object (24.21: an HMAC of 100 bytes in 110 µs, with one in 12).
import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key that is one already is itself: what seals much is made into one once. */
export function keyObject(key: Uint8Array | KeyObject): KeyObject {
  return key instanceof Uint8Array ? createSecretKey(key) : key;
}
