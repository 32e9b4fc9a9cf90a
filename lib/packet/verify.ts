// Verifying a packet with nothing but trust.json, step by step: the container to the byte, the bag file by file, the signature, then what
// it says. One pass over the bytes; memory grows with what the packet says, not with its exhibits.
import { checkBag } from '../formats/bag.ts';
import { checkTimes, type ZipReading } from '../formats/zip/read.ts';
import type { DigestsBeside } from '../ports.ts';
import { authoritiesOf } from '../proofs/authorities.ts';
import { Report, type Unchecked, type Verdict } from '../proofs/report.ts';
import type { Custody } from '../status.ts';
import type { Trust } from '../trust.ts';
import type { Case, ShownPart } from './case.ts';
import { openingsSchema } from './openings.ts';
import { FILES, filesOf, packetFolder } from './parts.ts';
import { bagOf, readFiles, readJson, type PacketSource } from './read-files.ts';
import { leaveUnread, stepsOf, type PacketStep } from './steps.ts';
import type { Encryption } from './terms.ts';
import { told, type ReadFiles } from './told.ts';
import { checkAgainst, leaveLater, type KeptElsewhere } from './verify-against.ts';
import { checkCase, readCase } from './verify-case.ts';
import { checkSummarySignature } from './verify-summary.ts';
import { checkChain, checkSignature, readCustody, type PacketSigner } from './verify-signer.ts';

export type { PacketSource, UnpackedFile } from './read-files.ts';

export interface VerifyPacketOptions {
  /** The desk's trust.json, had by another way; without it nobody's signature is held against anything, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** More authorities (X.509, DER) whose time stamps are believed, beside those of trust.json. */
  readonly authorities?: readonly Uint8Array[] | undefined;
  /** The referral it must be of. */
  readonly referralId?: string | undefined;
  /** What is later than the packet, or older, and was kept elsewhere. */
  readonly against?: KeptElsewhere | { readonly kind: 'packet'; readonly packet: PacketSource } | undefined;
  /** Another core for the slow digests of exhibits (`localBeside`); this one without it. */
  readonly digestsBeside?: DigestsBeside | undefined;
  /** How many bytes of the packet were read. */
  readonly onProgress?: ((bytesRead: number) => void) | undefined;
}

/** What a packet says of itself. Times are RFC 3339 UTC. */
export interface PacketSaid {
  readonly id: string;
  readonly agency: string;
  readonly referralId: string;
  readonly desk: string;
  /** To which key of its agency it was encrypted when it was delivered. */
  readonly encryption: Encryption;
  readonly orderedAt: string;
  /** Of whatever came after it the packet says nothing. */
  readonly asOf: string;
  /** How much of its referral it shows, where that is a part: what is shown belongs to the sealed whole. */
  readonly part?: Pick<ShownPart, 'parts' | 'exhibits' | 'isExact'>;
}

export interface PacketVerdict extends Verdict {
  /** True when nothing was found, but that nobody known signed it. */
  readonly isConsistent: boolean;
  /** Where it can be read. */
  readonly packet?: PacketSaid;
  readonly signer?: PacketSigner;
  /** What was checked, in its order, and what each step came to. */
  readonly steps: readonly PacketStep[];
  /** What was not checked, and why: of every step, each once. */
  readonly unchecked: readonly Unchecked[];
}

/**
 * Whether a packet is authentic: made by this desk, and nothing in it changed, added or left out.
 * Codes: zip/* (the container), bag/* (RFC 8493), packet/* (what it says), custody/*, log/*, stamp/*, trust/*; against/* (what it is held
 * against). `where` names the file, or the
 * part of the archive.
 * A packet never makes it throw; the source may.
 */
export async function verifyPacket(source: PacketSource, options: VerifyPacketOptions = {}): Promise<PacketVerdict> {
  const examined = await examine(source, options);
  await checkAsked(examined, options);
  return verdictOf(examined);
}

interface Examined extends Words {
  readonly report: Report;
}

/** The packet by itself. */
async function examine(source: PacketSource, options: VerifyPacketOptions): Promise<Examined> {
  const report = new Report();
  report.begin('container');
  const { files, reading, folders } = await readFiles(report, source, options);
  report.begin('files');
  for (const path of FILES) if (!files.has(path)) report.say('packet/missing', path);
  for (const { code, where } of checkBag(bagOf(files))) report.say(code, where);
  report.note(`${files.size} files, ${bytesIn(files)} bytes.`);
  const words = await checkWords(report, files, options);
  report.begin('container');
  if (reading === undefined)
    report.leaveOpen('container', 'It was given unpacked: the archive it came in was not looked at.');
  else checkContainer(report, reading, folders, words.manifest);
  return { report, ...words };
}

