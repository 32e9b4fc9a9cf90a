// BagIt 1.0 (RFC 8493): the texts of a bag made, read strictly, and held against the files that are there. Evidence stands by itself:
// a bag that would have files fetched is refused.
import { DeskError } from '../errors.ts';

/** bagit.txt, whole. */
export const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

export type BagCode =
  | 'bag/missing' // listed or required, and not there
  | 'bag/unlisted' // there, and in one of the manifests not listed
  | 'bag/digest' // there, and not what was listed
  | 'bag/unchecked' // listed with a digest that was not computed here
  | 'bag/duplicate' // listed twice
  | 'bag/path' // listed under a path that leaves the bag or is in the wrong place
  | 'bag/malformed' // a text of the bag does not have its form
  | 'bag/oxum' // the payload's size or count is not what bag-info.txt says
  | 'bag/fetch'; // fetch.txt: files that are elsewhere

export interface BagFinding {
  readonly code: BagCode;
  /** A path in the bag. */
  readonly where: string;
}

/** Hex digits of a digest, by the name that stands in a manifest's file name. */
const DIGEST_HEX = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;
export type BagAlgorithm = keyof typeof DIGEST_HEX;

/** A file that is in the bag: its digests in lower-case hex. */
export interface BagFile {
  readonly sizeBytes: number;
  readonly digests: Readonly<Partial<Record<BagAlgorithm, string>>>;
}

export interface Listed {
  readonly path: string;
  readonly sha256: string;
  readonly sha512?: string | undefined;
}

export type Label = readonly [name: string, value: string];

// ── making ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * bag-info.txt: the labels in this order, then Payload-Oxum. A line break in a value becomes one blank.
 * @throws DeskError internal on a label that is none
 */
export function bagInfo(labels: readonly Label[], payload: readonly { readonly sizeBytes: number }[]): string {
  const oxum: Label = ['Payload-Oxum', payloadOxum(payload)];
  return [...labels, oxum].map(infoLine).join('');
}

function infoLine([name, value]: Label): string {
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw new DeskError('internal', 'A label of a bag is letters, digits and hyphens.');
  return `${name}: ${value.replace(/\s*[\r\n]+\s*/g, ' ').trim()}\n`;
}

/** Bytes and number of the payload's files. */
export function payloadOxum(payload: readonly { readonly sizeBytes: number }[]): string {
  return `${payload.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)}.${payload.length}`;
}

/**
 * A manifest or tag manifest, ordered by the bytes of the paths, so that one set of files has one manifest.
 * @throws DeskError internal on a path that cannot be listed, or is listed twice, and on a digest that is missing
 */
export function manifestText(files: readonly Listed[], algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  const isSound = files.every((file) => isBagPath(file.path) && isDigest(file[algorithm] ?? '', algorithm));
  const isOnce = new Set(files.map(({ path }) => path)).size === files.length;
  if (!isSound || !isOnce)
    throw new DeskError('internal', 'A manifest lists each file once, by a path inside the bag.');
  return files
    .map((file) => ({ path: file.path, digest: file[algorithm] ?? '', order: Buffer.from(file.path, 'utf8') }))
    .sort((a, b) => Buffer.compare(a.order, b.order))
    .map(({ path, digest }) => `${digest}  ${encodePath(path)}\n`)
    .join('');
}

function isDigest(hex: string, algorithm: BagAlgorithm): boolean {
  return hex.length === DIGEST_HEX[algorithm] && /^[0-9a-f]+$/.test(hex);
}

