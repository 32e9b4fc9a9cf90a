// Verifying a packet, what was received beside the files: the referral as JSON or as the XML of a report, and the XML by which its
// exhibits were described. What came as XML is read again, so that what the packet tells in its own words is what was sent.
import type { FileDetails } from '../../schemas/index.ts';
import { canonicalBytes, sha256Hex } from '../formats/canonical.ts';
import { readFileDetails, readReport, type ReadDocument } from '../formats/cybertipline/index.ts';
import { opens, opensDocument } from '../proofs/receipt.ts';
import type { Opening } from '../receipt.ts';
import type { Exhibit } from './case.ts';
import { receivedPath, REPORT } from './parts.ts';
import { isPartial, isSameJson, openingOfWhole, REFERRAL, type Told } from './told.ts';

/** Codes: packet/referral, packet/details, packet/derived. */
export async function checkReceived(told: Told): Promise<void> {
  if (isPartial(told)) {
    checkDetails(told);
    return;
  }
  checkReferral(told);
  if (told.manifest.referral.report !== undefined) await checkReading(told, REPORT, readReport, told.document);
  for (const exhibit of told.manifest.exhibits) {
    const { details } = exhibit;
    if (details === undefined) continue;
    if (!isDescribed(told, exhibit, details)) told.report.say('packet/details', receivedPath(exhibit));
    await checkReading(told, receivedPath(exhibit), readFileDetails, details.fileDetails);
  }
}

/** Of a part the XML is left out; what is told of it is what its entry took in. */
function checkDetails({ report, manifest, openings }: Told): void {
  for (const { attachment, details, exhibit } of manifest.exhibits) {
    if (details === undefined) continue;
    const opening = openings.get(`${details.seq}/details`);
    const isIt = opening?.attachment === attachment && opens(opening, 'text', [attachment, details.fileDetails]);
    if (!isIt) report.say('packet/details', exhibit);
  }
}

// ── the referral ──────────────────────────────────────────────────────────────────────────────────────────────────────

function checkReferral(told: Told): void {
  const { report, files, manifest, document, referral } = told;
  const content = files.get(REFERRAL)?.content;
  if (content === undefined) return; // said to be missing already
  const isReport = manifest.referral.report !== undefined;
  const received = isReport ? files.get(REPORT)?.content : content;
  const isSame =
    isOriginal(told, received) &&
    isDocument(openingOfWhole(told), document) &&
    referral?.incidentSummary.incidentType === manifest.referral.incidentType;
  if (!isSame) report.say('packet/referral', `${REFERRAL}: not what the desk took in`);
  else if (isReport && !canonicalBytes(document).equals(content))
    report.say('packet/referral', `${REFERRAL}: not in the one form it has for a report`);
}

/** What the case manifest and the first entry say of the bytes that were received. */
function isOriginal({ manifest, openings }: Told, received: Uint8Array | undefined): boolean {
  const original = openings.get('0/original');
  if (received === undefined || original === undefined) return false;
  const { sha256, sizeBytes } = manifest.referral;
  return sha256Hex(received) === sha256 && received.length === sizeBytes && opens(original, 'sha256', sha256);
}

function isDocument(opening: Opening | undefined, document: Told['document']): boolean {
  if (opening === undefined || document === undefined) return false;
  try {
    return opensDocument(opening, document);
  } catch {
    return false; // a number or a depth that no JSON the desk takes has
  }
}

// ── what came as XML ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The entry took in just this XML, and these details of this attachment. */
function isDescribed(
  { files, entries, openings }: Told,
  exhibit: Exhibit,
  { seq, fileDetails }: { readonly seq: number; readonly fileDetails: FileDetails },
): boolean {
  const { attachment } = exhibit;
  const found = files.get(receivedPath(exhibit));
  const [original, details] = [openings.get(`${seq}/original`), openings.get(`${seq}/details`)];
  return (
    found !== undefined &&
    entries[seq]?.act === 'describe-file' &&
    original?.attachment === attachment &&
    opens(original, 'sha256', found.sha256) &&
    details?.attachment === attachment &&
    opens(details, 'text', [attachment, fileDetails])
  );
}

/** Read again, it says what the packet says. Code: packet/derived. */
async function checkReading(
  { report, files }: Told,
  path: string,
  read: (bytes: Uint8Array) => Promise<ReadDocument<unknown>>,
  said: unknown,
): Promise<void> {
  const content = files.get(path)?.content;
  if (content === undefined || said === undefined) return; // said already
  const again = await read(content).catch(() => undefined);
  if (again === undefined || !isSameJson(again.value, said))
    report.say('packet/derived', `${path}: read again, it says something else, or nothing`);
}
