// The key file: what encrypts secrets, wraps data keys, makes lookup rows and signs. Never overwritten in place, never open
// to others, and a single altered bit is noticed before any key in it is used.
import { randomBytes, scrypt } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DeskError } from '../errors.ts';
import { canonical, sha256Hex } from '../formats/canonical.ts';
import { PURPOSES } from '../ports.ts';
import { makeFolder, replaceFile, systemCode, writeNew } from './durable.ts';
import { freshKey, open as openSealed, seal } from './seal-bytes.ts';
import { firstKey, isWhole, keyBytes, signingKey, type SigningKey } from './signing-key.ts';

/** What a key file holds, opened. */
export interface DeskKeys {
  readonly desk: string;
  readonly storage: Uint8Array;
  readonly data: Uint8Array;
  readonly lookup: Uint8Array;
  /** Oldest first within each purpose; the last of a purpose is the one in use. */
  readonly signing: readonly SigningKey[];
}

export interface KeyFile {
  /** As the file on the disk has them. */
  readonly keys: DeskKeys;
  /** Writes the file anew with these signing keys; `keys` shows them when it has resolved. */
  replaceSigning(signing: readonly SigningKey[]): Promise<void>;
}

/**
 * Makes the keys of a new desk, their folder too. With a passphrase nobody reads the file without it.
 * @throws DeskError desk/exists (the file there is untouched), keys/wrong-passphrase (an empty one), keys/failed
 */
export async function createKeyFile(options: {
  readonly keyFile: string;
  readonly desk: string;
  readonly now: Date;
  readonly passphrase?: string | undefined;
}): Promise<void> {
  const { desk, keyFile, passphrase } = options;
  if (passphrase === '') throw new DeskError('keys/wrong-passphrase', 'A passphrase cannot be empty.');
  const from = options.now.toISOString();
  const signing = PURPOSES.map((purpose) => firstKey(desk, purpose, from));
  const keys = { desk, storage: freshKey(), data: freshKey(), lookup: freshKey(), signing };
  const lock = passphrase === undefined ? undefined : await stretch(passphrase, randomBytes(SALT_BYTES));
  try {
    await makeFolder(dirname(keyFile));
    await writeNew(keyFile, toText(keys, lock), MODE);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new DeskError('desk/exists', 'There is a key file already; it was left as it is.', { cause: error });
    }
    throw failed(error);
  }
}

/** @throws DeskError desk/absent, desk/readable-by-others, desk/newer, desk/damaged, keys/wrong-passphrase, keys/failed */
export async function openKeyFile(file: string, passphrase: string | undefined): Promise<KeyFile> {
  const envelope = parseEnvelope(await readPrivate(file));
  const lock = await lockOf(envelope, passphrase);
  const payload = lock === undefined ? envelope.keys : unlock(envelope, lock);
  let keys = toKeys(envelope.desk, payload);
  return {
    get keys() {
      return keys;
    },
    replaceSigning: async (signing) => {
      const next = { ...keys, signing };
      await replaceFile(file, toText(next, lock), MODE).catch((error: unknown) => {
        throw failed(error);
      });
      keys = next;
    },
  };
}

/** A key made from a passphrase, and the salt it was made with. */
interface Lock {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

const MODE = 0o600;
const SALT_BYTES = 16;
/** RFC 7914; 128 MiB and about half a second a guess. */
const SCRYPT = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 } as const;

const envelopeSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string().min(1),
  keys: z.unknown().exactOptional(),
  sealed: z
    .strictObject({
      kdf: z.strictObject({
        name: z.literal(SCRYPT.name),
        N: z.literal(SCRYPT.N),
        r: z.literal(SCRYPT.r),
        p: z.literal(SCRYPT.p),
        salt: z.base64(),
      }),
      bytes: z.base64(),
    })
    .exactOptional(),
  checksum: z.string(),
});
type Envelope = z.infer<typeof envelopeSchema>;

const payloadSchema = z.strictObject({
  storage: keyBytes,
  data: keyBytes,
  lookup: keyBytes,
  signing: z.array(signingKey),
});

