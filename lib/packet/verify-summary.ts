// Verifying a packet, its PDF: the bag that the desk signed holds it beside this case manifest, and names just this manifest.
import { bagInfo } from '../formats/bag.ts';
import { infoLabels } from './parts.ts';
import type { Report } from '../proofs/report.ts';
import { trustedKey, type Trust } from '../trust.ts';
import type { Case } from './case.ts';
import { readJson } from './read-files.ts';
import { CASE, type ReadFiles, type Told } from './told.ts';
import type { PacketSigner } from './verify-signer.ts';
import { checkSigner, SUMMARY_SIGNATURE, summarySignatureSchema } from './verify-pdf.ts';

/**
 * That the PDF's own signature is of this PDF, this case manifest and this packet. Codes: packet/malformed, packet/summary.
 * What concerns trust.json and the key was said of the packet's signature.
 */
export function checkSummarySignature(
  report: Report,
  files: ReadFiles,
  manifest: Case,
  trust: Trust | undefined,
  signer: PacketSigner | undefined,
): void {
  const signed = readJson(report, files, SUMMARY_SIGNATURE, summarySignatureSchema);
  if (signed === undefined) return;
  const isOfThis =
    signed.sha256 === files.get('data/summary.pdf')?.sha256 &&
    signed.caseSha256 === files.get(CASE)?.sha256 &&
    signed.desk === manifest.desk &&
    signed.packet === manifest.packet?.id;
  if (!isOfThis) report.say('packet/summary', `${SUMMARY_SIGNATURE}: it is of another PDF or another packet`);
  if (trust?.desk !== manifest.desk) return;
  const at = manifest.packet?.orderedAt;
  const isSaid = signer?.keyId === signed.keyId && trustedKey(trust, 'packets', signed.keyId, at) === undefined;
  if (!isSaid) checkSigner(report, signed, trust, at);
}

/** Code: packet/info. */
export function checkSummary({ report, files, manifest }: Told): void {
  const content = files.get('bag-info.txt')?.content;
  const caseSha256 = files.get(CASE)?.sha256 ?? '';
  const made = bagInfo(infoLabels(manifest, caseSha256), []);
  const isSame = content === undefined || labelsOf(Buffer.from(content).toString('utf8')) === labelsOf(made);
  if (!isSame) report.say('packet/info', 'bag-info.txt');
  report.note(`Every page of data/summary.pdf must print this digest of the case manifest: ${caseSha256}`);
  report.leave(
    'summary-words',
    'The words of the PDF and of README.txt were not read: what counts is data/case.json and what lies beside it.',
  );
}

/** All but its last line, Payload-Oxum, which is held against the files. */
function labelsOf(text: string): string {
  return text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
}
