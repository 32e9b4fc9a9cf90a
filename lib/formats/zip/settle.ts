// An entry is told twice, by its local header and by its directory record. Where the two differ, the sane one is that after which
// the next thing begins where it should. Nothing settled here is taken on trust: both headers are made again and compared.
import { isSafeName, localHeader, localHeaderBytes, SIGNATURE } from './form.ts';
import { isEndSignature, type Directory } from './locate.ts';
import { HEADER_WINDOW, readLocal, signatureOf, type Told, type ToldRecord } from './parse.ts';
import type { Window } from './source.ts';

export interface Settled {
  readonly name: string;
  /** The local header's name, where the two differ and nothing tells which of them is damaged. */
  readonly also: string | undefined;
  readonly sizeBytes: number;
  readonly contentsAt: number;
  readonly local: Told | undefined;
  readonly record: ToldRecord | undefined;
}

/**
 * The entry at `at`, or undefined when neither header tells of it. `drift` is how much later than told things lie here;
 * `seen` holds the names before, in lower case.
 */
export async function settle(
  window: Window,
  directory: Directory,
  at: number,
  drift: number,
  seen: ReadonlySet<string>,
): Promise<Settled | undefined> {
  const head = await window.peek(at, HEADER_WINDOW);
  const local = readLocal(head);
  const record = directory.records.get(at - drift);
  const isSound = local !== undefined && startsWith(head, localHeader(local, head.readUInt32LE(10)));
  const chosen = await sane(window, directory, at, drift, { local, record, isSound });
  if (chosen === undefined) return undefined;
  const { told, contentsAt } = chosen;
  return { ...nameOf(chosen, directory, seen), sizeBytes: told.sizeBytes, contentsAt, local, record };
}

export function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}

interface Pair {
  readonly local: Told | undefined;
  readonly record: ToldRecord | undefined;
  /** The local header is just as the writer makes one for what it tells. */
  readonly isSound: boolean;
}

interface Chosen extends Pair {
  readonly told: Told;
  readonly contentsAt: number;
  /** The two agree on where the contents begin and end. */
  readonly isAgreed: boolean;
}

async function sane(
  window: Window,
  directory: Directory,
  at: number,
  drift: number,
  pair: Pair,
): Promise<Chosen | undefined> {
  const { local, record, isSound } = pair;
  const byLocal = local && { ...pair, told: local, contentsAt: at + local.headerBytes };
  const byRecord = record && { ...pair, told: record, contentsAt: at + localHeaderBytes(record) };
  if (byLocal === undefined || byRecord === undefined) {
    const only = byLocal ?? byRecord;
    return only && { ...only, isAgreed: true };
  }
  const isAgreed = byLocal.contentsAt === byRecord.contentsAt && byLocal.told.sizeBytes === byRecord.told.sizeBytes;
  if (isAgreed) return { ...(isSound ? byLocal : byRecord), isAgreed };
  const [l, r] = [await fit(window, directory, byLocal, drift), await fit(window, directory, byRecord, drift)];
  return { ...(l > r || (l === r && isSound) ? byLocal : byRecord), isAgreed };
}

/** How well the next thing begins after these contents: one for its signature, one for the directory's word. */
async function fit(
  window: Window,
  directory: Directory,
  { told, contentsAt }: { told: Told; contentsAt: number },
  drift: number,
): Promise<number> {
  const next = contentsAt + told.sizeBytes;
  const signature = signatureOf(await window.glance(next, 4));
  const begins = signature === SIGNATURE.local || signature === SIGNATURE.directory || isEndSignature(signature);
  const isTold = directory.records.has(next - drift) || next === directory.at;
  return (begins ? 1 : 0) + (isTold ? 1 : 0);
}

/** A name that is unsafe, garbled, or belongs to another entry gives way; in doubt the directory's holds, as for every unpacker. */
function nameOf(
  { local, record, isSound, isAgreed, told }: Chosen,
  directory: Directory,
  seen: ReadonlySet<string>,
): Pick<Settled, 'name' | 'also'> {
  if (local === undefined || record === undefined || local.name === record.name || !isAgreed) {
    return { name: told.name, also: undefined };
  }
  if (!isSafeName(record.name)) return { name: local.name, also: undefined };
  if (!isSafeName(local.name) || !isSound) return { name: record.name, also: undefined };
  const isBorrowed = seen.has(record.name.toLowerCase()) || (directory.names.get(record.name) ?? 0) > 1;
  return isBorrowed ? { name: local.name, also: undefined } : { name: record.name, also: local.name };
}

/** The CRC that was recorded: where header and directory differ, the one that the contents have, else the directory's. */
export function recordedCrc({ local, record }: Settled, read: string): string {
  if (record === undefined) return local?.crc32 ?? read;
  return local?.crc32 === read ? read : record.crc32;
}

/** Whether the entry that the directory tells at `at - drift` has its local header at `at`. */
export async function isInPlace(window: Window, directory: Directory, at: number, drift: number): Promise<boolean> {
  if (at === directory.at && drift === directory.shift) return true;
  const name = directory.records.get(at - drift)?.name;
  return name !== undefined && readLocal(await window.glance(at, HEADER_WINDOW))?.name === name;
}
