// Verifying a packet, what it says: that the case manifest, the chain, the openings, the referral and the exhibits all speak of the
// same thing, and that nothing which was finished is left out. Needs no key: what ties them are commitments and their openings.
import { referralSchema, type Referral } from '../../schemas/index.ts';
import { documentRoot, entryHash, parseEntry, type Entry } from '../custody.ts';
import { canonical, canonicalBytes, sha256Hex } from '../formats/canonical.ts';
import { opens, opensContents } from '../proofs/receipt.ts';
import type { Report } from '../proofs/report.ts';
import type { Opening } from '../receipt.ts';
import type { Custody } from '../status.ts';
import { caseSchema, type Case, type CaseAct, type CaseView, type Exhibit } from './case.ts';
import { viewedState } from './viewed.ts';

/** A file of a packet as it was read. */
export interface ReadFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Of all but exhibits and the PDF. */
  readonly content: Buffer | undefined;
}

export type ReadFiles = ReadonlyMap<string, ReadFile>;

interface Told {
  readonly report: Report;
  readonly files: ReadFiles;
  readonly manifest: Case;
  readonly custody: Custody;
  readonly entries: readonly Entry[];
  /** Those that belong to an entry of the chain, by `<seq>/<label>`. */
  readonly openings: ReadonlyMap<string, Opening>;
}

const CASE = 'data/case.json';
const REFERRAL = 'data/referral.json';
const OPENINGS = 'custody/openings.json';

/** The case manifest, if it is one, in the one spelling it has. Code: packet/malformed. */
export function readCase(report: Report, files: ReadFiles): Case | undefined {
  const content = files.get(CASE)?.content;
  if (content === undefined) return undefined;
  const parsed = caseSchema.safeParse(parse(content));
  if (parsed.success && canonicalBytes(parsed.data).equals(content)) return parsed.data;
  report.say('packet/malformed', CASE);
  return undefined;
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Codes: packet/chain, packet/order, packet/checkpoint, packet/file, packet/exhibit, packet/opening, packet/referral, packet/contents, packet/viewed. */
export function checkCase(
  report: Report,
  files: ReadFiles,
  manifest: Case,
  custody: Custody,
  openings: readonly Opening[],
): void {
  const entries = custody.entries.flatMap(readEntry);
  const tied = openings.filter((opening) => isTied(entries, opening));
  if (tied.length < openings.length) report.say('packet/opening', `${OPENINGS}: one belongs to no entry of the chain`);
  const byPlace = new Map(tied.map((opening) => [`${opening.seq}/${opening.label}`, opening]));
  const told: Told = { report, files, manifest, custody, entries, openings: byPlace };
  checkChain(told);
  checkFiles(told);
  checkReferral(told);
  checkContents(told);
  for (const exhibit of manifest.exhibits) checkExhibit(told, exhibit);
  checkViews(told);
}

function readEntry(text: string): Entry[] {
  try {
    return [parseEntry(text)];
  } catch {
    return [];
  }
}

function isTied(entries: readonly Entry[], { seq, label, commitment }: Opening): boolean {
  return entries[seq]?.seq === seq && entries[seq].commitments[label] === commitment;
}

// ── the chain and the order ───────────────────────────────────────────────────────────────────────────────────────────

function checkChain({ report, manifest, custody, entries, openings }: Told): void {
  const { packet, log } = manifest;
  const head = custody.entries.at(-1);
  const { asOf, referral } = manifest;
  const times = [referral.openedAt, referral.finishedAt, asOf];
  const finish = entries.find(({ act }) => act === 'finish');
  const isSame =
    manifest.desk === custody.desk &&
    manifest.referral.id === custody.chain &&
    manifest.custody.entries === custody.entries.length &&
    head !== undefined &&
    manifest.custody.head === entryHash(head) &&
    isSameJson(manifest.custody.acts, actsOf(entries, manifest.exhibits)) &&
    isSameJson(times, [entries[0]?.time, finish?.time, entries.at(-1)?.time]);
  if (!isSame) report.say('packet/chain', `${CASE}: it tells of another chain than custody/chain.json`);
  const [, size] = custody.checkpoint?.split('\n') ?? [];
  const isLogged =
    log?.checkpoint === custody.checkpoint &&
    log?.index === custody.inclusion?.index &&
    (log === undefined || String(log.size) === size);
  if (!isLogged) report.say('packet/checkpoint', `${CASE}: it names another place in the log than custody/chain.json`);
  const last = entries.at(-1);
  const order = openings.get(`${last?.seq ?? -1}/order`);
  const said = packet && [packet.id, packet.agency.id, packet.purpose, packet.legalBasis];
  const isOrdered =
    last?.act === 'order-packet' &&
    packet?.orderedAt === last.time &&
    packet.orderedBy === last.actorId &&
    order !== undefined &&
    opens(order, 'text', said);
  if (!isOrdered) report.say('packet/order', `${CASE}: the last entry is not the order it tells of`);
}

function actsOf(entries: readonly Entry[], exhibits: readonly Exhibit[]): CaseAct[] {
  const bySeq = new Map(exhibits.map(({ seq, exhibit }) => [seq, exhibit]));
  return entries.map(({ seq, time, actorId, act }) => {
    const exhibit = bySeq.get(seq);
    return { seq, time, actorId, act, ...(exhibit === undefined ? {} : { exhibit }) };
  });
}

function isSameJson(a: readonly unknown[], b: readonly unknown[]): boolean {
  return canonical(a) === canonical(b);
}

// ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the case manifest does not name: itself, the PDF and the bag's own. A packet holds nothing else. */
const UNNAMED = new Set([
  ...[CASE, 'data/summary.pdf', 'README.txt', 'signature.json'],
  ...['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'],
]);

/** The case manifest must name every file but these, and each as it is. */
function checkFiles({ report, files, manifest }: Told): void {
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const found = files.get(path);
    if (found?.sha256 !== sha256 || found.sizeBytes !== sizeBytes) report.say('packet/file', path);
  }
  for (const path of files.keys()) {
    const isNamed = named.has(path) || UNNAMED.has(path);
    if (!isNamed) report.say('packet/file', `${path}: the case manifest does not name it`);
  }
}

