// data/e-evidence-manifest.json: what goes with an answer to a European Production Order that is too large for the decentralised system
// (Regulation (EU) 2023/1543, Implementing Regulation (EU) 2025/1550): from whom to whom, by which order, what, and until when.
// Always true: it follows from the case manifest and the packet's own files, and is made again by whoever verifies.
import { canonicalBytes } from '../formats/canonical.ts';
import type { Case } from './case.ts';
import { E_EVIDENCE, filesOf, packetFolder } from './parts.ts';

/** A file of the packet, as the manifest names it. */
export interface SentFile {
  readonly sizeBytes: number;
  readonly sha512?: string | undefined;
}

const MEANS = 'retrieval from the desk over HTTPS, by key or by a link that works once';

/** The longest time that the regulation lets a recipient fetch it in (it asks for ten calendar days at least). */
export const RETRIEVAL_DAYS = 45;

/** @param files the packet's, by path; listed are all beneath data/ but this one, in the packet's order */
export function eEvidenceManifest(manifest: Case, files: ReadonlyMap<string, SentFile>): Buffer {
  const { desk, packet, referral } = manifest;
  const sent = filesOf(manifest).filter((path) => path.startsWith('data/') && path !== E_EVIDENCE);
  return canonicalBytes({
    version: 1,
    regulation: '(EU) 2023/1543',
    sender: { desk, organisation: referral.reporter },
    recipient: packet?.agency,
    order: {
      packet: packet?.id,
      referral: referral.id,
      orderedBy: packet?.orderedBy,
      purpose: packet?.purpose,
      legalBasis: packet?.legalBasis,
    },
    dateTime: packet?.orderedAt,
    means: MEANS,
    archive: `${packetFolder(packet?.id ?? '')}.zip`,
    availableUntil: availableUntil(packet?.orderedAt ?? '', referral.keepUntil),
    hashAlgorithm: 'SHA-512',
    files: sent.map((name) => {
      const { sizeBytes, sha512 } = files.get(name) ?? {};
      return { name, sizeBytes, hash: sha512 };
    }),
  });
}

/** The end of the last day, the order's own not counted (Regulation 1182/71), in UTC; never later than it is kept. */
function availableUntil(orderedAt: string, keepUntil: string | undefined): string {
  const last = new Date(orderedAt);
  last.setUTCDate(last.getUTCDate() + RETRIEVAL_DAYS);
  const end = `${last.toISOString().slice(0, 10)}T23:59:59.999Z`;
  return keepUntil !== undefined && keepUntil < end ? keepUntil : end;
}
