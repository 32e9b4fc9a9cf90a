// How an encrypted packet is opened, by the agency's own tool: told to whoever takes one and to whoever would verify one.
import type { EncryptionMethod } from '../../schemas/index.ts';
import { commandLine, quoted } from './paths.ts';

/** The commands, for the file at `path`; the first line says whose key it takes. */
export function openingWords(method: EncryptionMethod, path: string): string[] {
  const file = quoted(path);
  switch (method) {
    case 'age':
      return [
        "With the agency's identity (key.txt) it is verified as it is, and opened:",
        `  ${commandLine(`verify ${file} --identity key.txt --trust trust.json`)}`,
        `  age -d -i key.txt -o packet.zip ${file}`,
      ];
    case 'cms':
      return [
        "With the agency's certificate and private key it is opened by openssl, volume by volume, as README.txt in it says:",
        `  unzip ${file}`,
        `Then: ${commandLine('verify packet.zip --trust trust.json')}`,
      ];
    case 'openpgp':
      return [
        "With the agency's private key it is opened by GnuPG, then verified:",
        `  gpg -o packet.zip -d ${file}`,
        `  ${commandLine('verify packet.zip --trust trust.json')}`,
      ];
  }
}
