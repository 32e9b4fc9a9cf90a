// README.txt of a packet: for an officer with no special software. Plain ASCII, short lines.
import type { Case, ShownPart } from './case.ts';
import { isHere, profileIn } from './parts.ts';
import type { Encryption, PacketTerms } from './terms.ts';

/** @param caseSha256 of data/case.json; the PDF prints it on every page */
export function readMe(manifest: Case, caseSha256: string): string {
  const { packet, referral, desk } = manifest;
  return `${[
    'A CASE PACKET',
    '',
    `Packet     ${packet?.id ?? ''}`,
    `Referral   ${referral.id}`,
    `From desk  ${desk}`,
    `For        ${packet?.agency.id ?? ''}`,
    `Ordered    ${packet?.orderedAt ?? ''}`,
    `Handling   ${referral.handling.join(' ') || 'no codes stated'}`,
    ...consentLines(packet?.terms),
    '',
    ...clearanceLines(manifest),
    ...partLines(packet?.part),
    ...secrecy(packet?.terms.encryption ?? 'none'),
    'It may hold evidence that is unlawful to look at without need. Handle it as',
    'such.',
    '',
    'WHAT IS IN IT',
    '',
    ...contents(manifest),
    '',
    'HOW TO CHECK IT WITH NOTHING BUT sha256sum',
    '',
    '  1. Unpack it. In the folder that holds this file:',
    '',
    '       sha256sum -c tagmanifest-sha256.txt',
    '       sha256sum -c manifest-sha256.txt',
    '',
    '     Every line must end in OK. (macOS: shasum -a 256 -c. Windows: certutil',
    '     -hashfile FILE SHA256, and compare with the line of that file.)',
    '',
    '  2. The digest of data/case.json is',
    '',
    `       ${caseSha256}`,
    '',
    '     and must be the one at the foot of every page of data/summary.pdf.',
    '',
    '  This shows that nothing was changed by accident. That nobody changed it on',
    '  purpose, and who signed it, only the signature shows:',
    '',
    'HOW TO CHECK WHO SIGNED IT',
    '',
    '  Get trust.json from the desk by another way than this packet, and compare',
    '  its twelve words with the desk on the telephone. Then, with the program',
    '  referral-desk (npm):',
    '',
    '       referral-desk verify PACKET.zip --trust trust.json',
    '',
    '  It says AUTHENTIC, or names what is wrong. Without --trust it can only say:',
    '  consistent, signer unknown.',
    '',
    'WHERE summary.pdf TRAVELS ALONE',
    '',
    '  Send summary-signature.json with it: it is signed by the desk over that PDF',
    '  and over the digest that every page prints. Then:',
    '',
    '       referral-desk verify summary.pdf --trust trust.json \\',
    '         --signature summary-signature.json',
    '',
    'It is Ed25519 over the line "referral-desk/summary/1", a line feed, and the 32',
    'bytes each of the SHA-256 of summary.pdf and of case.json. lib/README.md of the',
    'program shows how openssl checks it.',
    '',
    'The signature in signature.json is Ed25519 (RFC 8032) over the line',
    '"referral-desk/packet/1", a line feed, and the 32 bytes of the SHA-256 of',
    'tagmanifest-sha256.txt. The bag is BagIt 1.0 (RFC 8493); the log follows RFC',
    '6962 and C2SP tlog-checkpoint. lib/README.md of the program describes every',
    'format.',
  ].join('\n')}\n`;
}

function clearanceLines({ clearances, packet }: Case): string[] {
  if (clearances.length === 0) return [];
  return [
    ...(clearances.every(({ withdrawn }) => withdrawn !== undefined)
      ? ['Every finding below was WITHDRAWN and stands no more.']
      : []),
    'CLEARED: somebody found that this referral, or a person or a file in it, is',
    'not what it was taken for. Read "Cleared" in data/summary.pdf first.',
    ...clearances.map(({ at, finding, about, withdrawn }) => {
      return `  ${at}  ${finding}: ${about}${withdrawn === undefined ? '' : `; WITHDRAWN ${withdrawn.at}`}`;
    }),
    ...(packet?.part === undefined || clearances.every(({ about }) => about === 'referral')
      ? []
      : [
          'These places are those of the WHOLE referral. In this part others may stand',
          'there: data/disclosure.json has the place in the whole of each part shown.',
        ]),
    '',
  ];
}