async function readPrivate(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      if (((await handle.stat()).mode & 0o077) !== 0) {
        throw new DeskError('desk/readable-by-others', 'Others can read the key file. Make it mode 600 first.');
      }
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DeskError) throw error;
    if (systemCode(error) !== 'ENOENT') throw failed(error);
    throw new DeskError('desk/absent', 'The key file is missing. Restore it: without it nothing can be opened.');
  }
}

function parseEnvelope(text: string): Envelope {
  const value = parseJson(text);
  const { version } = z.object({ version: z.number().int().exactOptional() }).catch({}).parse(value);
  const result = envelopeSchema.safeParse(value);
  const checksum = result.success ? checksumOf(result.data) : undefined;
  if (result.success && result.data.checksum === checksum) return result.data;
  if (version !== undefined && version > 1) {
    throw new DeskError('desk/newer', 'The key file was written by a newer program. Use that one.');
  }
  throw damaged();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged(error);
  }
}

async function lockOf({ sealed }: Envelope, passphrase: string | undefined): Promise<Lock | undefined> {
  if (sealed === undefined && passphrase === undefined) return undefined;
  if (sealed === undefined) {
    throw new DeskError('keys/wrong-passphrase', 'The key file has no passphrase, but one was given.');
  }
  if (passphrase === undefined) throw new DeskError('keys/wrong-passphrase', 'The key file needs its passphrase.');
  return stretch(passphrase, Buffer.from(sealed.kdf.salt, 'base64'));
}

function unlock({ desk, sealed }: Envelope, lock: Lock): unknown {
  const payload = openSealed(lock.key, Buffer.from(sealed?.bytes ?? '', 'base64'), Buffer.from(desk, 'utf8'));
  if (payload === undefined)
    throw new DeskError('keys/wrong-passphrase', 'This is not the passphrase of the key file.');
  return parseJson(Buffer.from(payload).toString('utf8'));
}

function toKeys(desk: string, payload: unknown): DeskKeys {
  const result = payloadSchema.safeParse(payload);
  if (!result.success) throw damaged();
  const { storage, data, lookup, signing } = result.data;
  const hasAll = PURPOSES.every((purpose) => signing.some((key) => key.purpose === purpose && key.to === undefined));
  if (!hasAll || !signing.every((key) => isWhole(desk, key))) throw damaged();
  const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
  return { desk, storage: bytes(storage), data: bytes(data), lookup: bytes(lookup), signing };
}

function toText({ desk, signing, ...keys }: DeskKeys, lock: Lock | undefined): string {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const payload = { storage: text(keys.storage), data: text(keys.data), lookup: text(keys.lookup), signing };
  const bare = {
    version: 1,
    desk,
    ...(lock === undefined ? { keys: payload } : { sealed: lockUp(desk, payload, lock) }),
  };
  return `${JSON.stringify({ ...bare, checksum: checksumOf(bare) }, undefined, 2)}\n`;
}

function lockUp(desk: string, payload: object, { key, salt }: Lock): Envelope['sealed'] {
  const sealed = seal(key, Buffer.from(JSON.stringify(payload), 'utf8'), Buffer.from(desk, 'utf8'));
  const kdf = { ...SCRYPT, salt: Buffer.from(salt).toString('base64') };
  return { kdf, bytes: Buffer.from(sealed).toString('base64') };
}

/** SHA-256 over the canonical JSON (RFC 8785) of everything but the checksum itself. */
function checksumOf(envelope: object): string {
  return sha256Hex(canonical({ ...envelope, checksum: undefined }));
}

function stretch(passphrase: string, salt: Uint8Array): Promise<Lock> {
  const { N, r, p } = SCRYPT;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(failed(error));
      else resolve({ key: Uint8Array.from(key), salt });
    });
  });
}

function damaged(cause?: unknown): DeskError {
  return new DeskError('desk/damaged', 'The key file is damaged. Restore it from a backup.', { cause });
}

function failed(cause: unknown): DeskError {
  return new DeskError('keys/failed', 'The key file could not be read or written.', { cause });
}
