// The key file of a desk on one machine, with and without a passphrase, and what its keys open.
import { createPrivateKey, createPublicKey, scryptSync } from 'node:crypto';
import { demand, fromBase64, same, sha256 } from './bytes.ts';
import { openSmall } from './gcm.ts';
import { canonical, Fields, isObject, parse, type Json } from './json.ts';
import { unwrap } from './kwp.ts';
import { keyOf } from './derive.ts';
import { demandKeys, readKey, type TrustedKey } from './trust.ts';

export interface DeskKeys {
  readonly storage: Buffer;
  readonly data: Buffer;
  readonly lookup: Buffer;
  readonly signing: readonly TrustedKey[];
}

/** Opens a key file; refuses a damaged one, a wrong passphrase, and one whose public keys are not those of its seeds. */
export function readKeyFile(file: Json, desk: string, passphrase?: string): DeskKeys {
  const kept = isObject(file) && Object.hasOwn(file, 'sealed') ? 'sealed' : 'keys';
  const fields = new Fields(file, 'key file', ['version', 'desk', kept, 'checksum']).version();
  const { checksum, ...rest } = fields.value;
  demand(sha256(canonical(rest)).toString('hex') === checksum, 'key file: the checksum does not hold');
  demand(fields.text('desk') === desk, 'key file: of another desk');
  if (kept === 'keys') return readKeys(fields.any('keys'), desk);
  demand(passphrase !== undefined, 'key file: needs a passphrase');
  return readKeys(parse(openKeys(fields.any('sealed'), desk, passphrase)), desk);
}

function openKeys(sealed: Json, desk: string, passphrase: string): string {
  const fields = new Fields(sealed, 'sealed keys', ['kdf', 'bytes']);
  const kdf = new Fields(fields.any('kdf'), 'kdf', ['name', 'N', 'r', 'p', 'salt']);
  demand(kdf.text('name') === 'scrypt', 'key file: another key derivation');
  const [N, r, p] = [kdf.count('N'), kdf.count('r'), kdf.count('p')];
  demand(N === 131_072 && r === 8 && p === 1, 'key file: another cost of key derivation');
  const options = { N, r, p, maxmem: 256 * 1024 * 1024 };
  const key = scryptSync(passphrase.normalize('NFC'), kdf.base64('salt'), 32, options);
  return openSmall(key, desk, fields.base64('bytes'), 'the key file').toString('utf8');
}

function readKeys(value: Json, desk: string): DeskKeys {
  const fields = new Fields(value, 'keys', ['storage', 'data', 'lookup', 'signing']);
  const signing = fields.list('signing').map(readSigningKey);
  demandKeys(desk, signing);
  return {
    storage: fields.base64('storage', 32),
    data: fields.base64('data', 32),
    lookup: fields.base64('lookup', 32),
    signing,
  };
}

/** PKCS #8 of an Ed25519 key is this prefix and its seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function readSigningKey(value: Json): TrustedKey {
  const key = readKey(value, ['seed']);
  const seed = fromBase64(isObject(value) && typeof value['seed'] === 'string' ? value['seed'] : '', 32);
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  demand(same(spki.subarray(-32), key.publicKey), `key ${key.id}: its public key is not that of its seed`);
  return key;
}

export interface DataKeyContext {
  readonly desk: string;
  readonly owner: string;
  readonly object: string;
  readonly kind: string;
}

/** The wrapping key of one object out of the blob that GenerateDataKey made on this machine. */
export function openBlob(data: Uint8Array, blob: Uint8Array, context: DataKeyContext): Buffer {
  demand(blob.length === 61, 'the data key blob has a wrong length');
  return openSmall(data, canonical({ ...context }), blob, 'the data key blob');
}

/** From what the record keeps to the wrapping key: under the owner's secret first, under the data key then. */
export function openWrapped(
  data: Uint8Array,
  secret: Uint8Array,
  wrappedKey: Uint8Array,
  context: DataKeyContext,
): Buffer {
  const blob = unwrap(keyOf(secret, 'wrap', context.owner, 0, context.object), wrappedKey);
  return openBlob(data, blob, context);
}

/** One owner's secret out of its row in secrets.db; nothing once it is destroyed. */
export function openSecret(storage: Uint8Array, owner: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.every((byte) => byte === 0)) return undefined;
  const secret = openSmall(storage, owner, sealed, `the secret of ${owner}`);
  demand(secret.length === 32, `the secret of ${owner} has a wrong length`);
  return secret;
}