/** Whether a path stays inside the bag, on every system. */
export function isBagPath(path: string): boolean {
  if (/^[~/]|^[A-Za-z]:|[\\\0]/.test(path) || !path.isWellFormed()) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Only CR, LF and % are encoded (RFC 8493 section 2.1.3). */
function encodePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function decodePath(text: string): string | undefined {
  if (/%(?!25|0[AaDd])/.test(text)) return undefined;
  return text.replace(/%(25|0[Aa]|0[Dd])/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ReadManifest {
  readonly digests: ReadonlyMap<string, string>;
  readonly findings: readonly BagFinding[];
}

/** Reads a manifest called `where`. A line that is not understood is a finding; the others count. */
export function readManifest(bytes: Uint8Array, where: string, algorithm: BagAlgorithm): ReadManifest {
  const digests = new Map<string, string>();
  const findings: BagFinding[] = [];
  for (const line of linesOf(bytes) ?? ['']) {
    const [, hex = '', text = ''] = /^([0-9A-Fa-f]+)[ \t]+(.+)$/su.exec(line) ?? [];
    const path = decodePath(text);
    if (path === undefined || !isDigest(hex.toLowerCase(), algorithm)) findings.push({ code: 'bag/malformed', where });
    else if (!isInPlace(path, where)) findings.push({ code: 'bag/path', where: path });
    else if (digests.has(path)) findings.push({ code: 'bag/duplicate', where: path });
    else digests.set(path, hex.toLowerCase());
  }
  return { digests, findings };
}

/** A manifest lists the payload; a tag manifest lists everything else but tag manifests. */
function isInPlace(path: string, manifest: string): boolean {
  return isBagPath(path) && (isTagManifest(manifest) ? isTagFile(path) : isPayload(path));
}

const isPayload = (path: string): boolean => path.startsWith('data/');
const isTagManifest = (path: string): boolean => /^tagmanifest-[^/]*\.txt$/.test(path);
const isTagFile = (path: string): boolean => !isPayload(path) && !isTagManifest(path);

/** Lines ended by LF, CRLF or CR; undefined when it is no UTF-8, begins with a BOM, or the last line has no end. */
function linesOf(bytes: Uint8Array): string[] | undefined {
  const text = textOf(bytes);
  if (text === undefined || text.startsWith('\uFEFF')) return undefined;
  const lines = text.split(/\r\n|\r|\n/);
  return lines.pop() === '' ? lines : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The labels of bag-info.txt in order, folded values joined; undefined when it does not have its form. */
export function readBagInfo(bytes: Uint8Array): Label[] | undefined {
  const labels: Label[] = [];
  for (const line of linesOf(bytes) ?? ['']) {
    const [, name, value] = /^([^\s:]+):[ \t]+(.*)$/u.exec(line) ?? [];
    const last = labels.at(-1);
    if (name !== undefined && value !== undefined) labels.push([name, value]);
    else if (/^[ \t]+\S/.test(line) && last !== undefined) labels.splice(-1, 1, [last[0], `${last[1]} ${line.trim()}`]);
    else return undefined;
  }
  return labels;
}

// ── checking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Bag {
  /** Every file in the bag by its path, the texts among them. */
  readonly files: ReadonlyMap<string, BagFile>;
  /** The bytes of the bag's own texts: those that `isBagText`. */
  readonly texts: ReadonlyMap<string, Uint8Array>;
  /** Tag files that the tag manifests need not list, such as a signature over one of them. */
  readonly besides?: readonly string[];
}

/** Whether `checkBag` has to have a file's bytes. */
export function isBagText(path: string): boolean {
  return path === 'bagit.txt' || path === 'bag-info.txt' || manifestOf(path) !== undefined;
}

/**
 * Names every difference between a bag and its manifests. Stricter than RFC 8493 in this: every tag manifest lists every
 * tag file but the tag manifests and those `besides`; and no files are fetched.
 */
export function checkBag(bag: Bag): BagFinding[] {
  const manifests = [...bag.texts].flatMap(([path, bytes]) => {
    const manifest = manifestOf(path);
    return manifest === undefined ? [] : [{ path, ...manifest, ...readManifest(bytes, path, manifest.algorithm) }];
  });
  return [
    ...checkDeclaration(bag),
    ...(manifests.some(({ isTag }) => !isTag) ? [] : [finding('bag/missing', 'manifest-sha256.txt')]),
    ...(bag.files.has('fetch.txt') ? [finding('bag/fetch', 'fetch.txt')] : []),
    ...manifests.flatMap((manifest) => [...manifest.findings, ...checkManifest(bag, manifest)]),
    ...checkInfo(bag),
  ];
}

function finding(code: BagCode, where: string): BagFinding {
  return { code, where };
}

function manifestOf(path: string): { readonly isTag: boolean; readonly algorithm: BagAlgorithm } | undefined {
  const [, tag, name] = /^(tag)?manifest-(md5|sha1|sha256|sha512)\.txt$/.exec(path) ?? [];
  return name === undefined ? undefined : { isTag: tag !== undefined, algorithm: name as BagAlgorithm };
}

function checkDeclaration({ texts }: Bag): BagFinding[] {
  const bytes = texts.get('bagit.txt');
  if (bytes === undefined) return [finding('bag/missing', 'bagit.txt')];
  return textOf(bytes) === BAGIT ? [] : [finding('bag/malformed', 'bagit.txt')];
}

type Checked = { readonly isTag: boolean; readonly algorithm: BagAlgorithm } & Pick<ReadManifest, 'digests'>;

function* checkManifest({ files, besides = [] }: Bag, { isTag, algorithm, digests }: Checked): Generator<BagFinding> {
  for (const [path, digest] of digests) {
    const file = files.get(path);
    if (file === undefined) yield finding('bag/missing', path);
    else if (file.digests[algorithm] === undefined) yield finding('bag/unchecked', path);
    else if (file.digests[algorithm] !== digest) yield finding('bag/digest', path);
  }
  for (const path of files.keys()) {
    const belongs = isTag ? isTagFile(path) && !besides.includes(path) : isPayload(path);
    if (belongs && !digests.has(path)) yield finding('bag/unlisted', path);
  }
}

function checkInfo({ files, texts }: Bag): BagFinding[] {
  const bytes = texts.get('bag-info.txt');
  if (bytes === undefined) return [];
  const labels = readBagInfo(bytes);
  if (labels === undefined) return [finding('bag/malformed', 'bag-info.txt')];
  const payload = [...files].filter(([path]) => isPayload(path)).map(([, file]) => file);
  const oxums = labels.filter(([name]) => name.toLowerCase() === 'payload-oxum').map(([, value]) => value);
  const isRight = oxums.every((oxum) => oxum === payloadOxum(payload)) && oxums.length < 2;
  return isRight ? [] : [finding('bag/oxum', 'bag-info.txt')];
}
