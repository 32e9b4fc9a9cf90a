// What a packet is called as a file, and as what it is sent: by the way it is encrypted.
import type { Encryption } from './terms.ts';

const ENDINGS = { none: '.zip', age: '.zip.age', cms: '-cms.zip', openpgp: '.zip.gpg' } as const;

function formOf(encryption: Encryption): keyof typeof ENDINGS {
  return encryption === 'none' ? encryption : encryption.method;
}

/** The name of its file. */
export function packetFileName(packetId: string, encryption: Encryption): string {
  return `referral-desk-packet-${packetId}${ENDINGS[formOf(encryption)]}`;
}

/** Every form in which a packet comes. */
export const PACKET_TYPES = ['application/zip', 'application/octet-stream'] as const;

/** Its media type: a packet itself is a ZIP file, and so are the volumes of CMS; for an age or OpenPGP file there is no better word. */
export function packetType(encryption: Encryption): (typeof PACKET_TYPES)[number] {
  const form = formOf(encryption);
  return form === 'none' || form === 'cms' ? 'application/zip' : 'application/octet-stream';
}

/** The methods by their names. */
export const METHODS = { age: 'age', cms: 'CMS', openpgp: 'OpenPGP' } as const;

/** What is said of it in a line: how it is encrypted, and the fingerprint of the key. */
export function encryptionWords(encryption: Encryption): string {
  if (encryption === 'none') return 'not encrypted';
  const { method, recipient } = encryption;
  return `encrypted with ${METHODS[method]} to the key ${recipient}`;
}

/** What is true of a packet that lies open before whoever reads this. */
export function openWords(encryption: Encryption): string {
  if (encryption === 'none') return 'not encrypted';
  return `delivered ${encryptionWords(encryption)}`;
}