function checkReferral({ report, files, manifest, openings }: Told): void {
  const content = files.get(REFERRAL)?.content;
  if (content === undefined) return; // said to be missing already
  const digest = sha256Hex(content);
  const original = openings.get('0/original');
  const document = openings.get('0/document');
  const value = parse(content);
  const isDocument =
    document?.documentKey !== undefined &&
    isObject(value) &&
    opens(document, 'root', documentRoot(Buffer.from(document.documentKey, 'base64'), value));
  const isOriginal = original !== undefined && opens(original, 'sha256', digest);
  const isNamed = manifest.referral.sha256 === digest && manifest.referral.sizeBytes === content.length;
  if (!isOriginal || !isDocument || !isNamed) report.say('packet/referral', `${REFERRAL}: not what the desk took in`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// ── the exhibits ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** All that was finished must be here: the list the finish entry commits to is made of just these. */
function checkContents({ report, manifest, openings, entries }: Told): void {
  const finish = entries.find(({ act }) => act === 'finish');
  const list = openings.get(`${finish?.seq ?? -1}/contents`);
  const contents = [...openings.values()].filter(
    ({ seq, label, attachment }) => attachment !== undefined || (seq === 0 && label !== 'order'),
  );
  const attachments = new Set(contents.flatMap(({ attachment }) => attachment ?? []));
  const isAll =
    attachments.size === manifest.exhibits.length &&
    manifest.exhibits.every(({ attachment }) => attachments.has(attachment));
  if (list === undefined || !opensContents(list, contents) || !isAll)
    report.say('packet/contents', `${CASE}: the exhibits are not all that was finished, and nothing else`);
}

function checkExhibit({ report, files, entries, openings }: Told, exhibit: Exhibit): void {
  const { path, attachment, seq, sealedAt, sha256, sizeBytes } = exhibit;
  const found = files.get(path);
  const opening = openings.get(`${seq}/sha256`);
  const isHere = found?.sha256 === sha256 && found.sizeBytes === sizeBytes;
  const isTaken =
    opening?.attachment === attachment && opens(opening, 'sha256', sha256) && entries[seq]?.time === sealedAt;
  if (!isHere || !isTaken) report.say('packet/exhibit', path);
}

/** What is claimed of the looking must follow from the looks that are told (decision 9). */
function checkViews({ report, files, manifest, entries, openings }: Told): void {
  const finishedSeq = entries.find(({ act }) => act === 'finish')?.seq;
  const entered = manifest.views.filter(({ source }) => source === 'desk');
  for (const { seq, sha256 } of entered) {
    const opening = openings.get(`${seq ?? -1}/viewed`);
    if (opening === undefined || !opens(opening, 'sha256', sha256)) report.say('packet/viewed', `${CASE}: a look`);
  }
  const seqs = entries.flatMap(({ act, seq }) => (act === 'view' ? [[seq, seq > (finishedSeq ?? Infinity)]] : []));
  const toldSeqs = entered.map(({ seq, afterFinish }) => [seq, afterFinish]);
  if (!isSameJson(toldSeqs, seqs)) report.say('packet/viewed', `${CASE}: not just the looks that were entered`);
  const referral = readReferral(files);
  if (referral === undefined) return;
  const stated = manifest.views.flatMap((view) => (view.source === 'referral' ? [statedOf(view)] : []));
  if (!isSameJson(stated, (referral.viewEvents ?? []).map(statedOf)))
    report.say('packet/viewed', `${CASE}: not just the looks that the referral states`);
  const looks = entered.map(({ sha256, extent, seq = -1 }) => ({ sha256, extent: extent as 'full', seq }));
  for (const { path, declared, sha256, viewed } of manifest.exhibits) {
    const said = declared === null ? undefined : referral.attachments?.[declared];
    if (viewedState(sha256, referral, said, looks, finishedSeq) !== viewed) report.say('packet/viewed', path);
  }
}

function statedOf({
  sha256,
  viewer,
  from,
  to,
  extent,
}: Pick<CaseView, 'sha256' | 'viewer' | 'from' | 'to' | 'extent'>) {
  return [sha256, viewer, from ?? null, to ?? null, extent];
}

function readReferral(files: ReadFiles): Referral | undefined {
  const parsed = referralSchema.safeParse(parse(files.get(REFERRAL)?.content ?? Buffer.alloc(0)));
  return parsed.success ? parsed.data : undefined;
}
