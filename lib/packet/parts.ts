// What both who makes a packet and who verifies it must agree on: its folder's name, its signature, what the signature is over.
import * as z from 'zod';
import type { Label } from '../formats/bag.ts';
import type { Case, Exhibit } from './case.ts';

/** The one folder at the top of a packet. */
export function packetFolder(packetId: string): string {
  return `referral-desk-packet-${packetId}`;
}

/** The files that every packet has, in their order; what else is in it follows them. */
export const FILES = [
  'README.txt',
  'tagmanifest-sha256.txt',
  'signature.json',
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  'custody/chain.json',
  'custody/openings.json',
  'data/case.json',
  'data/summary.pdf',
  'data/referral.json',
  'data/cybertipline.xml',
  'data/messages.csv',
] as const;

/** The XML of a CyberTipline report as received; of what came as JSON, referral.json is that. */
export const REPORT = 'data/received/report.xml';

/** Where the XML lies by which an exhibit was described, as received. */
export function receivedPath({ exhibit }: Pick<Exhibit, 'exhibit'>): string {
  return `data/received/${exhibit}.xml`;
}

/** Every file of a packet in its order: what tells the rest first, then what was received beside it, the exhibits last. */
export function filesOf({ referral, exhibits }: Pick<Case, 'referral' | 'exhibits'>): string[] {
  const described = exhibits.filter(({ details }) => details !== undefined);
  const report = referral.report === undefined ? [] : [REPORT];
  return [...FILES, ...report, ...described.map(receivedPath), ...exhibits.map(({ path }) => path)];
}

/** In the packet's order; what follows the files of every packet keeps the order it comes in. */
export function inOrder<F extends { readonly path: string }>(files: readonly F[]): F[] {
  const places = new Map<string, number>(FILES.map((path, n) => [path, n]));
  const placeOf = ({ path }: F): number => places.get(path) ?? FILES.length;
  return files.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** What bag-info.txt says, before Payload-Oxum. @param caseSha256 of data/case.json */
export function infoLabels({ desk, referral, packet, asOf }: Case, caseSha256: string): Label[] {
  return [
    ['Source-Organization', `Referral desk ${desk}`],
    ['External-Description', 'Case packet of a referral; signed, not encrypted'],
    ['Bagging-Date', (packet?.orderedAt ?? asOf).slice(0, 10)],
    ['External-Identifier', referral.id],
    ['Internal-Sender-Identifier', packet?.id ?? ''],
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
