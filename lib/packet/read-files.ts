// A packet's files as they come, in one pass over the bytes: each digested, what tells something kept to be looked at.
// Always true: memory grows with what the packet says, not with its exhibits.
import { createHash } from 'node:crypto';
import type { Bag } from '../formats/bag.ts';
import { isBagText } from '../formats/bag.ts';
import { canonicalBytes } from '../formats/canonical.ts';
import { readZip, type BytesSource, type ZipReading } from '../formats/zip/read.ts';
import { Digester, digestsHere } from '../digests.ts';
import type { DigestName, DigestsBeside } from '../ports.ts';
import type { Report } from '../proofs/report.ts';
import { DISCLOSURE, FILES, GRAPH, MANIFEST_512, TAG_MANIFEST_512 } from './parts.ts';
import type { ReadFile, ReadFiles } from './told.ts';

/** A file of a packet that was unpacked: its path beneath the folder in which README.txt lies, with `/`. */
export interface UnpackedFile {
  readonly path: string;
  /** Undefined for what is no file of its own: a link, a pipe. No packet has any. */
  readonly bytes: AsyncIterable<Uint8Array> | undefined;
}

/** The packet as it came (random access to its bytes), or its files after unpacking. */
export type PacketSource = BytesSource | AsyncIterable<UnpackedFile>;

export interface Read {
  readonly files: ReadFiles;
  readonly reading: ZipReading | undefined;
  /** The folders at the top. */
  readonly folders: ReadonlySet<string>;
}

export interface ReadOptions {
  readonly onProgress?: ((bytesRead: number) => void) | undefined;
  readonly digestsBeside?: DigestsBeside | undefined;
}

