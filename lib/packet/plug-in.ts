// The plug-in that encrypts packets to OpenPGP keys, where the desk has one.
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import type { PacketEncryptor } from '../ports.ts';

/** @throws DeskError input/invalid where the desk has no such plug-in */
export function openPgpOf({ encryptors = [] }: Pick<Core, 'encryptors'>): PacketEncryptor {
  const [found] = encryptors;
  if (found === undefined) throw new DeskError('input/invalid', 'This desk has no plug-in for OpenPGP.');
  return found;
}
