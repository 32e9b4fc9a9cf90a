// Reads an archive that is not trusted, front to back, and names every difference from what the writer would have made. No findings,
// and none from `checkTimes`, means: these are, to the byte, the writer's bytes for these entries and that time.
import { crc32 } from 'node:zlib';
import { beginsDirectory, compareDirectory, compareEnd, type ReadEntry } from './compare.ts';
import { newFindings, PART, type Findings, type ZipFinding } from './findings.ts';
import { dosTime, isSafeName, LOCAL_BYTES, localHeader, MOST_ENTRIES, SIGNATURE } from './form.ts';
import { locateDirectory, type Directory } from './locate.ts';
import { HEADER_WINDOW, readLocal, signatureOf } from './parse.ts';
import { isInPlace, recordedCrc, settle, startsWith, type Settled } from './settle.ts';
import { windowOn, type BytesSource, type Window } from './source.ts';

export type { ReadEntry } from './compare.ts';
export { PART, type ZipCode, type ZipFinding } from './findings.ts';
export type { BytesSource } from './source.ts';

export interface ReadZipOptions {
  /**
   * Called for each entry of a safe, new name, in order; what it leaves unread is read without it. The bytes may be taken until its
   * promise settles. `sizeBytes` of them come unless the archive is cut. What it throws ends the reading.
   */
  readonly onFile: (name: string, bytes: AsyncIterable<Uint8Array>, sizeBytes: number) => Promise<void>;
  /** How far the reading has come in the archive. */
  readonly onProgress?: (bytesRead: number) => void;
}

export interface ZipReading {
  readonly findings: readonly ZipFinding[];
  /** In the archive's order, those of unsafe or repeated names among them. */
  readonly entries: readonly ReadEntry[];
}

/** Reads an archive. An archive never makes it throw; the source and the callbacks may. */
export async function readZip(source: BytesSource, options: ReadZipOptions): Promise<ZipReading> {
  const window = windowOn(source);
  const directory = await locateDirectory(window);
  const findings = newFindings();
  const walk: Walk = { window, directory, findings, options, entries: [], seen: new Set(), at: 0, drift: 0, passed: 0 };
  await skipLeading(walk);
  const isWhole = await walkEntries(walk);
  if (isWhole) await compareRest(walk);
  options.onProgress?.(source.sizeBytes);
  return { findings: findings.list, entries: walk.entries };
}

/** The second step, when the archive's time is known: each header that does not carry it. One without any is found already. */
export function checkTimes(reading: ZipReading, time: Date): ZipFinding[] {
  const dos = dosTime(time);
  const findings = newFindings();
  for (const { name, headerTime = dos, directoryTime = dos } of reading.entries) {
    if (headerTime !== dos) findings.add('zip/header', name);
    if (directoryTime !== dos) findings.add('zip/directory', name);
  }
  return findings.list;
}

interface Walk {
  readonly window: Window;
  readonly directory: Directory;
  readonly findings: Findings;
  readonly options: ReadZipOptions;
  readonly entries: ReadEntry[];
  /** In lower case: what differs in case only is one file where packets are unpacked. */
  readonly seen: Set<string>;
  at: number;
  /** How much later things lie here than the directory tells. */
  drift: number;
  /** How many of the directory's offsets lie behind. */
  passed: number;
}

/** Bytes before the first entry are known by all of the directory's word being off by their number. */
async function skipLeading(walk: Walk): Promise<void> {
  const { window, directory, findings } = walk;
  if (directory.shift <= 0 || (await isInPlace(window, directory, 0, 0))) return;
  if (!(await isInPlace(window, directory, directory.shift, directory.shift))) return;
  findings.add('zip/leading', PART.start);
  walk.at = walk.drift = directory.shift;
}

/** Goes from entry to entry until the directory begins; false when there is nothing more to read. */
async function walkEntries(walk: Walk): Promise<boolean> {
  for (;;) {
    await realign(walk);
    if (await isDirectoryHere(walk)) return true;
    if (walk.entries.length >= MOST_ENTRIES) {
      walk.findings.add('zip/too-many', PART.directory);
      return false;
    }
    const settled = await settle(walk.window, walk.directory, walk.at, walk.drift, walk.seen);
    if (settled !== undefined) await readEntry(walk, settled);
    else if (!(await skipGap(walk))) return false;
  }
}

/** Where bytes were put in or taken out before this place, what the directory tells fits again once they are counted. */
async function realign(walk: Walk): Promise<void> {
  const { window, directory, at, drift } = walk;
  const { shift } = directory;
  if (drift === shift || at === directory.at || (await isInPlace(window, directory, at, drift))) return;
  const isEntry = readLocal(await window.peek(at, HEADER_WINDOW)) !== undefined;
  const place = isEntry ? at : at + shift - drift;
  if (place < at || !(await isInPlace(window, directory, place, shift))) return;
  walk.at = place;
  walk.drift = shift;
  walk.findings.add('zip/gap', directory.records.get(place - shift)?.name ?? PART.directory);
}

