// What every Keys promises (lib/ports.ts), check by check. Owners are fresh in every check, so a store that cannot be emptied
// passes too.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import { isCode } from '../../lib/errors.ts';
import { PURPOSES, type KeyContext, type Keys, type PublicKey, type Purpose } from '../../lib/ports.ts';
import { all, refuses, register, same, sameBytes, type Check, type Opened } from './check.ts';

export interface KeysPort {
  readonly keys: Keys;
  /** The desk the keys were made for. */
  readonly desk: string;
}

export function keysConformance(name: string, open: () => Promise<Opened<KeysPort>>): void {
  register(name, keysChecks, open);
}

const CONTEXT: KeyContext = { desk: 'desk-1', owner: 'owner-1', object: 'object-1', kind: 'evidence' };

export const keysChecks: readonly Check<KeysPort>[] = [
  {
    title: 'makes a fresh data key every time and unwraps it again',
    run: async ({ keys }) => {
      const made = await Promise.all(Array.from({ length: 20 }, () => keys.generateDataKey(CONTEXT)));
      for (const { key, wrapped } of made) {
        assert.equal(key.length, 32);
        assert.ok(!Buffer.from(wrapped).includes(Buffer.from(key)), 'the blob does not show the key');
        sameBytes(await keys.decrypt(wrapped, CONTEXT), key);
        sameBytes(await keys.decrypt(wrapped, { ...CONTEXT }), key);
      }
      assert.equal(new Set(made.map(({ key }) => hex(key))).size, 20);
    },
  },
  {
    title: 'does not care in which order a context is written down',
    run: async ({ keys }) => {
      const { key, wrapped } = await keys.generateDataKey(CONTEXT);
      const turned: KeyContext = { kind: 'evidence', object: 'object-1', owner: 'owner-1', desk: 'desk-1' };
      sameBytes(await keys.decrypt(wrapped, turned), key);
    },
  },
  {
    title: 'unwraps a data key only in the very context it was made for',
    run: async ({ keys }) => {
      const { wrapped } = await keys.generateDataKey(CONTEXT);
      const others: Partial<KeyContext>[] = [
        { desk: 'desk-2' },
        { owner: 'owner-2' },
        { object: 'object-2' },
        { kind: 'packet' },
        { kind: 'direct' },
        { kind: 'words' },
        { owner: 'object-1', object: 'owner-1' },
        { owner: 'owner-', object: '1object-1' },
        { owner: 'owner-1 ' },
        { object: '' },
      ];
      for (const other of others) await refuses('keys/refused', keys.decrypt(wrapped, { ...CONTEXT, ...other }));
    },
  },
  {
    title: 'unwraps no blob that differs in a single bit, or is longer or shorter',
    run: async ({ keys }) => {
      const { wrapped } = await keys.generateDataKey(CONTEXT);
      for (let at = 0; at < wrapped.length; at++) {
        const altered = Uint8Array.from(wrapped);
        altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
        await refuses('keys/refused', keys.decrypt(altered, CONTEXT));
      }
      const others = [
        wrapped.subarray(1),
        wrapped.subarray(0, -1),
        new Uint8Array(),
        Buffer.concat([wrapped, wrapped]),
      ];
      for (const other of others) await refuses('keys/refused', keys.decrypt(other, CONTEXT));
      await refuses('keys/refused', keys.decrypt(Buffer.concat([wrapped, Buffer.of(0)]), CONTEXT));
    },
  },
  {
    title: 'makes a secret for each owner, in the order asked for',
    run: async ({ keys }) => {
      const owners = fresh(40);
      const secrets = await keys.createSecrets(owners);
      assert.equal(secrets.length, 40);
      for (const [n, owner] of owners.entries()) {
        const secret = await keys.readSecret(owner);
        assert.equal(secret.length, 32);
        sameBytes(secret, secrets[n] ?? new Uint8Array());
      }
      assert.equal(new Set(secrets.map(hex)).size, 40);
      same(await keys.createSecrets([]), []);
    },
  },
  {
    title: 'makes no secret at all when one of the owners has one, or had one',
    run: async ({ keys }) => {
      const [kept, gone, a, b] = fresh(4) as [string, string, string, string];
      const [secret] = await keys.createSecrets([kept, gone]);
      await keys.destroySecret(gone);
      for (const owners of [[a, kept, b], [a, b, gone], [gone], [kept], [a, a]]) {
        await refuses('state/exists', keys.createSecrets(owners));
        await refuses('keys/absent', keys.readSecret(a));
        await refuses('keys/absent', keys.readSecret(b));
      }
      sameBytes(await keys.readSecret(kept), secret ?? new Uint8Array());
      assert.equal((await keys.createSecrets([a, b])).length, 2);
    },
  },
  {
    title: 'lets exactly one of many makers of a secret win',
    run: async ({ keys }) => {
      const [owner, ...others] = fresh(9) as [string, ...string[]];
      const results = await Promise.allSettled(others.map((other) => keys.createSecrets([other, owner])));
      const won = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value[1]);
      assert.equal(won.length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.ok(isCode(result.reason, 'state/exists'));
      }
      sameBytes(await keys.readSecret(owner), won[0] ?? new Uint8Array());
    },
  },
  {
    title: 'has no secret for an owner that never had one',
    run: async ({ keys }) => {
      const [owner] = fresh(1) as [string];
      await refuses('keys/absent', keys.readSecret(owner));
      assert.equal(await keys.isDestroyed(owner), false);
    },
  },
  {
    title: 'destroys a secret for good and remembers that it did',
    run: async ({ keys }) => {
      const [gone, kept] = fresh(2) as [string, string];
      const [, secret] = await keys.createSecrets([gone, kept]);
      await keys.readSecret(gone);
      await keys.destroySecret(gone);
      await refuses('keys/absent', keys.readSecret(gone));
      assert.equal(await keys.isDestroyed(gone), true);
      assert.equal(await keys.isDestroyed(kept), false);
      sameBytes(await keys.readSecret(kept), secret ?? new Uint8Array());
      await refuses('state/exists', keys.createSecrets([gone]));
      await refuses('keys/absent', keys.readSecret(gone));
    },
  },
  {
    title: 'takes destroying what is gone, or never was, for done',
    run: async ({ keys }) => {
      const [gone, never] = fresh(2) as [string, string];
      await keys.createSecrets([gone]);
      await Promise.all([keys.destroySecret(gone), keys.destroySecret(gone)]);
      await keys.destroySecret(gone);
      await keys.destroySecret(never);
      assert.equal(await keys.isDestroyed(gone), true);
      assert.equal(await keys.isDestroyed(never), true);
      await refuses('state/exists', keys.createSecrets([never]));
    },
  },
  {
    title: 'lists every owner that has a secret, and no other',
    run: async ({ keys }) => {
      const owners = fresh(1200);
      for (let at = 0; at < owners.length; at += 100) await keys.createSecrets(owners.slice(at, at + 100));
      const gone = owners.filter((_, n) => n % 400 === 7);
      for (const owner of gone) await keys.destroySecret(owner);
      const listed = (await all(keys.owners())).filter((owner) => owners.includes(owner));
      same(listed.sort(), owners.filter((owner) => !gone.includes(owner)).sort());
    },
  },
  {
    title: 'lets secrets be destroyed while owners are listed',
    run: async ({ keys }) => {
      const owners = fresh(20);
      await keys.createSecrets(owners);
      for await (const owner of keys.owners()) if (owners.includes(owner)) await keys.destroySecret(owner);
      for (const owner of owners) assert.equal(await keys.isDestroyed(owner), true);
    },
  },
  {
    title: 'keeps one lookup key for ever',
    run: async ({ keys }) => {
      const key = await keys.lookupKey();
      assert.equal(key.length, 32);
      sameBytes(await keys.lookupKey(), key);
    },
  },
  {
    title: 'hands out bytes of the caller’s own: what he does to them changes nothing',
    run: async ({ keys }) => {
      const [owner] = fresh(1) as [string];
      const [made] = await keys.createSecrets([owner]);
      const secret = Buffer.from(made ?? []);
      made?.fill(0);
      (await keys.readSecret(owner)).fill(0);
      sameBytes(await keys.readSecret(owner), secret);
      const lookup = Buffer.from(await keys.lookupKey());
      (await keys.lookupKey()).fill(0);
      sameBytes(await keys.lookupKey(), lookup);
    },
  },
  {
    title: 'has a signing key for each purpose, named after desk, purpose and key',
    run: async ({ keys, desk }) => {
      const known = await keys.publicKeys();
      same([...new Set(known.map(({ purpose }) => purpose))].sort(), [...PURPOSES].sort());
      assert.equal(new Set(known.map(({ publicKey }) => publicKey)).size, known.length);
      for (const { purpose, id, publicKey, from } of known) {
        const raw = Buffer.from(publicKey, 'base64');
        assert.equal(raw.length, 32);
        const name = Buffer.concat([Buffer.from(`referral-desk/${desk}/${purpose}\n`), Buffer.of(1), raw]);
        assert.equal(id, createHash('sha256').update(name).digest('hex').slice(0, 32));
        assert.equal(new Date(from).toISOString(), from);
      }
    },
  },
  {
    title: 'signs for one purpose with the key of that purpose only',
    run: async ({ keys }) => {
      for (const size of [0, 1, 200, 4096]) {
        for (const purpose of PURPOSES) {
          const message = randomBytes(size);
          const { keyId, signature } = await keys.sign(purpose, message);
          for (const key of await keys.publicKeys()) {
            const isMine = key.purpose === purpose && key.to === undefined;
            assert.equal(key.id === keyId, isMine);
            assert.equal(isSigned(key, message, signature), isMine);
            assert.equal(isSigned(key, Buffer.concat([message, Buffer.of(0)]), signature), false);
          }
        }
      }
    },
  },
  {
    title: 'signs nothing larger than 4,096 bytes',
    run: async ({ keys }) => {
      await refuses('keys/failed', keys.sign('log', randomBytes(4097)));
    },
  },
  {
    title: 'replaces a signing key by one which the old one vouches for',
    run: async ({ keys, desk }) => {
      const before = await keys.publicKeys();
      const signed = await keys.sign('log', Buffer.from('before'));
      const now = new Date('2031-01-02T03:04:05.678Z');
      const key = await keys.rotate('log', now);
      const after = await keys.publicKeys();
      const old = after.find(({ id }) => id === signed.keyId);
      assert.ok(old);
      assert.equal(old.to, now.toISOString());
      assert.equal(key.from, now.toISOString());
      assert.equal(key.to, undefined);
      same(ofPurpose(after, 'log').at(-1), key);
      assert.ok(isEndorsed(desk, old, key));
      assert.ok(isSigned(old, Buffer.from('before'), signed.signature));
      for (const other of ['receipts', 'packets'] as const) {
        same(ofPurpose(after, other), ofPurpose(before, other));
      }
      const { keyId, signature } = await keys.sign('log', Buffer.from('after'));
      assert.equal(keyId, key.id);
      assert.ok(isSigned(key, Buffer.from('after'), signature));
    },
  },
  {
    title: 'keeps every signing key there ever was, oldest first, each vouched for by the one before',
    run: async ({ keys, desk }) => {
      const first = ofPurpose(await keys.publicKeys(), 'packets').at(-1);
      const years = ['2031', '2032', '2033'];
      for (const year of years) await keys.rotate('packets', new Date(`${year}-01-01T00:00:00.000Z`));
      await Promise.all([1, 2].map(() => keys.rotate('packets', new Date('2034-01-01T00:00:00.000Z'))));
      const known = ofPurpose(await keys.publicKeys(), 'packets');
      const mine = known.slice(known.findIndex(({ id }) => id === first?.id));
      assert.equal(mine.length, 6);
      for (const [n, key] of mine.entries()) {
        const next = mine[n + 1];
        assert.equal(key.to, next?.from);
        if (next !== undefined) assert.ok(isEndorsed(desk, key, next));
      }
    },
  },
  {
    title: 'has the desk’s first keys vouched for by nobody',
    run: async ({ keys }) => {
      const known = await keys.publicKeys();
      for (const purpose of PURPOSES) assert.equal(ofPurpose(known, purpose)[0]?.endorsement, undefined);
    },
  },
];

function fresh(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function ofPurpose(all: readonly PublicKey[], purpose: Purpose): PublicKey[] {
  return all.filter((key) => key.purpose === purpose);
}

function isSigned({ publicKey }: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}

function isEndorsed(desk: string, old: PublicKey, key: PublicKey): boolean {
  const words = `referral-desk/endorse/1\n${desk}\n${key.purpose}\n${key.id}\n${key.publicKey}\n${key.from}\n`;
  const { by, signature } = key.endorsement ?? { by: '', signature: '' };
  return by === old.id && isSigned(old, Buffer.from(words), Buffer.from(signature, 'base64'));
}
