// A packet on its way into the vault: as it is, or encrypted to a key of its agency. What lies sealed is exactly what is delivered.
import type { EncryptionMethod } from '../../schemas/index.ts';
import type { Core } from '../core.ts';
import { ageBytes, ageSize, drawAgeKey } from '../formats/age/write.ts';
import { readRecipientCertificate } from '../formats/cms/certificate.ts';
import { volumeBytes, type Content } from '../formats/cms/volumes.ts';
import { packetFileName } from './name.ts';
import { openPgpOf } from './plug-in.ts';
import { volumesReadMe } from './volumes-read-me.ts';

/** A packet as it was composed; its bytes are the same each time they are asked for. */
export type Plain = Content;

/** Which packet it is: its file inside the volumes of CMS is named after it, and has the time of its order. */
export interface Which {
  readonly id: string;
  readonly orderedAt: string;
}

/**
 * The packet encrypted. Made again it is other bytes around the same packet.
 * @param key of that method, in the form in which it is kept
 */
export function encryptPacket(
  core: Core,
  { id, orderedAt }: Which,
  plain: Plain,
  method: EncryptionMethod,
  key: string,
): AsyncIterable<Uint8Array> {
  switch (method) {
    case 'age':
      return ageFile(plain, key);
    case 'cms': {
      const to = readRecipientCertificate(key);
      const name = packetFileName(id, 'none');
      return volumeBytes(plain, to, { name, time: new Date(orderedAt), readMe: volumesReadMe(name, to.fingerprint) });
    }
    case 'openpgp':
      return openPgpOf(core).encrypt(plain.bytes(), key);
  }
}

async function* ageFile({ sizeBytes, bytes }: Plain, recipient: string): AsyncGenerator<Uint8Array> {
  const key = await drawAgeKey(recipient);
  yield* ageBytes(key, { sizeBytes, read: bytes }, 0, ageSize(key, sizeBytes));
}