/** By whose word it goes to a second agency (H2). */
function consentLines({ consent, originatorConsent }: Partial<PacketTerms> = {}): string[] {
  return [
    ...(consent === undefined ? [] : [`Consent    entered by the originator herself: entry ${consent}`]),
    ...(originatorConsent === undefined ? [] : ['Consent    as stated by the supervisor: see data/case.json']),
  ];
}

function partLines(part: ShownPart | undefined): string[] {
  if (part === undefined) return [];
  const { parts, exhibits, isExact } = part;
  const [so, many] = isExact === true ? ['exactly ', ''] : ['', 'at least '];
  return [
    `This is a PART of the referral: ${so}${parts.here} of ${many}${parts.of} parts of what was reported`,
    `and ${so}${exhibits.here} of ${many}${exhibits.of} files. data/disclosure.json proves that they belong to the whole,`,
    'and data/summary.pdf says of what kind the rest is.',
    '',
  ];
}

function secrecy(encryption: Encryption): string[] {
  if (encryption === 'none') return ['This packet is signed. It is NOT encrypted: whoever holds it can read it.'];
  return [
    `This packet is signed. It was delivered encrypted (${encryption.method}), to the key of the agency`,
    '',
    `  ${encryption.recipient}`,
    '',
    'As it lies here it is open, and NOT encrypted: whoever holds it can read it.',
  ];
}

function contents(manifest: Case): string[] {
  const isWhole = manifest.packet?.part === undefined;
  return [
    '  data/summary.pdf       begin here; every page prints the digest of case.json',
    '  data/case.json         what the desk says: exhibits, times, who did what',
    ...sentLines(manifest),
    ...(isWhole ? [...referralLines(manifest), ...XML_LINES] : PART_LINES),
    '  data/case.jsonld       the same in the words of CASE 1.4, for tools that read',
    '                         it: the files, and who did what when',
    ...vicsLines(manifest),
    '  data/messages.csv      the messages, for a spreadsheet; a cell that could be',
    '                         taken for a formula begins with an apostrophe that is',
    '                         not part of the text (referral.json has the text)',
    ...(isWhole ? receivedLines(manifest) : []),
    `  data/media/            ${manifest.exhibits.filter(isHere).length} exhibits, named as in case.json, which says what the`,
    '                         reporter called each of them',
    '  custody/               the chain of entries, its proof in the log, openings',
    '  manifest-sha256.txt, tagmanifest-sha256.txt, signature.json',
    ...(profileIn(manifest)?.digests.includes('sha512') === true
      ? ['  manifest-sha512.txt, tagmanifest-sha512.txt: the same by SHA-512 (sha512sum -c)']
      : []),
  ];
}

function sentLines(manifest: Case): string[] {
  if (profileIn(manifest)?.eEvidence !== true) return [];
  return [
    '  data/e-evidence-manifest.json',
    '                         who sent what to whom by which order, with SHA-512, and',
    '                         until when it can be fetched: Regulation (EU) 2023/1543',
  ];
}

function vicsLines({ exhibits }: Case): string[] {
  if (!exhibits.some(isHere)) return [];
  return [
    '  data/vics.json         the exhibits, for tools that sort media (the shape of',
    '                         VICS 2.0, not certified); nobody put them in categories',
  ];
}

const XML_LINES = [
  '  data/cybertipline.xml  what of the referral NCMEC has words for, in those',
  '                         words; files and all else are not in it',
];

const PART_LINES = [
  '  data/referral.json     what is shown of what the reporter handed over',
  '  data/disclosure.json   a salted digest of every part of it, shown or not',
];

function referralLines({ referral }: Case): string[] {
  if (referral.report === undefined) {
    return [
      '  data/referral.json     what the reporter handed over, byte for byte, details',
      '                         of files included',
    ];
  }
  return [
    '  data/referral.json     the report that the reporter handed over, as the desk',
    '                         reads it, field by field',
  ];
}

function receivedLines({ referral, exhibits }: Case): string[] {
  if (referral.report === undefined) return [];
  const described = exhibits.filter(({ details }) => details !== undefined).length;
  return [
    '  data/received/         what the reporter handed over, byte for byte:',
    `                         report.xml, and details of ${described} of the exhibits, each`,
    '                         under the name of its exhibit',
  ];
}
