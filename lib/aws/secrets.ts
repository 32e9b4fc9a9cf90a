// Owners' secrets in a DynamoDB table of their own, which the storage key encrypts. One item for each owner, for ever: destroying writes the word
// that it is gone over it, so that nobody makes it anew. Always true: a secret that was altered past the desk is refused.
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { DeskError } from '../errors.ts';
import type { Keys, Owner } from '../ports.ts';
import { MOST_CHANGES, rest, type Item, type Key, type Table } from './table.ts';
import { keyObject } from '../formats/key-object.ts';

export type Secrets = Pick<Keys, 'createSecrets' | 'readSecret' | 'destroySecret' | 'isDestroyed' | 'owners'>;

const SECRET_BYTES = 32;
const SHARDS = 64;
const OWNER = /^[\x21-\x7e]{1,200}$/;
const GONE = 'gone';
const TRIES = 20;

/** @param lookupKey vouches for each item: who writes the table past the desk does not have it */
export function dynamoSecrets(table: Table, lookupKey: () => Promise<Uint8Array>): Secrets {
  async function createSecrets(owners: readonly Owner[]): Promise<Uint8Array[]> {
    if (!owners.every((owner) => OWNER.test(owner))) throw invalidOwner();
    if (new Set(owners).size < owners.length) throw taken();
    if (owners.length > MOST_CHANGES)
      throw new DeskError('keys/failed', `At most ${MOST_CHANGES} secrets are made at once.`);
    const key = await lookupKey();
    const secrets = owners.map(() => new Uint8Array(randomBytes(SECRET_BYTES)));
    const items = owners.map((owner, n) => itemOf(owner, secrets[n] ?? new Uint8Array(), key));
    await make(table, items);
    return secrets;
  }

  async function readSecret(owner: Owner): Promise<Uint8Array> {
    const found = await table.get(keyOf(owner));
    if (found === undefined || found.v === GONE) {
      throw new DeskError('keys/absent', 'There is no such secret: never made, or destroyed.');
    }
    const bytes = found.bytes ?? new Uint8Array();
    const secret = bytes.subarray(0, SECRET_BYTES);
    const isOurs =
      bytes.length === 2 * SECRET_BYTES &&
      timingSafeEqual(macOf(owner, secret, await lookupKey()), bytes.subarray(SECRET_BYTES));
    if (!isOurs) throw new DeskError('keys/refused', 'A secret was altered. Restore it from a backup.');
    return Uint8Array.from(secret);
  }

  return {
    createSecrets,
    readSecret,
    destroySecret: async (owner) => {
      await table.writeEach([{ key: keyOf(owner), item: { ...keyOf(owner), v: GONE, rev: GONE } }]);
    },
    isDestroyed: async (owner) => (await table.get(keyOf(owner)))?.v === GONE,
    owners: () => livingOwners(table),
  };
}

/** Takes one that was made elsewhere. @throws DeskError state/exists */
export async function takeSecret(
  table: Table,
  lookupKey: () => Promise<Uint8Array>,
  owner: Owner,
  secret: Uint8Array,
): Promise<void> {
  if (!OWNER.test(owner)) throw invalidOwner();
  await make(table, [itemOf(owner, secret, await lookupKey())]);
}

/** All or none. @throws DeskError state/exists */
async function make(table: Table, items: readonly Item[]): Promise<void> {
  const changes = items.map((item) => ({
    key: { pk: item.pk, sk: item.sk },
    was: undefined,
    becomes: item,
    isBound: true,
  }));
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await rest(tries);
    if (await table.write(changes)) return;
    if ((await table.getMany(changes.map(({ key }) => key))).length > 0) throw taken();
  }
  throw new DeskError('keys/failed', 'The secrets could not be written. Try again.');
}

async function* livingOwners(table: Table): AsyncGenerator<Owner> {
  for (let shard = 0; shard < SHARDS; shard++) {
    let from = ' ';
    for (;;) {
      const page = await table.query({ pk: `secrets/${shard}`, from, to: '\u007f', limit: 500 });
      for (const { sk, v } of page) if (v !== GONE) yield sk;
      const last = page.at(-1);
      if (last === undefined || page.length < 500) break;
      from = `${last.sk} `;
    }
  }
}

function keyOf(owner: Owner): Key {
  const shard = (createHash('sha256').update(owner).digest()[0] ?? 0) % SHARDS;
  return { pk: `secrets/${shard}`, sk: owner };
}

function itemOf(owner: Owner, secret: Uint8Array, key: Uint8Array): Item {
  return { ...keyOf(owner), rev: randomUUID(), bytes: Buffer.concat([secret, macOf(owner, secret, key)]) };
}

function macOf(owner: Owner, secret: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', keyObject(key)).update(`referral-desk/secret/1\n${owner}\n`).update(secret).digest();
}

function taken(): DeskError {
  return new DeskError('state/exists', 'One of these has or had a secret already.');
}

function invalidOwner(): DeskError {
  return new DeskError('keys/failed', 'An owner is a short printable text, no blanks.');
}
