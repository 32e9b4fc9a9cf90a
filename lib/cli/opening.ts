// How an encrypted packet is opened, by the agency's own tool: told to whoever takes one and to whoever would verify one.
import type { EncryptionMethod } from '../../schemas/index.ts';
import { commandLine, quoted } from './command-line.ts';

/** The commands, for the file at `path`; the first line says whose key it takes. */
export function openingWords(method: EncryptionMethod, path: string): string[] {
  const file = quoted(path);
  switch (method) {
    case 'age':
      return [
        "With the agency's identity (key.txt) it is opened by age, then verified:",
        `  age -d -i key.txt -o packet.zip ${file}`,
        `  ${commandLine('verify packet.zip --trust trust.json')}`,
      ];
    case 'cms':
      return [
        "With the agency's certificate and private key it is opened by openssl, volume by volume, as README.txt in it says:",
        `  unzip ${file}`,
        `Then verify what was joined: ${commandLine('verify <packet>.zip --trust trust.json')}`,
      ];
    case 'openpgp':
      return [
        "With the agency's private key it is opened by GnuPG, then verified:",
        `  gpg -o packet.zip -d ${file}`,
        `  ${commandLine('verify packet.zip --trust trust.json')}`,
      ];
  }
}

/** How a file is encrypted, by its first bytes; undefined where it is no packet that is. */
export function encryptionOf(first: Uint8Array): EncryptionMethod | undefined {
  const bytes = Buffer.from(first);
  if (bytes.toString('latin1').startsWith('age-encryption.org/v1\n')) return 'age';
  if (bytes.toString('latin1').includes('README.txtAN ENCRYPTED CASE PACKET')) return 'cms';
  const isKeyPacket = [0xc1, 0x84, 0x85].includes(bytes[0] ?? 0); // RFC 4880, tag 1: a session key for somebody
  return isKeyPacket ? 'openpgp' : undefined;
}
