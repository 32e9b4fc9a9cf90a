// A packet put together: its small files made, its exhibits named, everything digested, laid out and signed; the bytes come as they
// are asked for. Made again by the same program it is the same to the byte, as long as the signing key was not replaced in between.
import { crc32 } from 'node:zlib';
import { readAgency } from '../actors.ts';
import type { Chain, Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { bagInfo, BAGIT, manifestText } from '../formats/bag.ts';
import { canonicalBytes, sha256Hex } from '../formats/canonical.ts';
import { reportXml } from '../formats/cybertipline/index.ts';
import { csvText } from '../formats/csv.ts';
import { usedUp } from '../formats/used-up.ts';
import { layZip, zipBytes } from '../formats/zip/write.ts';
import { proveInclusion } from '../log.ts';
import type { ObjectRecord } from '../ports.ts';
import { Report } from '../proofs/report.ts';
import { openSealed } from '../seal.ts';
import { signNamed } from '../sign.ts';
import { renderSummary } from '../summary/index.ts';
import type { Custody } from '../status.ts';
import { makeTrust } from '../trust.ts';
import type { Case } from './case.ts';
import type { Covering } from './covering.ts';
import { gather, type Gathered } from './gather.ts';
import { MESSAGE_COLUMNS, messageRows } from './messages.ts';
import { openingsFor } from './openings.ts';
import { wordsOfOrder } from './order.ts';
import { infoLabels, inOrder, packetFolder, packetMessage, receivedPath, REPORT } from './parts.ts';
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

/** A file of the bag: bytes at hand, or an exhibit's sealed object. */
interface PacketFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly crc32: string;
  readonly content: Uint8Array | ObjectRecord;
}

export async function composePacket(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  covering: Covering,
): Promise<Composed> {
  const gathered = await gather(core, chain, record.seq);
  const custody = await custodyFiles(core, chain, record, gathered, covering);
  const shown = [...referralFiles(gathered), ...gathered.exhibits.map(exhibitFile)];
  const manifest = await caseOf(core, record, gathered, covering, [...custody, ...shown]);
  const caseFile = fileOf('data/case.json', canonicalBytes(manifest));
  const { referral } = gathered;
  const pdf = await renderSummary({ case: manifest, caseSha256: caseFile.sha256, referral }, core.font);
  const payload = [caseFile, fileOf('data/summary.pdf', pdf), ...shown];
  const tags = tagFiles(manifest, caseFile.sha256, payload, custody);
  const tagManifest = fileOf('tagmanifest-sha256.txt', manifestText(tags));
  const signature = fileOf('signature.json', await sign(core, record.id, tagManifest.sha256));
  const files = inOrder([...tags, tagManifest, signature, ...payload]);
  await demandAuthentic(core, files);
  return { ...bytesOf(core, record, files), caseSha256: caseFile.sha256, tagManifestSha256: tagManifest.sha256 };
}

// ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function fileOf(path: string, content: Uint8Array | string): PacketFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const check = crc32(bytes).toString(16).padStart(8, '0');
  return { path, sizeBytes: bytes.length, sha256: sha256Hex(bytes), crc32: check, content: bytes };
}

/** The referral as JSON, all that follows from it, and beside them what came as XML. */
function referralFiles(gathered: Gathered): PacketFile[] {
  const { referral, original, exhibits } = gathered;
  const isReport = gathered.case.referral.report !== undefined;
  const described = exhibits.flatMap(({ exhibit, details }) =>
    details === undefined ? [] : [fileOf(receivedPath(exhibit), details)],
  );
  return [
    fileOf('data/referral.json', isReport ? canonicalBytes(referral) : original),
    fileOf('data/cybertipline.xml', reportXml(referral)),
    fileOf('data/messages.csv', messagesOf(gathered)),
    ...(isReport ? [fileOf(REPORT, original)] : []),
    ...described,
  ];
}

function exhibitFile({ exhibit, object }: Gathered['exhibits'][number]): PacketFile {
  const { path, sizeBytes, sha256: digest, crc32: check } = exhibit;
  return { path, sizeBytes, sha256: digest, crc32: check, content: object };
}

function messagesOf({ referral, case: { exhibits } }: Gathered): string {
  return csvText(MESSAGE_COLUMNS, messageRows(referral, exhibits));
}

async function custodyFiles(
  core: Core,
  chain: Chain,
  record: PacketRecord,
  { entries, exhibits, texts }: Gathered,
  { state }: Covering,
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
  ];
}

async function caseOf(
  core: Core,
  record: PacketRecord,
  gathered: Gathered,
  { state, index }: Covering,
  files: readonly PacketFile[],
): Promise<Case> {
  const { purpose, legalBasis, terms } = await wordsOfOrder(core, record);
  const { id, name } = await readAgency(core, record.agency);
  const { orderedAt, orderedBy } = record;
  return {
    ...gathered.case,
    packet: { id: record.id, agency: { id, name }, orderedAt, orderedBy, purpose, legalBasis, terms },
    log: { index, size: state.size, checkpoint: state.checkpoint },
    files: files.map(({ path, sizeBytes, sha256: digest }) => ({ path, sizeBytes, sha256: digest })),
  };
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
    fileOf('manifest-sha256.txt', manifestText(payload)),
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
  const read = files.map(({ path, sizeBytes, sha256, content }) => {
    const kept = content instanceof Uint8Array ? content : undefined;
    return [path, { path, sizeBytes, sha256, content: kept }] as const;
  });
  await checkWords(report, new Map(read), makeTrust(core.desk, await core.keys.publicKeys()));
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
    const content = files[n]?.content ?? new Uint8Array(0);
    return content instanceof Uint8Array ? [content] : usedUp(openSealed(core, content));
  };
  return { sizeBytes: layout.sizeBytes, bytes: () => zipBytes(layout, open) };
}
