// Verifying a packet with nothing but trust.json: the container to the byte, the bag file by file, the signature, then what it says.
// One pass over the bytes; memory grows with what the packet says, not with its exhibits.
import { createHash } from 'node:crypto';
import { checkBag, isBagText, type Bag } from '../formats/bag.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { isSignedBy } from '../formats/checkpoint.ts';
import { checkTimes, readZip, type BytesSource, type ZipReading } from '../formats/zip/read.ts';
import { verifyCustody } from '../proofs/custody.ts';
import { isTrustUsable, Report, type Verdict } from '../proofs/report.ts';
import { custodySchema, type Custody } from '../status.ts';
import { trustedKey, type Trust } from '../trust.ts';
import type { Case, ShownPart } from './case.ts';
import { openingsSchema } from './openings.ts';
import { DISCLOSURE, FILES, filesOf, filesOfEvery, packetFolder, packetMessage, signatureSchema } from './parts.ts';
import { told, type ReadFile, type ReadFiles } from './told.ts';
import { checkCase, readCase } from './verify-case.ts';

/** A file of a packet that was unpacked: its path beneath the folder in which README.txt lies, with `/`. */
export interface UnpackedFile {
  readonly path: string;
  /** Undefined for what is no file of its own: a link, a pipe. No packet has any. */
  readonly bytes: AsyncIterable<Uint8Array> | undefined;
}

/** The packet as it came (random access to its bytes), or its files after unpacking. */
export type PacketSource = BytesSource | AsyncIterable<UnpackedFile>;

export interface VerifyPacketOptions {
  /** The desk's trust.json, had by another way; without it nobody's signature is held against anything, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** How many bytes of the packet were read. */
  readonly onProgress?: ((bytesRead: number) => void) | undefined;
}

export interface PacketVerdict extends Verdict {
  /** True when nothing was found, but that nobody known signed it. */
  readonly isConsistent: boolean;
  /** What the packet says of itself, where it can be read. */
  readonly packet?: {
    readonly id: string;
    readonly agency: string;
    readonly referralId: string;
    readonly desk: string;
    /** How much of its referral it shows, where that is a part: what is shown belongs to the sealed whole. */
    readonly part?: Pick<ShownPart, 'parts' | 'exhibits'>;
  };
}

/**
 * Whether a packet is authentic: made by this desk, and nothing in it changed, added or left out.
 * Codes: zip/* (the container), bag/* (RFC 8493), packet/* (what it says), custody/*, log/*, trust/*. `where` names the file, or the
 * part of the archive.
 * A packet never makes it throw; the source may.
 */
export async function verifyPacket(source: PacketSource, options: VerifyPacketOptions = {}): Promise<PacketVerdict> {
  const report = new Report();
  const { files, reading, folders } = await readFiles(report, source, options);
  for (const { code, where } of checkBag(bagOf(files))) report.say(code, where);
  const manifest = await checkWords(report, files, options.trust);
  for (const path of filesOfEvery(manifest?.packet?.terms)) if (!files.has(path)) report.say('packet/missing', path);
  if (reading !== undefined) checkContainer(report, reading, folders, manifest);
  return verdictOf(report, manifest);
}

/** Whether what a packet says is signed, and agrees with itself and the chain. @returns the case manifest, where it can be read */
export async function checkWords(
  report: Report,
  files: ReadFiles,
  trust: Trust | undefined,
): Promise<Case | undefined> {
  const manifest = readCase(report, files);
  checkSignature(report, files, manifest, trust);
  const custody = readCustody(report, files, trust);
  const openings = readJson(report, files, 'custody/openings.json', openingsSchema);
  if (manifest !== undefined && custody !== undefined && openings !== undefined) {
    await checkCase(told(report, files, manifest, custody, openings.openings));
  }
  return manifest;
}

