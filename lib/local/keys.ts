// The keys of a desk on one machine: a key file, a database of owners' secrets encrypted under it, and the list of the
// destroyed. A destroyed secret is on the list before its bytes go, so that neither a crash nor a restore brings it back.
import { sign as signWith } from 'node:crypto';
import { DeskError } from '../errors.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { PURPOSES, type KeyContext, type Keys, type Purpose, type PublicKey } from '../ports.ts';
import { openDestroyed } from './destroyed.ts';
import { noProbe, type Probe } from './durable.ts';
import { openKeyFile, type KeyFile } from './key-file.ts';
import { openSecrets } from './secrets.ts';
import { keyObject } from '../formats/key-object.ts';
import { freshKey, open, seal } from './seal-bytes.ts';
import { promised } from './sqlite.ts';
import { endorse, publicPart, privateKeyOf, type SigningKey } from './signing-key.ts';

export { createKeyFile } from './key-file.ts';

export interface LocalKeysOptions {
  readonly keyFile: string;
  readonly secretsDb: string;
  readonly destroyedList: string;
  readonly passphrase?: string | undefined;
  /** Makes an empty database and an empty list where there is none: for a new desk only. */
  readonly create?: boolean;
  readonly probe?: Probe;
}

export interface LocalKeys extends Keys {
  close(): void;
}

/**
 * @throws DeskError desk/absent, desk/damaged, desk/newer, desk/readable-by-others, keys/wrong-passphrase
 */
export async function localKeys(options: LocalKeysOptions): Promise<LocalKeys> {
  const { probe = noProbe, create = false } = options;
  const keyFile = await openKeyFile(options.keyFile, options.passphrase);
  const destroyed = openDestroyed(options.destroyedList, create);
  try {
    const { close, ...secrets } = openSecrets({
      file: options.secretsDb,
      storageKey: keyFile.keys.storage,
      destroyed,
      create,
      probe,
    });
    return {
      ...dataKeys(keyFile),
      ...secrets,
      lookupKey: () => Promise.resolve(Uint8Array.from(keyFile.keys.lookup)),
      ...signing(keyFile, probe),
      close: () => {
        close();
        destroyed.close();
      },
    };
  } catch (error) {
    destroyed.close();
    throw error;
  }
}

type DataKeys = Pick<Keys, 'generateDataKey' | 'decrypt'>;

function dataKeys({ keys }: KeyFile): DataKeys {
  const held = keyObject(keys.data);
  return {
    generateDataKey: (context) =>
      promised(() => {
        const key = freshKey();
        return { key, wrapped: seal(held, key, contextBytes(context)) };
      }),
    decrypt: (wrapped, context) =>
      promised(() => {
        const key = open(held, wrapped, contextBytes(context));
        if (key !== undefined) return key;
        throw new DeskError('keys/refused', 'This key was not wrapped here, or not for this use.');
      }),
  };
}

function contextBytes({ desk, owner, object, kind }: KeyContext): Buffer {
  return canonicalBytes({ desk, owner, object, kind });
}

const MOST_SIGNED_BYTES = 4096;

function signing(keyFile: KeyFile, probe: Probe): Pick<Keys, 'sign' | 'publicKeys' | 'rotate'> {
  let last: Promise<unknown> = Promise.resolve();
  let current = presentKeys(keyFile);

  async function rotate(purpose: Purpose, now: Date): Promise<PublicKey> {
    const from = now.toISOString();
    const old = presentKey(keyFile, purpose);
    if (from < old.from) throw new DeskError('keys/failed', 'A key cannot end before it began. Set the clock right.');
    const next = endorse(old, keyFile.keys.desk, from);
    probe('keys.rotate:before');
    await keyFile.replaceSigning([
      ...keyFile.keys.signing.map((key) => (key === old ? { ...key, to: from } : key)),
      next,
    ]);
    probe('keys.rotate:after');
    current = presentKeys(keyFile);
    return publicPart(next);
  }

  return {
    // a key that is being replaced signs nothing more: what it signed then would be dated after its end
    sign: async (purpose, message) => {
      if (message.length > MOST_SIGNED_BYTES) throw new DeskError('keys/failed', 'At most 4,096 bytes are signed.');
      await last;
      const { id, key } = current[purpose];
      return { keyId: id, signature: Uint8Array.from(signWith(null, message, key)) };
    },
    publicKeys: () =>
      Promise.resolve(
        PURPOSES.flatMap((purpose) => keyFile.keys.signing.filter((key) => key.purpose === purpose)).map(publicPart),
      ),
    // one after another: each rewrites the whole key file
    rotate: (purpose, now) => {
      const mine = last.then(() => rotate(purpose, now));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

function presentKeys(keyFile: KeyFile): Record<Purpose, { id: string; key: ReturnType<typeof privateKeyOf> }> {
  const present = (purpose: Purpose): { id: string; key: ReturnType<typeof privateKeyOf> } => {
    const key = presentKey(keyFile, purpose);
    return { id: key.id, key: privateKeyOf(key) };
  };
  return { receipts: present('receipts'), log: present('log'), packets: present('packets') };
}

function presentKey(keyFile: KeyFile, purpose: Purpose): SigningKey {
  const key = keyFile.keys.signing.findLast((candidate) => candidate.purpose === purpose);
  if (key === undefined) throw new DeskError('desk/damaged', 'The key file lacks a signing key. Restore it.');
  return key;
}