interface Words {
  /** Undefined where it cannot be read. */
  readonly manifest: Case | undefined;
  readonly signer: PacketSigner | undefined;
  readonly custody: Custody | undefined;
}

/** Whether what a packet says is signed, and agrees with itself and the chain. */
export async function checkWords(
  report: Report,
  files: ReadFiles,
  { trust, authorities = [] }: Pick<VerifyPacketOptions, 'trust' | 'authorities'>,
): Promise<Words> {
  report.begin('files');
  const manifest = readCase(report, files);
  report.begin('signature');
  const signer = checkSignature(report, files, manifest, trust);
  report.begin('custody');
  const read = readCustody(report, files);
  if (read === undefined) leaveUnread(report);
  else checkChain(report, read, trust);
  report.begin('openings');
  const openings = readJson(report, files, 'custody/openings.json', openingsSchema);
  if (manifest !== undefined && read !== undefined && openings !== undefined) {
    report.begin('stamps');
    const believed = authoritiesOf(report, trust, authorities);
    report.begin('openings');
    await checkCase(told(report, files, manifest, read, openings.openings, believed));
    report.begin('summary');
    checkSummarySignature(report, files, manifest, trust, signer);
  } else leaveUnread(report);
  return { manifest, signer, custody: read?.custody };
}

// ── what was asked for ────────────────────────────────────────────────────────────────────────────────────────────────

/** Codes: packet/other-referral, and those of `checkAgainst`. */
async function checkAsked({ report, manifest, custody }: Examined, options: VerifyPacketOptions): Promise<void> {
  const { referralId, against, trust, authorities = [] } = options;
  report.begin('custody');
  if (against === undefined && manifest !== undefined) leaveLater(report, manifest.asOf);
  if (referralId === undefined && against === undefined) return;
  report.begin('asked');
  if (manifest === undefined || custody === undefined) {
    leaveUnread(report);
    return;
  }
  if (referralId !== undefined && manifest.referral.id !== referralId)
    report.say('packet/other-referral', manifest.referral.id);
  if (against === undefined) return;
  const kept = against.kind === 'packet' ? await custodyOf(report, against.packet, options) : against;
  if (kept !== undefined) await checkAgainst({ report, custody, trust, authorities }, kept);
}

/** The chain of another packet, which must hold by itself. Code: against/unusable. */
async function custodyOf(
  report: Report,
  source: PacketSource,
  options: VerifyPacketOptions,
): Promise<KeptElsewhere | undefined> {
  const { trust, authorities } = options;
  const other = await examine(source, { trust, authorities, digestsBeside: options.digestsBeside });
  const codes = other.report.findings.map(({ code }) => code).filter((code) => code !== 'trust/unknown-signer');
  if (codes.length > 0) report.say('against/unusable', [...new Set(codes)].join(', '));
  return other.custody === undefined ? undefined : { kind: 'custody', custody: other.custody };
}

// ── the container ─────────────────────────────────────────────────────────────────────────────────────────────────────

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

function bytesIn(files: ReadFiles): number {
  return [...files.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

// ── the verdict ───────────────────────────────────────────────────────────────────────────────────────────────────────

function verdictOf({ report, manifest, signer }: Examined): PacketVerdict {
  const verdict = report.verdict();
  const steps = stepsOf(report, manifest?.packet?.part !== undefined);
  return {
    ...verdict,
    isConsistent: verdict.findings.every(({ code }) => code === 'trust/unknown-signer'),
    ...(manifest?.packet === undefined ? {} : { packet: saidOf(manifest, manifest.packet) }),
    ...(signer === undefined ? {} : { signer }),
    steps,
    unchecked: eachOnce(steps.flatMap(({ unchecked }) => unchecked)),
  };
}

function saidOf({ desk, referral, asOf }: Case, packet: NonNullable<Case['packet']>): PacketSaid {
  const { id, agency, orderedAt, terms, part } = packet;
  const said = { id, agency: agency.id, referralId: referral.id, desk, encryption: terms.encryption, orderedAt, asOf };
  if (part === undefined) return said;
  const { parts, exhibits, isExact } = part;
  return { ...said, part: { parts, exhibits, ...(isExact === undefined ? {} : { isExact }) } };
}

function eachOnce(all: readonly Unchecked[]): Unchecked[] {
  return [...new Map(all.map((each) => [`${each.what} ${each.why}`, each])).values()];
}