function verdictOf(report: Report, manifest: Case | undefined): PacketVerdict {
  const verdict = report.verdict();
  const isConsistent = verdict.findings.every(({ code }) => code === 'trust/unknown-signer');
  const { packet } = manifest ?? {};
  if (manifest === undefined || packet === undefined) return { ...verdict, isConsistent };
  const { desk, referral } = manifest;
  const { part } = packet;
  return {
    ...verdict,
    isConsistent,
    packet: {
      id: packet.id,
      agency: packet.agency.id,
      referralId: referral.id,
      desk,
      ...(part && { part: { parts: part.parts, exhibits: part.exhibits } }),
    },
  };
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Read {
  readonly files: ReadFiles;
  readonly reading: ZipReading | undefined;
  /** The folders at the top. */
  readonly folders: ReadonlySet<string>;
}

async function readFiles(report: Report, source: PacketSource, { onProgress }: VerifyPacketOptions): Promise<Read> {
  const files = new Map<string, ReadFile>();
  const folders = new Set<string>();
  if (!('read' in source)) {
    for await (const { path, bytes } of source) {
      if (bytes === undefined) report.say('packet/no-file', path);
      else files.set(path, await read(report, path, bytes));
    }
    return { files, reading: undefined, folders };
  }
  const reading = await readZip(source, {
    onFile: async (name, bytes) => {
      const slash = name.indexOf('/');
      folders.add(slash < 0 ? '' : name.slice(0, slash));
      const path = name.slice(slash + 1);
      files.set(path, await read(report, path, bytes));
    },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  for (const { code, where } of reading.findings) report.say(code, where.slice(where.indexOf('/') + 1));
  return { files, reading, folders };
}

const MIB = 1024 * 1024;
/** Files that grow with the referral: more than the largest packet's, and no more than one text may hold. */
const MOST_TOLD_BYTES = 480 * MIB;
/** All others. */
const MOST_TAG_BYTES = MIB;

/** How much of a file is kept to be looked at: of exhibits and the PDF nothing. */
function mostKept(path: string): number {
  if (!isTelling(path)) return 0;
  return /^(?:data|custody)\/|manifest/.test(path) ? MOST_TOLD_BYTES : MOST_TAG_BYTES;
}

function isTelling(path: string): boolean {
  const isOfEvery = [...FILES, DISCLOSURE].includes(path) && !path.endsWith('.pdf');
  return isOfEvery || /^data\/received\/(?:report|E\d{4,})\.xml$/.test(path);
}

/** What tells something must be kept to be looked at: what is too large for that is a finding, never passed over. Code: packet/malformed. */
async function read(report: Report, path: string, bytes: AsyncIterable<Uint8Array>): Promise<ReadFile> {
  const hash = createHash('sha256');
  const most = mostKept(path);
  const kept: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of bytes) {
    hash.update(piece);
    sizeBytes += piece.length;
    if (sizeBytes <= most) kept.push(Buffer.from(piece));
    else kept.length = 0;
  }
  const isWhole = most > 0 && sizeBytes <= most;
  if (most > 0 && !isWhole) report.say('packet/malformed', path);
  return { path, sizeBytes, sha256: hash.digest('hex'), content: isWhole ? Buffer.concat(kept) : undefined };
}

/** The bag to RFC 8493; of the signature it knows nothing, which is over the tag manifest and so cannot stand in it. */
function bagOf(files: ReadFiles): Bag {
  const listed = [...files.values()].filter(({ path }) => path !== 'signature.json');
  const texts = listed.flatMap(({ path, content }) =>
    isBagText(path) && content !== undefined ? [[path, content] as const] : [],
  );
  return {
    files: new Map(listed.map(({ path, sizeBytes, sha256 }) => [path, { sizeBytes, digests: { sha256 } }])),
    texts: new Map(texts),
  };
}

function checkContainer(
  report: Report,
  reading: ZipReading,
  folders: ReadonlySet<string>,
  manifest: Case | undefined,
): void {
  const { packet } = manifest ?? {};
  if (manifest === undefined || packet === undefined) return;
  checkOrder(report, reading, filesOf(manifest));
  const checks = new Map(reading.entries.map(({ name, crc32 }) => [name.slice(name.indexOf('/') + 1), crc32]));
  for (const { path, crc32, leftOut } of manifest.exhibits) {
    if (leftOut === undefined && checks.get(path) !== crc32)
      report.say('packet/exhibit', `${path}: another CRC-32 than case.json says`);
  }
  const folder = packetFolder(packet.id);
  for (const name of folders) if (name !== folder) report.say('packet/folder', name === '' ? 'the top folder' : name);
  for (const { code, where } of checkTimes(reading, new Date(packet.orderedAt)))
    report.say(code, where.slice(where.indexOf('/') + 1));
}

/** No signature covers in which order the files lie, and there is only one. Code: packet/order-of-files. */
function checkOrder(report: Report, { entries }: ZipReading, expected: readonly string[]): void {
  const wrong = entries.findIndex(({ name }, n) => name.slice(name.indexOf('/') + 1) !== expected[n]);
  const at = wrong >= 0 ? wrong : entries.length;
  if (wrong >= 0 || entries.length < expected.length)
    report.say('packet/order-of-files', expected[at] ?? entries[at]?.name ?? 'the packet');
}

// ── whose it is ───────────────────────────────────────────────────────────────────────────────────────────────────────

function checkSignature(report: Report, files: ReadFiles, manifest: Case | undefined, trust: Trust | undefined): void {
  const signed = readJson(report, files, 'signature.json', signatureSchema);
  const tagManifest = files.get('tagmanifest-sha256.txt')?.sha256;
  if (signed === undefined || tagManifest === undefined) return;
  const isOfThis =
    signed.tagManifestSha256 === tagManifest &&
    (manifest === undefined || (signed.desk === manifest.desk && signed.packet === manifest.packet?.id));
  if (!isOfThis) report.say('packet/signature', 'signature.json: it is of another packet');
  if (!isTrustUsable(report, trust, signed.desk)) return;
  const key = trustedKey(trust, 'packets', signed.keyId, manifest?.packet?.orderedAt);
  const message = packetMessage(Buffer.from(signed.tagManifestSha256, 'hex'));
  if (key === undefined)
    report.say('trust/unknown-signer', 'signature.json: a key that trust.json does not name for packets');
  else if (!isSpelt(signed.signature) || !isSignedBy(key, message, Buffer.from(signed.signature, 'base64')))
    report.say('packet/signature', 'signature.json');
}

/** Base64 as it is written: the bits that its last letter has to spare are none. */
function isSpelt(base64: string): boolean {
  return Buffer.from(base64, 'base64').toString('base64') === base64;
}

function readCustody(report: Report, files: ReadFiles, trust: Trust | undefined): Custody | undefined {
  const custody = readJson(report, files, 'custody/chain.json', custodySchema);
  if (custody === undefined) return undefined;
  for (const { code, where } of verifyCustody(custody, { trust }).findings) {
    if (code !== 'trust/unknown-signer') report.say(code, `custody/chain.json: ${where}`); // said of the signature already
  }
  return custody;
}

/** A JSON file of the packet in its one form. Code: packet/malformed. */
function readJson<T>(
  report: Report,
  files: ReadFiles,
  path: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): T | undefined {
  const content = files.get(path)?.content;
  if (content === undefined) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(content).toString('utf8')));
    if (parsed.success && canonicalBytes(parsed.data).equals(content)) return parsed.data;
  } catch {
    // told below
  }
  report.say('packet/malformed', path);
  return undefined;
}
