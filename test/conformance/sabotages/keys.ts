// Keepers of keys that break one promise each.
import { createHash, randomBytes } from 'node:crypto';
import { DeskError } from '../../../lib/errors.ts';
import type { Keys } from '../../../lib/ports.ts';
import { all } from '../check.ts';
import { memoryKeys } from '../memory.ts';
import { sabotage, type Sabotage } from './sabotage.ts';

export const DESK = 'desk-s';

export const keysSabotages: readonly Sabotage<Keys>[] = [
  keysWith('binds a data key to no context', (keys) => {
    const none = { desk: '', owner: '', object: '', kind: 'words' } as const;
    return {
      generateDataKey: () => keys.generateDataKey(none),
      decrypt: (wrapped) => keys.decrypt(wrapped, none),
    };
  }),
  keysWith('leaves the kind out of the context', (keys) => ({
    generateDataKey: (context) => keys.generateDataKey({ ...context, kind: 'words' }),
    decrypt: (wrapped, context) => keys.decrypt(wrapped, { ...context, kind: 'words' }),
  })),
  keysWith('runs the fields of a context together', (keys) => ({
    generateDataKey: (context) =>
      keys.generateDataKey({ ...context, owner: context.owner + context.object, object: '' }),
    decrypt: (wrapped, context) =>
      keys.decrypt(wrapped, { ...context, owner: context.owner + context.object, object: '' }),
  })),
  keysWith('does not look at the last byte of a blob', (keys) => {
    const known = new Map<string, Uint8Array>();
    const headOf = (wrapped: Uint8Array): string => Buffer.from(wrapped.subarray(0, -1)).toString('hex');
    return {
      generateDataKey: async (context) => {
        const made = await keys.generateDataKey(context);
        known.set(headOf(made.wrapped), made.wrapped);
        return made;
      },
      decrypt: (wrapped, context) => keys.decrypt(known.get(headOf(wrapped)) ?? wrapped, context),
    };
  }),
  keysWith('makes the same data key twice', (keys) => {
    const made = new Map<string, ReturnType<Keys['generateDataKey']>>();
    return {
      generateDataKey: (context) => {
        const name = JSON.stringify(context);
        const key = made.get(name) ?? keys.generateDataKey(context);
        made.set(name, key);
        return key;
      },
    };
  }),
  keysWith('remembers a secret after its destruction', (keys) => {
    const seen = new Map<string, Uint8Array>();
    return {
      readSecret: async (owner) => {
        const secret = seen.get(owner) ?? (await keys.readSecret(owner));
        seen.set(owner, secret);
        return Uint8Array.from(secret);
      },
    };
  }),
  keysWith('makes some secrets although one exists', (keys) => ({
    createSecrets: async (owners) => {
      const made: Uint8Array[] = [];
      for (const owner of owners) made.push(...(await keys.createSecrets([owner])));
      return made;
    },
  })),
  keysWith('answers secrets in another order', (keys) => ({
    createSecrets: async (owners) => (await keys.createSecrets(owners)).reverse(),
  })),
  keysWith('replaces a secret that exists', (keys) => {
    const later = new Map<string, Uint8Array>();
    return {
      createSecrets: (owners) =>
        keys.createSecrets(owners).catch(() =>
          owners.map((owner) => {
            const secret = randomBytes(32);
            later.set(owner, secret);
            return secret;
          }),
        ),
      readSecret: async (owner) => later.get(owner) ?? keys.readSecret(owner),
    };
  }),
  keysWith('forgets what it destroyed', () => ({ isDestroyed: () => Promise.resolve(false) })),
  keysWith('takes what never was for destroyed', (keys) => ({
    isDestroyed: (owner) =>
      keys.readSecret(owner).then(
        () => false,
        () => true,
      ),
  })),
  keysWith('refuses to destroy what never was', (keys) => ({
    destroySecret: async (owner) => {
      if (!(await keys.isDestroyed(owner))) await keys.readSecret(owner);
      await keys.destroySecret(owner);
    },
  })),
  keysWith('lists owners whose secrets are gone', (keys) => {
    const ever: string[] = [];
    return {
      createSecrets: async (owners) => {
        const secrets = await keys.createSecrets(owners);
        ever.push(...owners);
        return secrets;
      },
      owners: async function* () {
        yield* await Promise.resolve(ever);
      },
    };
  }),
  keysWith('lists only the first thousand owners', (keys) => ({
    owners: async function* () {
      yield* (await all(keys.owners())).slice(0, 1000);
    },
  })),
  keysWith('makes a new lookup key each time', () => ({ lookupKey: () => Promise.resolve(randomBytes(32)) })),
  keysWith('signs everything with one key', (keys) => ({ sign: (_, message) => keys.sign('receipts', message) })),
  keysWith('signs messages of any size', (keys) => ({
    sign: (purpose, message) => keys.sign(purpose, message.subarray(0, 4096)),
  })),
  keysWith('goes on signing with a key that was replaced', (keys) => ({
    rotate: async (purpose) => {
      const found = (await keys.publicKeys()).findLast((key) => key.purpose === purpose);
      if (found === undefined) throw new DeskError('keys/failed', 'There is no such purpose.');
      return found;
    },
  })),
  keysWith('does not say until when a key was in use', (keys) => ({
    publicKeys: async () =>
      (await keys.publicKeys()).map(({ purpose, id, publicKey, from, endorsement }) => ({
        ...{ purpose, id, publicKey, from },
        ...(endorsement && { endorsement }),
      })),
  })),
  keysWith('has a new key vouch for itself', (keys) => ({
    rotate: async (purpose, now) => {
      const key = await keys.rotate(purpose, now);
      const { desk, id, publicKey, from } = { desk: DESK, ...key };
      const words = `referral-desk/endorse/1\n${desk}\n${purpose}\n${id}\n${publicKey}\n${from}\n`;
      const { signature } = await keys.sign(purpose, Buffer.from(words));
      const endorsement = { by: key.endorsement?.by ?? '', signature: Buffer.from(signature).toString('base64') };
      return { ...key, endorsement };
    },
  })),
  keysWith('lists the newest key first', (keys) => ({ publicKeys: async () => (await keys.publicKeys()).reverse() })),
  keysWith('names keys after the key alone', (keys) => ({
    publicKeys: async () =>
      (await keys.publicKeys()).map((key) => ({
        ...key,
        id: createHash('sha256').update(Buffer.from(key.publicKey, 'base64')).digest('hex').slice(0, 32),
      })),
  })),
];

function keysWith(title: string, alter: (keys: Keys) => Partial<Keys>): Sabotage<Keys> {
  return sabotage(title, () => memoryKeys(DESK), alter);
}
