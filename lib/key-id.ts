// What a public key is called, and what an old one signs to vouch for it.
import { sha256 } from './formats/canonical.ts';
import type { PublicKey, Purpose } from './ports.ts';

/** The bytes an old key signs to vouch for the new one of its purpose. */
export function endorsementMessage(
  desk: string,
  key: Pick<PublicKey, 'purpose' | 'id' | 'publicKey' | 'from'>,
): Buffer {
  const lines = ['referral-desk/endorse/1', desk, key.purpose, key.id, key.publicKey, key.from, ''];
  return Buffer.from(lines.join('\n'), 'utf8');
}

/** The id of a public key: the first 16 bytes, hex, of SHA-256(`referral-desk/<desk>/<purpose>` 0x0A 0x01 key). */
export function publicKeyId(desk: string, purpose: Purpose, publicKey: Uint8Array): string {
  const name = Buffer.from(`referral-desk/${desk}/${purpose}\n`, 'utf8');
  return sha256(Buffer.concat([name, Uint8Array.of(1), publicKey]))
    .subarray(0, 16)
    .toString('hex');
}
