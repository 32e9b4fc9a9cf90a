// A packet on its way into the vault: as it is, or encrypted to a key of its agency. What lies sealed is exactly what is delivered.
import type { EncryptionMethod } from '../../schemas/index.ts';
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { ageBytes } from '../formats/age/write.ts';
import type { PacketEncryptor } from '../ports.ts';

/** A packet as it was composed; its bytes are the same each time they are asked for. */
export interface Plain {
  readonly sizeBytes: number;
  readonly bytes: () => AsyncGenerator<Uint8Array>;
}

/**
 * The packet encrypted. Made again it is other bytes around the same packet.
 * @param key of that method, in the form in which it is kept
 */
export function encryptPacket(
  core: Core,
  { bytes }: Plain,
  method: EncryptionMethod,
  key: string,
): AsyncIterable<Uint8Array> {
  switch (method) {
    case 'age':
      return ageBytes(bytes(), key);
    case 'cms':
      throw new DeskError('internal', 'Not yet.');
    case 'openpgp':
      return openPgpOf(core).encrypt(bytes(), key);
  }
}

/** @throws DeskError input/invalid where the desk has no such plug-in */
export function openPgpOf({ encryptors = [] }: Pick<Core, 'encryptors'>): PacketEncryptor {
  const [found] = encryptors;
  if (found === undefined) throw new DeskError('input/invalid', 'This desk has no plug-in for OpenPGP.');
  return found;
}
