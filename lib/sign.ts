// Signing something that names the key it is signed with. A key may be replaced at any moment, so what comes back is looked at.
import { DeskError } from './errors.ts';
import type { Ports, Purpose } from './ports.ts';

/**
 * Signs with a purpose's present key.
 * @param message the bytes to sign, given the id of the key that will sign them
 * @returns the id that stands in the message, and the signature in base64
 */
export async function signNamed(
  core: Pick<Ports, 'keys'>,
  purpose: Purpose,
  message: (keyId: string) => Uint8Array,
): Promise<{ keyId: string; signature: string }> {
  for (let tries = 0; tries < 5; tries++) {
    const keys = await core.keys.publicKeys();
    const keyId = keys.findLast((key) => key.purpose === purpose && key.to === undefined)?.id ?? '';
    const signed = await core.keys.sign(purpose, message(keyId));
    if (signed.keyId === keyId) return { keyId, signature: Buffer.from(signed.signature).toString('base64') };
  }
  throw new DeskError('keys/failed', 'The signing key was replaced again and again: try again.');
}
