// A packet put together: its small files made, its exhibits named, everything digested, laid out and signed; the bytes come as they
// are asked for. Made again by the same program it is the same to the byte, as long as the signing key was not replaced in between.
import { readAgency } from '../agencies.ts';
import type { Chain, Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { bagInfo, BAGIT } from '../formats/bag.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { proveInclusion } from '../log.ts';
import { Report } from '../proofs/report.ts';
import { signNamed } from '../sign.ts';
import { renderSummary } from '../summary/index.ts';
import type { Custody } from '../status.ts';
import { makeTrust } from '../trust.ts';
import { attachedTo } from './attached.ts';
import type { Case, ShownPart } from './case.ts';
import type { Covering } from './covering.ts';
import { gather, type Gathered } from './gather.ts';
import { derivedFiles } from './derived.ts';
import { digestedFor, manifestsOf, payloadOf } from './digests.ts';
import { layOut, type LaidOut } from './layout.ts';
import { derivedFile, exhibitFile, fileOf, type PacketFile } from './packet-file.ts';
import { openingsFor } from './openings.ts';
import { wordsOfOrder, type OrderWords } from './order.ts';
import {
  CASE,
  DISCLOSURE,
  infoLabels,
  inOrder,
  isHere,
  packetMessage,
  receivedPath,
  REFERRAL,
  REPORT,
  stampPath,
} from './parts.ts';
import { readMe } from './read-me.ts';
import type { PacketRecord } from './record.ts';
import { selectPart, type SelectedPart } from './select.ts';
import { isPart } from './terms.ts';
import { SUMMARY_SIGNATURE, summaryMessage, type SummarySignature } from './verify-pdf.ts';
import { checkWords } from './verify.ts';

export interface Composed extends LaidOut {
  readonly caseSha256: string;
  readonly tagManifestSha256: string;
}

export async function composePacket(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  covering: Covering,
): Promise<Composed> {
  const { files, ...digests } = await putTogether(core, chain, record, covering);
  await demandAuthentic(core, files);
  return { ...layOut(core, record, files), ...digests };
}

type Digests = Pick<Composed, 'caseSha256' | 'tagManifestSha256'>;

/** In the packet's order. What was opened for it is let go of at its end. */
async function putTogether(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  covering: Covering,
): Promise<Digests & { readonly files: readonly PacketFile[] }> {
  const whole = await gather(core, chain, record.seq);
  const order = await wordsOfOrder(core, record);
  const selected = isPart(order.terms) ? selectPart(whole, chain, order.terms) : undefined;
  const gathered = selected?.gathered ?? whole;
  const opened = { ...gathered, isPart: selected !== undefined, consent: order.terms.consent };
  const custody = await custodyFiles(core, chain, record, opened, covering);
  const said = await caseOf(core, record, { gathered, order, covering, part: selected?.part });
  const derived = derivedFiles(said, gathered.referral).map(derivedFile);
  const told = selected === undefined ? referralFiles(whole) : partFiles(selected);
  const media = gathered.exhibits.filter(({ exhibit }) => isHere(exhibit)).map(exhibitFile);
  const shown = inOrder([...told, ...derived, ...media]);
  const manifest = { ...said, files: [...custody, ...shown].map(listed) };
  const caseFile = fileOf(CASE, canonicalBytes(manifest));
  const pdf = await summaryOf(core, gathered, manifest, caseFile, shown);
  const pdfFile = fileOf('data/summary.pdf', pdf);
  const payload = await payloadOf(core, manifest, [caseFile, pdfFile, ...shown]);
  const pdfSignature = await signSummary(core, record.id, pdfFile.sha256, caseFile.sha256);
  const tags = await digestedFor(
    core,
    manifest,
    tagFiles(manifest, caseFile.sha256, payload, [...custody, pdfSignature]),
  );
  const tagManifests = manifestsOf(manifest, 'tagmanifest', tags);
  const tagManifestSha256 = tagManifests[0].sha256;
  const signature = fileOf('signature.json', await sign(core, record.id, tagManifestSha256));
  const files = inOrder([...tags, ...tagManifests, signature, ...payload]);
  return { files, caseSha256: caseFile.sha256, tagManifestSha256 };
}

// ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function summaryOf(
  core: Core,
  { referral }: Pick<Gathered, 'referral'>,
  manifest: Case,
  caseFile: PacketFile,
  files: readonly PacketFile[],
): Promise<Buffer> {
  const [caseJson, sent] = [caseFile.content, files.find(({ path }) => path === REFERRAL)?.content];
  const isAtHand = caseJson instanceof Uint8Array && sent instanceof Uint8Array;
  const attached = isAtHand ? attachedTo(manifest, caseJson, sent) : [];
  const input = { case: manifest, caseSha256: caseFile.sha256, referral, attached };
  return renderSummary(input, core.font, 'PDF/A-3a', core.cores);
}