/** Codes: zip/*, packet/no-file, packet/malformed. */
export async function readFiles(report: Report, source: PacketSource, options: ReadOptions = {}): Promise<Read> {
  const { onProgress, digestsBeside = digestsHere } = options;
  const taken = newTaken();
  const folders = new Set<string>();
  if (!('read' in source)) {
    for await (const { path, bytes } of source) {
      if (bytes === undefined) report.say('packet/no-file', path);
      else await taken.add(path, await read(report, path, bytes, { hasSha512: true, digestsBeside }));
    }
    return { files: await taken.files(), reading: undefined, folders };
  }
  const reading = await readZip(source, {
    onFile: async (name, bytes, sizeBytes) => {
      const slash = name.indexOf('/');
      folders.add(slash < 0 ? '' : name.slice(0, slash));
      const path = name.slice(slash + 1);
      // the manifests lie before the payload; what they list and was not digested is a finding
      const hasSha512 = !path.startsWith('data/') || taken.has(MANIFEST_512);
      await taken.add(path, await read(report, path, bytes, { hasSha512, sizeBytes, digestsBeside }));
    },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const files = await taken.files();
  for (const { code, where } of reading.findings) report.say(code, where.slice(where.indexOf('/') + 1));
  return { files, reading, folders };
}

/** Of so many files the digests may still be under way on the other core while the next file's bytes come. */
const MOST_UNDER_WAY = 4;

/** A file all of whose bytes have come, with what is still being reckoned. */
type Reckoning = () => Promise<ReadFile>;

interface Taken {
  readonly has: (path: string) => boolean;
  /** Waits until not too many are under way. */
  readonly add: (path: string, file: Reckoning) => Promise<void>;
  /** In the order in which they came, the last of a path. */
  readonly files: () => Promise<ReadFiles>;
}

function newTaken(): Taken {
  const all = new Map<string, Reckoning>();
  const underWay: Reckoning[] = [];
  return {
    has: (path) => all.has(path),
    add: async (path, file) => {
      all.set(path, file);
      underWay.push(file);
      if (underWay.length > MOST_UNDER_WAY) await underWay.shift()?.();
    },
    files: async () => {
      const files = new Map<string, ReadFile>();
      for (const [path, file] of all) files.set(path, await file());
      return files;
    },
  };
}

const MIB = 1024 * 1024;
/** Files that grow with the referral: more than the largest packet's, and no more than one text may hold. */
const MOST_TOLD_BYTES = 480 * MIB;
/** What an authority answers. */
const MOST_STAMP_BYTES = 64 * 1024;
/** All others. */
const MOST_TAG_BYTES = MIB;

/** How much of a file is kept to be looked at: nothing of exhibits, the PDF, and what is made again without being read. */
function mostKept(path: string): number {
  if (!isTelling(path)) return 0;
  if (isStamp(path)) return MOST_STAMP_BYTES;
  return /^(?:data|custody)\/|manifest/.test(path) ? MOST_TOLD_BYTES : MOST_TAG_BYTES;
}

function isTelling(path: string): boolean {
  const isOfEvery = [...FILES, DISCLOSURE].includes(path) && path !== GRAPH && !path.endsWith('.pdf');
  const isManifest = path === MANIFEST_512 || path === TAG_MANIFEST_512;
  return isOfEvery || isManifest || isStamp(path) || /^data\/received\/(?:report|E\d{4,})\.xml$/.test(path);
}

function isStamp(path: string): boolean {
  return /^custody\/stamps\/[^/]+\.tsr$/.test(path);
}

interface Asked {
  readonly hasSha512: boolean;
  readonly sizeBytes?: number;
  readonly digestsBeside: DigestsBeside;
}

/** What tells something must be kept to be looked at: what is too large for that is a finding, never passed over. Code: packet/malformed. */
async function read(report: Report, path: string, bytes: AsyncIterable<Uint8Array>, asked: Asked): Promise<Reckoning> {
  const here = createHash('sha256');
  const others = new Digester(otherDigests(path, asked.hasSha512), asked.digestsBeside, asked.sizeBytes);
  const most = mostKept(path);
  const kept: Buffer[] = [];
  for await (const piece of others.through(bytes)) {
    here.update(piece);
    if (others.sizeBytes <= most) kept.push(Buffer.from(piece));
    else kept.length = 0;
  }
  const { sizeBytes } = others;
  const isWhole = most > 0 && sizeBytes <= most;
  if (most > 0 && !isWhole) report.say('packet/malformed', path);
  const content = isWhole ? Buffer.concat(kept) : undefined;
  const sha256 = here.digest('hex');
  const ending = ended(others);
  return async () => {
    const { md5 = '', sha1 = '', sha512 } = await ending; // one that did not come is none of the file's
    return { path, sizeBytes, sha256, sha512, content, lookUp: isExhibit(path) ? { sha1, md5 } : undefined };
  };
}

/** Its failure waits until somebody asks. */
function ended(others: Digester<DigestName>): Promise<Partial<Record<DigestName, string>>> {
  const ending = others.end();
  ending.catch(() => undefined);
  return ending;
}

/** MD5 takes less than SHA-256, CRC-32, SHA-1 and what else is done with each byte: so the other core may take SHA-1 of a file too. */
function otherDigests(path: string, hasSha512: boolean): DigestName[] {
  return [...(isExhibit(path) ? (['md5', 'sha1'] as const) : []), ...(hasSha512 ? (['sha512'] as const) : [])];
}

function isExhibit(path: string): boolean {
  return path.startsWith('data/media/');
}

/** The bag to RFC 8493; of the signature it knows nothing, which is over the tag manifest and so cannot stand in it. */
export function bagOf(files: ReadFiles): Bag {
  const listed = [...files.values()].filter(({ path }) => path !== 'signature.json');
  const texts = listed.flatMap(({ path, content }) =>
    isBagText(path) && content !== undefined ? [[path, content] as const] : [],
  );
  return {
    files: new Map(listed.map((file) => [file.path, { sizeBytes: file.sizeBytes, digests: digestsOf(file) }])),
    texts: new Map(texts),
  };
}

function digestsOf({ sha256, sha512 }: ReadFile): { sha256: string; sha512?: string } {
  return sha512 === undefined ? { sha256 } : { sha256, sha512 };
}

/** A JSON file of the packet in its one form. Code: packet/malformed. */
export function readJson<T>(
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
