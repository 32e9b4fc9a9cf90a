// README.txt of a packet in CMS volumes: the commands that open and join them. Plain ASCII, short lines.

/** @param name of the packet inside, as a file */
export function volumesReadMe(name: string, fingerprint: string): string {
  return `${[
    'AN ENCRYPTED CASE PACKET',
    '',
    'The files that end in .p7m are one case packet, cut into volumes. Each is a',
    'CMS message (RFC 5083: AES-256-GCM) to the certificate with the SHA-256',
    '',
    `  ${fingerprint}`,
    '',
    'HOW TO OPEN IT',
    '',
    'With that certificate (cert.pem), its private key (key.pem) and OpenSSL 3:',
    '',
    `  ( set -e; for v in ${name}.*.p7m; do`,
    '      openssl cms -decrypt -binary -inform DER -in "$v" \\',
    '        -recip cert.pem -inkey key.pem -out "${v%.p7m}"; done ) &&',
    `  cat ${name}.*[0-9] > ${name}`,
    '',
    'Where openssl says that it could not decrypt a volume, that volume was altered',
    'or the key is another: then throw away what it wrote. Then check the packet:',
    '',
    `  referral-desk verify ${name} --trust trust.json`,
    '',
  ].join('\n')}\n`;
}