/** The referral as JSON, and beside it what came as XML. */
function referralFiles(gathered: Gathered): PacketFile[] {
  const { referral, original, exhibits } = gathered;
  const isReport = gathered.case.referral.report !== undefined;
  const described = exhibits.flatMap(({ exhibit, details }) =>
    details === undefined ? [] : [fileOf(receivedPath(exhibit), details)],
  );
  return [
    fileOf(REFERRAL, isReport ? canonicalBytes(referral) : original),
    ...(isReport ? [fileOf(REPORT, original)] : []),
    ...described,
  ];
}

/** What of the referral is shown, and the proof that it belongs to the whole. */
function partFiles({ document, disclosure }: SelectedPart): PacketFile[] {
  return [fileOf(REFERRAL, canonicalBytes(document)), fileOf(DISCLOSURE, canonicalBytes(disclosure))];
}

type Opened = SelectedPart['gathered'] & { readonly isPart: boolean; readonly consent: number | undefined };

async function custodyFiles(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  { entries, exhibits, texts, case: { views }, isPart: isCut, consent }: Opened,
  { state, stamps }: Covering,
): Promise<PacketFile[]> {
  const inclusion = await proveInclusion(core, state, chain.owner, record.seq);
  const custody: Custody = {
    version: 1,
    desk: core.desk,
    chain: chain.owner,
    entries: [...texts],
    checkpoint: state.checkpoint,
    ...(inclusion === undefined ? {} : { inclusion: { ...inclusion, hashes: [...inclusion.hashes] } }),
  };
  const looks = isCut ? new Set(views.flatMap(({ seq }) => seq ?? [])) : undefined;
  const openings = openingsFor(chain, entries, exhibits, record.seq, { looks, consent });
  return [
    fileOf('custody/chain.json', canonicalBytes(custody)),
    fileOf('custody/openings.json', canonicalBytes({ version: 1, openings })),
    ...stamps.map(({ authority, reply }) => fileOf(stampPath(authority), Buffer.from(reply, 'base64'))),
  ];
}

interface About {
  readonly gathered: SelectedPart['gathered'];
  readonly order: OrderWords;
  readonly covering: Covering;
  readonly part: ShownPart | undefined;
}

async function caseOf(
  core: Core,
  record: PacketRecord,
  { gathered, order, covering: { state, index, stamps }, part }: About,
): Promise<Omit<Case, 'files'>> {
  const { purpose, legalBasis, terms } = order;
  const { id, name } = await readAgency(core, record.agency);
  const { orderedAt, orderedBy } = record;
  const packet = { id: record.id, agency: { id, name }, orderedAt, orderedBy, purpose, legalBasis, terms };
  return {
    ...gathered.case,
    packet: part === undefined ? packet : { ...packet, part },
    log: { index, size: state.size, checkpoint: state.checkpoint, ...stampsTold(stamps) },
  };
}

function stampsTold(stamps: Covering['stamps']): Pick<NonNullable<Case['log']>, 'stamps'> {
  return stamps.length === 0 ? {} : { stamps: stamps.map(({ authority, time }) => ({ authority, time })) };
}

/** As the case manifest names it. */
function listed({ path, sizeBytes, sha256 }: PacketFile): Case['files'][number] {
  return { path, sizeBytes, sha256 };
}

function tagFiles(
  manifest: Case,
  caseSha256: string,
  payload: readonly PacketFile[],
  custody: readonly PacketFile[],
): PacketFile[] {
  const info = bagInfo(infoLabels(manifest, caseSha256), payload);
  return [
    fileOf('README.txt', readMe(manifest, caseSha256)),
    fileOf('bagit.txt', BAGIT),
    fileOf('bag-info.txt', info),
    ...manifestsOf(manifest, 'manifest', payload),
    ...custody,
  ];
}

/** So that the PDF can be checked where it travels alone. */
async function signSummary(core: Core, packet: string, sha256: string, caseSha256: string): Promise<PacketFile> {
  const signed = await signNamed(core, 'packets', () => summaryMessage({ sha256, caseSha256 }));
  const said: SummarySignature = { version: 1, desk: core.desk, packet, sha256, caseSha256, ...signed };
  return fileOf(SUMMARY_SIGNATURE, canonicalBytes(said));
}

async function sign(core: Core, packet: string, tagManifestSha256: string): Promise<Uint8Array> {
  const signed = await signNamed(core, 'packets', () => packetMessage(Buffer.from(tagManifestSha256, 'hex')));
  return canonicalBytes({ version: 1, desk: core.desk, packet, tagManifestSha256, ...signed });
}

/**
 * What would not verify is never frozen: it would be wrong for ever.
 * @throws DeskError ledger/failed (the book was altered past the desk)
 */
async function demandAuthentic(core: Core, files: readonly PacketFile[]): Promise<void> {
  const report = new Report();
  const read = files.map(({ path, sizeBytes, sha256, sha512, content }) => {
    const kept = content instanceof Uint8Array ? content : undefined;
    return [path, { path, sizeBytes, sha256, sha512, content: kept }] as const;
  });
  const trust = makeTrust(core.desk, await core.keys.publicKeys());
  await checkWords(report, new Map(read), { trust });
  const codes = [...new Set(report.findings.map(({ code }) => code))];
  if (codes.length === 0) return;
  throw new DeskError('ledger/failed', `The packet would not verify (${codes.join(', ')}): run watch, then restore.`);
}
