// What both who makes a packet and who verifies it must agree on: its folder's name, its signature, what the signature is over.
import * as z from 'zod';
import type { Label } from '../formats/bag.ts';
import { profileOf, type Profile } from '../profile/index.ts';
import type { Case, Exhibit } from './case.ts';
import { openWords } from './name.ts';
import { isPart } from './terms.ts';

/** The one folder at the top of a packet. */
export function packetFolder(packetId: string): string {
  return `referral-desk-packet-${packetId}`;
}

export const CASE = 'data/case.json';
export const REFERRAL = 'data/referral.json';
/** By what a packet that shows a part of its referral proves that the part belongs to the whole. */
export const DISCLOSURE = 'data/disclosure.json';
export const CYBERTIPLINE = 'data/cybertipline.xml';
export const GRAPH = 'data/case.jsonld';
export const VICS = 'data/vics.json';
export const MESSAGES = 'data/messages.csv';
export const E_EVIDENCE = 'data/e-evidence-manifest.json';
export const MANIFEST_512 = 'manifest-sha512.txt';
export const TAG_MANIFEST_512 = 'tagmanifest-sha512.txt';

export type About = Pick<Case, 'packet' | 'referral' | 'exhibits'>;

interface Part {
  readonly path: string;
  /** Whether a packet has it; without it every packet. */
  readonly isIn?: (about: About) => boolean;
}

/** Undefined of a reading copy, which is no packet. */
export function profileIn({ packet }: Pick<Case, 'packet'>): Profile | undefined {
  return packet === undefined ? undefined : profileOf(packet.terms.profile);
}

const hasSha512 = (about: About): boolean => profileIn(about)?.digests.includes('sha512') === true;
const isEEvidence = (about: About): boolean => profileIn(about)?.eEvidence === true;

/** Whether an exhibit's bytes are in the packet. */
export const isHere = ({ leftOut }: Pick<Exhibit, 'leftOut'>): boolean => leftOut === undefined;
const hasExhibits = ({ exhibits }: About): boolean => exhibits.some(isHere);
const isOfPart = ({ packet }: About): boolean => packet !== undefined && isPart(packet.terms);
/** A part of a report would pass for a report, so that it has no cybertipline.xml. */
const isOfWhole = (about: About): boolean => !isOfPart(about);

/** What tells the rest of a packet, in its order; what was received follows, then the exhibits. */
const PARTS: readonly Part[] = [
  { path: 'README.txt' },
  { path: 'tagmanifest-sha256.txt' },
  { path: TAG_MANIFEST_512, isIn: hasSha512 },
  { path: 'signature.json' },
  { path: 'summary-signature.json' },
  { path: 'bagit.txt' },
  { path: 'bag-info.txt' },
  { path: 'manifest-sha256.txt' },
  { path: MANIFEST_512, isIn: hasSha512 },
  { path: 'custody/chain.json' },
  { path: 'custody/openings.json' },
  { path: CASE },
  { path: 'data/summary.pdf' },
  { path: E_EVIDENCE, isIn: isEEvidence },
  { path: REFERRAL },
  { path: DISCLOSURE, isIn: isOfPart },
  { path: CYBERTIPLINE, isIn: isOfWhole },
  { path: GRAPH },
  { path: VICS, isIn: hasExhibits },
  { path: MESSAGES },
];

/** The files that every packet has. */
export const FILES: readonly string[] = PARTS.flatMap(({ path, isIn }) => (isIn === undefined ? [path] : []));

/** What this packet has of them, in their order. */
export function partsOf(about: About): string[] {
  return PARTS.flatMap(({ path, isIn = () => true }) => (isIn(about) ? [path] : []));
}

/** Where the stamp lies that an authority gave of the packet's checkpoint: RFC 3161 TimeStampResp, DER. */
export function stampPath(authority: string): string {
  return `custody/stamps/${authority}.tsr`;
}

/** The XML of a CyberTipline report as received; of what came as JSON, referral.json is that. */
export const REPORT = 'data/received/report.xml';

/** Where the XML lies by which an exhibit was described, as received. */
export function receivedPath({ exhibit }: Pick<Exhibit, 'exhibit'>): string {
  return `data/received/${exhibit}.xml`;
}

/** Every file of a packet in its order: what tells the rest first, time stamps, what was received beside it, the exhibits last. */
export function filesOf(about: About & Pick<Case, 'log'>): string[] {
  const { referral, exhibits, log } = about;
  const stamps = (log?.stamps ?? []).map(({ authority }) => stampPath(authority));
  const media = exhibits.filter(isHere).map(({ path }) => path);
  if (isOfPart(about)) return [...partsOf(about), ...stamps, ...media];
  const described = exhibits.filter(({ details }) => details !== undefined);
  const report = referral.report === undefined ? [] : [REPORT];
  return [...partsOf(about), ...stamps, ...report, ...described.map(receivedPath), ...media];
}

/** In the packet's order; what was received and the exhibits keep the order they come in. */
export function inOrder<F extends { readonly path: string }>(files: readonly F[]): F[] {
  const places = new Map<string, number>(PARTS.map(({ path }, n) => [path, n]));
  const placeOf = ({ path }: F): number => places.get(path) ?? PARTS.length;
  return files.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** What bag-info.txt says, before Payload-Oxum. @param caseSha256 of data/case.json */
export function infoLabels({ desk, referral, packet, asOf }: Case, caseSha256: string): Label[] {
  return [
    ['Source-Organization', `Referral desk ${desk}`],
    [
      'External-Description',
      `${packet?.part === undefined ? 'Case packet' : 'A part'} of a referral; signed, ${openWords(packet?.terms.encryption ?? 'none')}`,
    ],
    ['Bagging-Date', (packet?.orderedAt ?? asOf).slice(0, 10)],
    ['External-Identifier', referral.id],
    ['Internal-Sender-Identifier', packet?.id ?? ''],
    ['Handling-Codes', referral.handling.join(' ') || 'none stated'],
    ['Case-Manifest-SHA256', caseSha256],
  ];
}

/** The bytes that are signed: a line that says what they are, then the SHA-256 of tagmanifest-sha256.txt (32 bytes). */
export function packetMessage(tagManifestSha256: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('referral-desk/packet/1\n', 'utf8'), tagManifestSha256]);
}

/** signature.json, version 1. `signature`: base64 Ed25519 by the packets key `keyId` over `packetMessage`. */
export const signatureSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  packet: z.string(),
  tagManifestSha256: z.string().regex(/^[0-9a-f]{64}$/),
  keyId: z.string(),
  signature: z.base64(),
});
