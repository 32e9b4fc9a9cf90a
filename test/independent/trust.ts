// trust.json: the desk's public keys, how each follows from the one before, and the twelve words that stand for the first ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demand, sha256, wrong } from './bytes.ts';
import { byCodeUnits, canonical, Fields, type Json } from './json.ts';
import { isSignedBy, keyHash } from './signed.ts';

export interface TrustedKey {
  readonly purpose: string;
  readonly id: string;
  readonly publicKey: Buffer;
  readonly from: string;
  readonly to: string | undefined;
  readonly endorsement: { readonly by: string; readonly signature: Buffer } | undefined;
}

export interface Trust {
  readonly desk: string;
  readonly keys: readonly TrustedKey[];
}

/** Reads trust.json and holds it to itself: ids, endorsements, fingerprint. */
export function readTrust(value: Json): Trust {
  const fields = new Fields(value, 'trust', ['version', 'desk', 'keys', 'fingerprint'], ['tsa']).version();
  const desk = fields.id('desk');
  const keys = fields.list('keys').map((key) => readKey(key));
  demandKeys(desk, keys);
  demand(fields.text('fingerprint') === fingerprintOf(desk, keys), 'trust: the fingerprint is not that of the keys');
  return { desk, keys };
}

const KEY = ['purpose', 'id', 'publicKey', 'from'];

/** A key as trust.json and the key file describe it; the key file has its `seed` beside it. */
export function readKey(value: Json, more: readonly string[] = []): TrustedKey {
  const fields = new Fields(value, 'key', [...KEY, ...more], ['to', 'endorsement']);
  fields.time('from');
  if (fields.has('to')) fields.time('to');
  return {
    purpose: fields.text('purpose'),
    id: fields.hex('id', 16).toString('hex'),
    publicKey: fields.base64('publicKey', 32),
    from: fields.text('from'),
    to: fields.optionalText('to'),
    endorsement: fields.has('endorsement') ? readEndorsement(fields.any('endorsement')) : undefined,
  };
}

function readEndorsement(value: Json): TrustedKey['endorsement'] {
  const fields = new Fields(value, 'endorsement', ['by', 'signature']);
  return { by: fields.hex('by', 16).toString('hex'), signature: fields.base64('signature', 64) };
}

/** Every id is that of its key; every purpose's later key is endorsed by the one before it. */
export function demandKeys(desk: string, keys: readonly TrustedKey[]): void {
  const last = new Map<string, TrustedKey>();
  for (const key of keys) {
    const id = keyHash(`referral-desk/${desk}/${key.purpose}`, key.publicKey).subarray(0, 16).toString('hex');
    demand(key.id === id, `key ${key.id}: the id is not that of its key`);
    demandEndorsed(desk, key, last.get(key.purpose));
    last.set(key.purpose, key);
  }
}

function demandEndorsed(desk: string, key: TrustedKey, previous: TrustedKey | undefined): void {
  const { endorsement, purpose, id } = key;
  if (previous === undefined) {
    demand(endorsement === undefined, `key ${id}: a first key is endorsed`);
    return;
  }
  demand(endorsement?.by === previous.id, `key ${id}: not endorsed by the key before it`);
  const lines = ['referral-desk/endorse/1', desk, purpose, id, key.publicKey.toString('base64'), key.from];
  const message = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  demand(isSignedBy(previous.publicKey, message, endorsement.signature), `key ${id}: its endorsement does not hold`);
}

/** The first 132 bits of the hash over each purpose's first key, as twelve words of eleven bits. */
export function fingerprintOf(desk: string, keys: readonly TrustedKey[]): string {
  const purposes = [...new Set(keys.map(({ purpose }) => purpose))].sort(byCodeUnits);
  const firsts = purposes.map((purpose) => keys.find((key) => key.purpose === purpose) ?? wrong('no such purpose'));
  const named = firsts.map(({ purpose, id, publicKey }) => [purpose, id, publicKey.toString('base64')]);
  const bits = [...sha256(canonical([desk, named]))].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const list = wordList();
  return Array.from({ length: 12 }, (_, i) => list[Number.parseInt(bits.slice(11 * i, 11 * i + 11), 2)] ?? '').join(
    ' ',
  );
}

/** SHA-256 of english.txt as BIP-39 publishes it. */
const WORDS = '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda';

function wordList(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, 'bip39-english.txt'), 'utf8');
  demand(sha256(text).toString('hex') === WORDS, 'the word list is not that of BIP-39');
  return text.trimEnd().split('\n');
}

/** The public keys that ever served a purpose. */
export function keysFor(trust: Trust, purpose: string): readonly Buffer[] {
  return trust.keys.filter((key) => key.purpose === purpose).map((key) => key.publicKey);
}

export function keyFor(trust: Trust, purpose: string, id: string): TrustedKey {
  return (
    trust.keys.find((key) => key.purpose === purpose && key.id === id) ?? wrong(`no ${purpose} key ${id} in trust`)
  );
}
