// Verifying a packet, what it says: that the case manifest, the chain, the openings, the referral and the exhibits all speak of the
// same thing, and that nothing which was finished is left out. Needs no key: what ties them are commitments and their openings.
import { entryHash } from '../custody.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { opens } from '../proofs/receipt.ts';
import type { Report } from '../proofs/report.ts';
import { actsOf, caseSchema, type Case } from './case.ts';
import { codesOf } from './handling.ts';
import { E_EVIDENCE, FILES, filesOf, MANIFEST_512, partsOf, TAG_MANIFEST_512 } from './parts.ts';
import { CASE, isPartial, isSameJson, type ReadFiles, type Told } from './told.ts';
import { checkClearances } from './verify-clearances.ts';
import { checkConsent } from './verify-consent.ts';
import { checkDisclosure, readDisclosure } from './verify-disclosure.ts';
import { checkDerived } from './verify-derived.ts';
import { checkContents, checkExhibits } from './verify-exhibits.ts';
import { checkReceived } from './verify-received.ts';
import { checkStamps } from './verify-stamps.ts';
import { checkSummary } from './verify-summary.ts';
import { checkViews } from './verify-views.ts';

/** The case manifest, if it is one, in the one spelling it has. Code: packet/malformed. */
export function readCase(report: Report, files: ReadFiles): Case | undefined {
  const content = files.get(CASE)?.content;
  if (content === undefined) return undefined;
  const parsed = caseSchema.safeParse(parse(content));
  if (parsed.success && canonicalBytes(parsed.data).equals(content)) return parsed.data;
  report.say('packet/malformed', CASE);
  return undefined;
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Codes: packet/chain, packet/order, packet/checkpoint, packet/missing, packet/file, packet/info, packet/referral, packet/derived,
 * packet/contents, packet/exhibit, packet/viewed, packet/cleared, packet/consent, packet/stamp, stamp/*; of a part also packet/disclosure, packet/part.
 */
export async function checkCase(told: Told): Promise<void> {
  const { report, manifest } = told;
  checkOrder(told);
  report.note(`${told.openings.size} of them.`);
  checkConsent(told);
  report.begin('custody');
  checkChain(told);
  report.begin('log');
  checkLog(told);
  report.begin('stamps');
  await checkStamps(told);
  report.begin('files');
  checkFiles(told);
  report.begin('summary');
  checkSummary(told);
  report.begin('referral');
  checkHandling(told);
  const disclosure = isPartial(told) ? readDisclosure(told) : undefined;
  if (disclosure !== undefined) checkDisclosure(told, disclosure);
  if (!isPartial(told) && manifest.packet?.part !== undefined)
    report.say('packet/disclosure', `${CASE}: it tells of a part, and was ordered whole`);
  await checkReceived(told);
  report.leave(
    'desk-words',
    'No entry commits to these, which stand on the signature of the desk: the names of people and agencies, until when it is kept, what is missing (gaps), the countries of phone numbers, and what a file was called and said to be when it was sent.',
  );
  checkDerived(told);
  report.begin('exhibits');
  checkContents(told, disclosure);
  checkExhibits(told);
  report.note(`${manifest.exhibits.length} exhibits.`);
  report.begin('looks');
  checkViews(told, disclosure);
  report.note(`${manifest.views.length} looks.`);
  report.begin('clearances');
  checkClearances(told);
  report.note(`${manifest.clearances.length} findings that clear.`);
}

/** The codes are those of the referral, as far as it is shown. Code: packet/referral. */
function checkHandling({ report, manifest, document, referral }: Told): void {
  if (referral === undefined || (manifest.packet?.part !== undefined && document?.['handling'] === undefined)) return;
  if (!isSameJson(manifest.referral.handling, codesOf(referral)))
    report.say('packet/referral', `${CASE}: other handling codes than the referral has`);
}

// ── the chain and the order ───────────────────────────────────────────────────────────────────────────────────────────

function checkChain({ report, manifest, custody, entries, finish }: Told): void {
  const head = custody.entries.at(-1);
  const { asOf, referral } = manifest;
  const isSame =
    manifest.desk === custody.desk &&
    referral.id === custody.chain &&
    manifest.custody.entries === custody.entries.length &&
    head !== undefined &&
    manifest.custody.head === entryHash(head) &&
    isSameJson(manifest.custody.acts, actsOf(entries, manifest.exhibits)) &&
    isSameJson([referral.openedAt, referral.finishedAt, asOf], [entries[0]?.time, finish?.time, entries.at(-1)?.time]);
  if (!isSame) report.say('packet/chain', `${CASE}: it tells of another chain than custody/chain.json`);
}

function checkLog({ report, manifest: { log }, custody: { checkpoint, inclusion } }: Told): void {
  const [, size] = checkpoint?.split('\n') ?? [];
  const isSame = log?.checkpoint === checkpoint && log?.index === inclusion?.index && String(log?.size) === size;
  if (!isSame) report.say('packet/checkpoint', `${CASE}: it names another place in the log than custody/chain.json`);
}

function checkOrder({ report, manifest: { packet }, entries, openings }: Told): void {
  const last = entries.at(-1);
  const order = openings.get(`${last?.seq ?? -1}/order`);
  const said = packet && [packet.id, packet.agency.id, packet.purpose, packet.legalBasis, packet.terms];
  const isOrdered =
    last?.act === 'order-packet' &&
    packet?.orderedAt === last.time &&
    packet.orderedBy === last.actorId &&
    order !== undefined &&
    opens(order, 'text', said);
  if (!isOrdered) report.say('packet/order', `${CASE}: the last entry is not the order it tells of`);
}

// ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the case manifest does not name: itself, the PDF and the bag's own. A packet holds nothing else. */
const UNNAMED = new Set([
  'README.txt',
  'tagmanifest-sha256.txt',
  'signature.json',
  'summary-signature.json',
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  MANIFEST_512,
  TAG_MANIFEST_512,
  E_EVIDENCE,
  CASE,
  'data/summary.pdf',
]);

/** The case manifest must name every file but these and no other, and each as it is. */
function checkFiles({ report, files, manifest }: Told): void {
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  const belongs = new Set(filesOf(manifest));
  for (const path of partsOf(manifest)) {
    if (!files.has(path) && !FILES.includes(path)) report.say('packet/missing', path); // the others are named by who reads them
  }
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const found = files.get(path);
    const isSame = found?.sha256 === sha256 && found.sizeBytes === sizeBytes;
    if (!isSame || !belongs.has(path) || UNNAMED.has(path)) report.say('packet/file', path);
  }
  for (const path of files.keys()) {
    const isNamed = named.has(path) || (UNNAMED.has(path) && belongs.has(path));
    if (!isNamed) report.say('packet/file', `${path}: the case manifest does not name it`);
  }
}