async function isDirectoryHere({ window, directory, at, drift }: Walk): Promise<boolean> {
  if (at === directory.at) return true;
  return !directory.records.has(at - drift) && beginsDirectory(await window.peek(at, 4));
}

/** Goes on at the next thing that the directory knows of; false when there is none. */
async function skipGap(walk: Walk): Promise<boolean> {
  const { window, directory, findings, entries, at } = walk;
  const next = nextKnown(walk);
  if (next !== undefined) {
    findings.add('zip/gap', directory.records.get(next - directory.shift)?.name ?? PART.directory);
    walk.at = next;
    walk.drift = directory.shift;
    return true;
  }
  if (at > window.sizeBytes) return false; // named where the contents ended
  const rest = await window.peek(at, HEADER_WINDOW);
  const isCut = rest.length < LOCAL_BYTES || (rest.length < HEADER_WINDOW && signatureOf(rest) === SIGNATURE.local);
  if (isCut) findings.add('zip/cut', PART.directory);
  else findings.add('zip/unreadable', entries.at(-1)?.name ?? PART.start);
  return false;
}

/** The next record's entry, or the directory. What was passed is never gone over again. */
function nextKnown(walk: Walk): number | undefined {
  const { directory, at } = walk;
  const begins = (): number | undefined => directory.offsets[walk.passed];
  while ((begins() ?? Infinity) + directory.shift <= at) walk.passed++;
  const known = [(begins() ?? Infinity) + directory.shift, directory.at ?? Infinity].filter((place) => place > at);
  const next = Math.min(...known);
  return next < walk.window.sizeBytes ? next : undefined;
}

/** Reads an entry's contents and holds its local header against the one that belongs there. */
async function readEntry(walk: Walk, settled: Settled): Promise<void> {
  const { window, findings, at, drift } = walk;
  const { name, also, sizeBytes, contentsAt } = settled;
  const head = await window.peek(at, HEADER_WINDOW);
  const to = await contentsEnd(walk, settled);
  const read = await readContents(walk, settled, to);
  const entry = { name, sizeBytes, crc32: recordedCrc(settled, read.crc32) };
  if (to > window.sizeBytes || read.sizeBytes < to - contentsAt) findings.add('zip/cut', name);
  else if (read.crc32 !== entry.crc32 || to - contentsAt !== sizeBytes) findings.add('zip/contents', name);
  const headerTime = head.length < 14 ? undefined : head.readUInt32LE(10);
  const header = localHeader({ ...entry, name: also ?? name }, headerTime ?? 0);
  if (!startsWith(head, header)) findings.add('zip/header', name);
  if (also !== undefined) findings.add('zip/names-differ', name, also);
  nameMethod(settled, findings);
  walk.entries.push({ ...entry, also, offset: at - drift, headerTime, directoryTime: undefined });
  walk.at = to;
}

/** Where the contents end: as told, or, when bytes are missing from them, where the next thing begins. */
async function contentsEnd(walk: Walk, { contentsAt, sizeBytes }: Settled): Promise<number> {
  const { window, directory, drift } = walk;
  const told = contentsAt + sizeBytes;
  const missing = drift - directory.shift;
  if (missing <= 0 || told - missing < contentsAt || (await isInPlace(window, directory, told, drift))) return told;
  if (!(await isInPlace(window, directory, told - missing, directory.shift))) return told;
  walk.drift = directory.shift;
  return told - missing;
}

async function readContents(
  walk: Walk,
  { name, contentsAt }: Settled,
  to: number,
): Promise<{ crc32: string; sizeBytes: number }> {
  const { window, options } = walk;
  let at = contentsAt;
  let crc = 0;
  async function* rest(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = await window.piece(at, to);
      if (piece.length === 0) return;
      crc = crc32(piece, crc);
      at += piece.length;
      options.onProgress?.(at);
      yield piece;
    }
  }
  if (mayHandOn(walk, name)) await options.onFile(name, rest(), to - contentsAt);
  await drain(rest());
  return { crc32: crc.toString(16).padStart(8, '0'), sizeBytes: at - contentsAt };
}

async function drain(bytes: AsyncGenerator<Uint8Array, void, undefined>): Promise<void> {
  while ((await bytes.next()).done !== true);
}

function mayHandOn({ seen, findings }: Walk, name: string): boolean {
  const isNew = !seen.has(name.toLowerCase());
  seen.add(name.toLowerCase());
  if (!isSafeName(name)) findings.add('zip/name', name);
  if (!isNew) findings.add('zip/duplicate', name);
  return isNew && isSafeName(name);
}

function nameMethod({ name, local, record }: Settled, findings: Findings): void {
  if (local?.isPacked === true && record?.isPacked === true) findings.add('zip/packed', name);
  if (local?.isEncrypted === true && record?.isEncrypted === true) findings.add('zip/encrypted', name);
}

async function compareRest({ window, directory, findings, entries, at, drift }: Walk): Promise<void> {
  const directoryEnd = await compareDirectory(window, at, entries, findings);
  await compareEnd(window, entries, at - drift, directoryEnd, directory.endAt, findings);
}
