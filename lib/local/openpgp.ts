// OpenPGP as a plug-in: the package openpgp (LGPL) is no part of this one, and is loaded only where the operator installed it beside.
import type * as OpenPgp from 'openpgp';
import { DeskError } from '../errors.ts';
import { readable } from '../formats/readable.ts';
import { usedUp } from '../formats/used-up.ts';
import type { PacketEncryptor } from '../ports.ts';

/** Loads nothing until a key is looked at or a packet made. */
export function openPgp(): PacketEncryptor {
  return {
    method: 'openpgp',
    read: async (text) => {
      const pgp = await load();
      const key = await keyIn(pgp, text);
      await key.getEncryptionKey().catch((cause: unknown) => {
        throw new DeskError(
          'input/invalid',
          'To this OpenPGP key nothing can be encrypted: it has ended, or is for signing.',
          {
            cause,
          },
        );
      });
      return { key: key.armor(), fingerprint: key.getFingerprint() };
    },
    async *encrypt(bytes, text) {
      const pgp = await load();
      const message = await pgp.createMessage({ binary: readable(bytes), format: 'binary' });
      const encryptionKeys = await keyIn(pgp, text);
      // GnuPG 2.2 knows no AEAD; what is in a packet gains nothing by being compressed.
      const config = { aeadProtect: false, preferredCompressionAlgorithm: pgp.enums.compression.uncompressed };
      const encrypted: unknown = await pgp.encrypt({ message, encryptionKeys, format: 'binary', config });
      yield* usedUp(encrypted as AsyncIterable<Uint8Array>); // a stream, since the message is one
    },
  };
}

async function load(): Promise<typeof OpenPgp> {
  try {
    return await import('openpgp');
  } catch (cause) {
    throw new DeskError(
      'input/invalid',
      'OpenPGP takes a package that is not installed here: npm install openpgp@6.3.2.',
      {
        cause,
      },
    );
  }
}

/** @throws DeskError input/invalid */
async function keyIn(pgp: typeof OpenPgp, armoredKey: string): Promise<OpenPgp.PublicKey> {
  try {
    const key = await pgp.readKey({ armoredKey });
    if (key instanceof pgp.PublicKey && !key.isPrivate()) return key;
  } catch (cause) {
    throw new DeskError('input/invalid', 'That is no OpenPGP public key in ASCII armor.', { cause });
  }
  throw new DeskError('input/invalid', 'That is a private key, which the desk must never have: give the public one.');
}
