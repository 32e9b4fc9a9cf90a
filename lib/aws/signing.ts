// The desk's signing keys: each is a key of KMS that never leaves it, and an item that says from when to when it signs. Always true: every key
// but a purpose's first carries the word of the one before it.
import { randomUUID } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { PURPOSES, type Keys, type PublicKey, type Purpose } from '../ports.ts';
import { endorsementMessage, publicKeyId } from '../key-id.ts';
import type { Kms } from './kms.ts';
import type { Change, Key, Table } from './table.ts';

export type Signing = Pick<Keys, 'sign' | 'publicKeys' | 'rotate'>;

interface SigningKey {
  readonly kmsKey: string;
  readonly key: PublicKey;
}

export interface SigningOptions {
  readonly table: Table;
  readonly kms: Kms;
  readonly desk: string;
  /** Makes a fresh key in KMS for a purpose (Ed25519, SIGN_VERIFY) and answers its id. */
  readonly newKey: (purpose: Purpose) => Promise<string>;
}

const MOST_SIGNED_BYTES = 4096;
const PK = 'signing';

export function kmsSigning(options: SigningOptions): Signing {
  const { table, kms } = options;

  async function sign(purpose: Purpose, message: Uint8Array): Promise<{ keyId: string; signature: Uint8Array }> {
    if (message.length > MOST_SIGNED_BYTES) throw new DeskError('keys/failed', 'At most 4,096 bytes are signed.');
    const { kmsKey, key } = await presentKey(table, purpose);
    return { keyId: key.id, signature: await kms.sign(kmsKey, message) };
  }

  async function rotate(purpose: Purpose, now: Date): Promise<PublicKey> {
    const kmsKey = await options.newKey(purpose);
    const publicKey = await kms.publicKey(kmsKey);
    for (;;) {
      const old = await presentKey(table, purpose);
      const next = await endorsed(options, old, publicKey, now);
      const isFirst = await table.write([
        changed(old, { ...old, key: { ...old.key, to: next.from } }),
        added({ kmsKey, key: next }, old.n + 1),
      ]);
      if (isFirst) return next;
    }
  }

  return {
    sign,
    rotate,
    publicKeys: async () => {
      const all = (await keysWithin(table, ' ', '~')).map(({ key }) => key);
      return PURPOSES.flatMap((purpose) => all.filter((key) => key.purpose === purpose));
    },
  };
}

/** Enters a purpose's first key, vouched for by nobody. @throws DeskError state/exists */
export async function foundSigning(options: SigningOptions, purpose: Purpose, now: Date): Promise<void> {
  const kmsKey = await options.newKey(purpose);
  const raw = await options.kms.publicKey(kmsKey);
  const isTaken = await options.table.write([added({ kmsKey, key: keyOf(options.desk, purpose, raw, now) }, 0)]);
  if (!isTaken) throw new DeskError('state/exists', 'The desk has signing keys already.');
}

export interface Continued {
  readonly purpose: Purpose;
  /** Keys that signed elsewhere, oldest first. */
  readonly old: readonly PublicKey[];
  readonly now: Date;
  /** By the last of them. */
  readonly endorse: (message: Uint8Array) => ReturnType<Keys['sign']>;
}

/** Enters keys that signed elsewhere, the last of them ended, and the one that goes on with its word. What is there already stays. */
export async function continueSigning(
  options: SigningOptions,
  { purpose, old, now, endorse }: Continued,
): Promise<void> {
  const { table, kms, desk } = options;
  if ((await keysOf(table, purpose)).length > 0) return;
  const last = old.at(-1);
  if (last === undefined) throw new DeskError('keys/failed', 'The desk has no signing key for this: was it founded?');
  const kmsKey = await options.newKey(purpose);
  const key = keyOf(
    desk,
    purpose,
    await kms.publicKey(kmsKey),
    new Date(Math.max(now.getTime(), Date.parse(last.from))),
  );
  const { keyId, signature } = await endorse(endorsementMessage(desk, key));
  const next = { ...key, endorsement: { by: keyId, signature: Buffer.from(signature).toString('base64') } };
  const ended = [...old.slice(0, -1), { ...last, to: next.from }].map((each) => ({ kmsKey: ELSEWHERE, key: each }));
  const isTaken = await table.write([...ended, { kmsKey, key: next }].map((each, n) => added(each, n)));
  if (!isTaken) throw new DeskError('state/exists', 'The desk has signing keys already.');
}

/** In place of a key of KMS: it was never there. */
const ELSEWHERE = 'elsewhere';

interface Kept extends SigningKey {
  readonly n: number;
  readonly rev: string | undefined;
}

async function presentKey(table: Table, purpose: Purpose): Promise<Kept> {
  const key = (await keysOf(table, purpose)).at(-1);
  if (key !== undefined) return key;
  throw new DeskError('keys/failed', 'The desk has no signing key for this: was it founded?');
}

function keysOf(table: Table, purpose: Purpose): Promise<Kept[]> {
  return keysWithin(table, `${purpose}/`, `${purpose}/~`);
}

async function keysWithin(table: Table, from: string, to: string): Promise<Kept[]> {
  const found = await table.query({ pk: PK, from, to, limit: 1000 });
  return found.map(({ sk, v = '', rev }) => ({ ...(JSON.parse(v) as SigningKey), n: Number(sk.split('/')[1]), rev }));
}

async function endorsed(
  { kms, desk }: SigningOptions,
  old: SigningKey,
  publicKey: Uint8Array,
  now: Date,
): Promise<PublicKey> {
  const key = keyOf(desk, old.key.purpose, publicKey, now);
  if (key.from < old.key.from)
    throw new DeskError('keys/failed', 'A key cannot end before it began. Set the clock right.');
  const signature = await kms.sign(old.kmsKey, endorsementMessage(desk, key));
  return { ...key, endorsement: { by: old.key.id, signature: Buffer.from(signature).toString('base64') } };
}

function keyOf(desk: string, purpose: Purpose, raw: Uint8Array, from: Date): PublicKey {
  const publicKey = Buffer.from(raw).toString('base64');
  return { purpose, id: publicKeyId(desk, purpose, raw), publicKey, from: from.toISOString() };
}

function placeOf(purpose: Purpose, n: number): Key {
  return { pk: PK, sk: `${purpose}/${String(n).padStart(6, '0')}` };
}

function added({ kmsKey, key }: SigningKey, n: number): Change {
  const place = placeOf(key.purpose, n);
  const becomes = { ...place, v: JSON.stringify({ kmsKey, key }), rev: randomUUID() };
  return { key: place, was: undefined, becomes, isBound: true };
}

function changed({ n, rev }: Kept, { kmsKey, key }: SigningKey): Change {
  const change = added({ kmsKey, key }, n);
  return { ...change, was: { ...change.key, ...(rev === undefined ? {} : { rev }) } };
}
