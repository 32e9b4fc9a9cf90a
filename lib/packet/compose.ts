// A packet put together: its small files made, its exhibits named, everything digested, laid out and signed; the bytes come as they
// are asked for. Made again by the same program it is the same to the byte, as long as the signing key was not replaced in between.
import { readAgency } from '../agencies.ts';
import type { Chain, Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { bagInfo, BAGIT, manifestText } from '../formats/bag.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { layZip, zipBytes } from '../formats/zip/write.ts';
import { proveInclusion } from '../log.ts';
import { Report } from '../proofs/report.ts';
import { signNamed } from '../sign.ts';
import { renderSummary, type Attached } from '../summary/index.ts';
import type { Custody } from '../status.ts';
import { makeTrust } from '../trust.ts';
import type { Case } from './case.ts';
import type { Covering } from './covering.ts';
import { gather, type Gathered } from './gather.ts';
import { derivedFiles } from './derived.ts';
import { eEvidenceManifest } from './e-evidence.ts';
import { contentOf, derivedFile, exhibitFile, fileOf, withSha512, type PacketFile } from './packet-file.ts';
import { openingsFor } from './openings.ts';
import { wordsOfOrder } from './order.ts';
import {
  CASE,
  E_EVIDENCE,
  infoLabels,
  inOrder,
  packetFolder,
  packetMessage,
  profileIn,
  receivedPath,
  REFERRAL,
  REPORT,
  stampPath,
} from './parts.ts';
import { readMe } from './read-me.ts';
import type { PacketRecord } from './record.ts';
import { checkWords } from './verify.ts';

export interface Composed {
  readonly sizeBytes: number;
  readonly caseSha256: string;
  readonly tagManifestSha256: string;
  /** The whole packet, from its first byte to its last; a chunk is used up or copied before the next one is asked for. */
  readonly bytes: () => AsyncGenerator<Uint8Array>;
}

export async function composePacket(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  covering: Covering,
): Promise<Composed> {
  const gathered = await gather(core, chain, record.seq);
  const custody = await custodyFiles(core, chain, record, gathered, covering);
  const { referral } = gathered;
  const said = await caseOf(core, record, gathered, covering);
  const derived = derivedFiles(said, referral).map(derivedFile);
  const shown = inOrder([...referralFiles(gathered), ...derived, ...gathered.exhibits.map(exhibitFile)]);
  const manifest = { ...said, files: [...custody, ...shown].map(listed) };
  const caseFile = fileOf(CASE, canonicalBytes(manifest));
  const pdf = await summaryOf(core, gathered, manifest, caseFile, shown);
  const payload = await payloadOf(core, manifest, [caseFile, fileOf('data/summary.pdf', pdf), ...shown]);
  const tags = await digestedFor(core, manifest, tagFiles(manifest, caseFile.sha256, payload, custody));
  const tagManifests = manifestsOf(manifest, 'tagmanifest', tags);
  const tagManifestSha256 = tagManifests[0].sha256;
  const signature = fileOf('signature.json', await sign(core, record.id, tagManifestSha256));
  const files = inOrder([...tags, ...tagManifests, signature, ...payload]);
  await demandAuthentic(core, files);
  return { ...bytesOf(core, record, files), caseSha256: caseFile.sha256, tagManifestSha256 };
}

// ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What lies beneath data/, with the manifest that names all else there, where the profile asks for that. */
async function payloadOf(core: Core, manifest: Case, files: readonly PacketFile[]): Promise<readonly PacketFile[]> {
  const digested = await digestedFor(core, manifest, files);
  if (profileIn(manifest)?.eEvidence !== true) return digested;
  const sent = fileOf(E_EVIDENCE, eEvidenceManifest(manifest, new Map(digested.map((file) => [file.path, file]))));
  return inOrder([...digested, ...(await withSha512(core, [sent]))]);
}

/** With the digests that the profile asks for; SHA-256 they have. */
async function digestedFor(core: Core, manifest: Case, files: readonly PacketFile[]): Promise<readonly PacketFile[]> {
  return profileIn(manifest)?.digests.includes('sha512') === true ? withSha512(core, files) : files;
}

/** Over SHA-256, then over what else the profile asks for. */
function manifestsOf(
  manifest: Case,
  name: 'manifest' | 'tagmanifest',
  files: readonly PacketFile[],
): [PacketFile, ...PacketFile[]] {
  const more = profileIn(manifest)?.digests.filter((digest) => digest !== 'sha256') ?? [];
  const made = (digest: 'sha256' | 'sha512'): PacketFile =>
    fileOf(`${name}-${digest}.txt`, manifestText(files, digest));
  return [made('sha256'), ...more.map(made)];
}

/** The PDF prints the digest of the case manifest, which does not name it: so both that and the referral may lie in it. */
function summaryOf(
  core: Core,
  { referral }: Gathered,
  manifest: Case,
  caseFile: PacketFile,
  files: readonly PacketFile[],
): Promise<Buffer> {
  const sent = files.find(({ path }) => path === 'data/referral.json');
  const attached: readonly Attached[] = [
    ...attachedOf(caseFile, 'Data', 'The case manifest, from which the pages are drawn'),
    ...attachedOf(sent, 'Source', 'The referral, as it lies in the packet'),
  ];
  return renderSummary({ case: manifest, caseSha256: caseFile.sha256, referral, attached }, core.font);
}

function attachedOf(
  file: PacketFile | undefined,
  relationship: Attached['relationship'],
  description: string,
): Attached[] {
  if (!(file?.content instanceof Uint8Array)) return [];
  return [{ name: file.path.replace('data/', ''), bytes: file.content, relationship, description }];
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

async function custodyFiles(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  { entries, exhibits, texts }: Gathered,
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
  const openings = openingsFor(chain, entries, exhibits, record.seq);
  return [
    fileOf('custody/chain.json', canonicalBytes(custody)),
    fileOf('custody/openings.json', canonicalBytes({ version: 1, openings })),
    ...stamps.map(({ authority, reply }) => fileOf(stampPath(authority), Buffer.from(reply, 'base64'))),
  ];
}

async function caseOf(
  core: Core,
  record: PacketRecord,
  gathered: Gathered,
  { state, index, stamps }: Covering,
): Promise<Omit<Case, 'files'>> {
  const { purpose, legalBasis, terms } = await wordsOfOrder(core, record);
  const { id, name } = await readAgency(core, record.agency);
  const { orderedAt, orderedBy } = record;
  return {
    ...gathered.case,
    packet: { id: record.id, agency: { id, name }, orderedAt, orderedBy, purpose, legalBasis, terms },
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

// ── the bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function bytesOf(
  core: Core,
  record: PacketRecord,
  files: readonly PacketFile[],
): Pick<Composed, 'sizeBytes' | 'bytes'> {
  const folder = packetFolder(record.id);
  const entries = files.map(({ path, sizeBytes, crc32: check }) => ({
    name: `${folder}/${path}`,
    sizeBytes,
    crc32: check,
  }));
  const layout = layZip(entries, new Date(record.orderedAt));
  const open = (_entry: object, n: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array> => {
    const file = files[n];
    return file === undefined ? [] : contentOf(core, file);
  };
  return { sizeBytes: layout.sizeBytes, bytes: () => zipBytes(layout, open) };
}
