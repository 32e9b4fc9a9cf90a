// The public log as files in a bucket of its own, laid as `log export` lays them, for any web server or reader. Always true: what was put once stays as it
// is; a pointer (`checkpoint`, `<log>/checkpoint`, `<log>/stamp/list`) is moved after all that it points at is there, and forward alone:
// away from what the run had seen when it decided, or not at all.
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { logOrigin, parseCheckpoint } from '../formats/checkpoint.ts';
import { sameBytes } from '../formats/derive.ts';
import { rootAt } from '../log.ts';
import type { LogState } from '../ports.ts';
import { demandSound, stampFiles, stampLine, stampList, stampsSince, tilesSince, type NewFile } from '../publish.ts';
import { stampsOf } from '../stamp-record.ts';
import { checks } from './checks.ts';
import { isS3Error, vaultError } from './s3-errors.ts';

export interface LogBucket {
  readonly s3: S3Client;
  /** With Object Lock and a default lock. */
  readonly bucket: string;
}

/** So many entries are put, some 800 files, before a log's pointer is moved: a minute's work, of which a run that is cut short loses no more. */
const STEP = 65_536;

/**
 * Brings the bucket up to the log as the book has it. What a run that was cut short left out, the next one puts: the pointers say how far it came.
 * Where there is nothing new it asks the bucket nothing but once for the pointer.
 * @param step entries that lie at least between two moves of a log's pointer, where there is so much to catch up
 * @returns how many files were put
 * @throws DeskError log/damaged (the bucket has more of the log than the book, or another one; the book's is not what its checkpoint is of),
 *   vault/failed
 */
export function logFiles(core: Core, to: LogBucket, step = STEP): () => Promise<number> {
  const pointers = pointersIn(to);
  return async () => {
    const published = await pointers.read('checkpoint');
    const newest = published === undefined ? undefined : readNote(core, published.text);
    const state = await core.ledger.logState();
    if (state === undefined) return 0;
    if (newest !== undefined && isOf(core, newest, state)) return 0;
    const first = newest?.log ?? 1;
    if (first > state.log || (first === state.log && (newest?.size ?? 0) > state.size)) throw damaged();
    let count = 0;
    for (let log = first; log <= state.log; log++) {
      const each = log === state.log ? state : await core.ledger.logState(log);
      const put = each && (await publishLog({ core, to, pointers, step }, each, log === state.log));
      if (put === undefined && log === state.log) return count; // the pointer is moved by the run that was faster
      count += put ?? 0;
    }
    return count + (await pointers.move('checkpoint', published, state.checkpoint));
  };
}

interface Publishing {
  readonly core: Core;
  readonly to: LogBucket;
  readonly pointers: Pointers;
  readonly step: number;
}

/**
 * One log under its number: first what is new of it, then that it is there, then its time stamps.
 * @returns how many files were put; undefined where the bucket has more of it by now
 */
async function publishLog(publishing: Publishing, state: LogState, isPresent: boolean): Promise<number | undefined> {
  const { core, pointers, step } = publishing;
  const { log, size } = state;
  const published = await pointers.read(`${log}/checkpoint`);
  let from = await sizeBefore(core, state, published?.text, isPresent);
  if (from > size) return undefined;
  let count = 0;
  for (const each of await stepsTo(core, state, from, step)) {
    count += await publishStep(publishing, each, from);
    from = each.size;
  }
  return count + (await publishStamps(publishing, log));
}

/** A log as it was at one of its checkpoints, whose pointer then stands there; the bucket has `from` entries of it. */
async function publishStep({ core, to, pointers }: Publishing, state: LogState, from: number): Promise<number> {
  const { log, size, checkpoint } = state;
  const published = await pointers.read(`${log}/checkpoint`);
  await demandSound(core, state, from);
  if (from === size) return 0;
  const tiles = await putAll(to, log, tilesSince(core, state, from));
  const files = [{ path: `checkpoints/${size}`, bytes: Buffer.from(checkpoint, 'utf8') }];
  return tiles + (await putAll(to, log, files)) + (await pointers.move(`${log}/checkpoint`, published, checkpoint));
}

/** The states up to this one at which the pointer halts: some `step` apart, each at a checkpoint of the book. */
async function stepsTo({ ledger }: Core, state: LogState, from: number, step: number): Promise<LogState[]> {
  const states = [state];
  let lowest = state.size;
  for (let after: string | undefined, isMore = lowest - from > step; isMore;) {
    const { items, next } = await ledger.checkpoints({ after, limit: 500 });
    for (const each of items) {
      isMore &&= each.log > state.log || (each.log === state.log && each.size > from);
      if (!isMore || each.log > state.log || lowest - each.size < step) continue;
      states.push(each);
      lowest = each.size;
    }
    after = next;
    isMore &&= next !== undefined;
  }
  return states.reverse();
}

/**
 * How many entries the bucket has of a log. What a restore left behind of an earlier one, the bucket may have more of.
 * @throws DeskError log/damaged unless the log has grown out of what the bucket has
 */
async function sizeBefore(
  core: Core,
  state: LogState,
  published: string | undefined,
  isPresent: boolean,
): Promise<number> {
  if (published === undefined) return 0;
  const { size, root } = readNote(core, published, state.log);
  if (size > state.size) {
    // another run may have been faster: what it put it had from the book
    const now = await core.ledger.logState(state.log);
    if (isPresent && (now === undefined || now.size < size)) throw damaged();
    return size;
  }
  if (!sameBytes(await rootAt(core, state, size), root)) throw damaged();
  return size;
}

/** The list after all that it names. */
async function publishStamps({ core, to, pointers }: Publishing, log: number): Promise<number> {
  if ((await core.ledger.list(stampsOf(log), { limit: 1 })).items.length === 0) return 0;
  const path = `${log}/stamp/list`;
  const list = await pointers.read(path);
  const listed = (list?.text ?? '').split('\n').filter((line) => line !== '');
  const fresh = await stampsSince(core, log, listed);
  if (fresh.length === 0) return 0;
  const count = await putAll(to, log, fresh.flatMap(stampFiles));
  return count + (await pointers.move(path, list, stampList([...fresh.map(stampLine), ...listed])));
}

type Note = Pick<LogState, 'log' | 'size'> & { readonly root: Uint8Array };

/** @param of the number it must be of; any of this desk without it @throws DeskError log/damaged */
function readNote({ desk }: Core, note: string, of?: number): Note {
  const { origin = '', size = 0, root } = parseCheckpoint(note) ?? {};
  const log = of ?? Number(origin.split('/').at(-1));
  if (root === undefined || !Number.isSafeInteger(log) || log < 1 || origin !== logOrigin(desk, log)) throw damaged();
  return { log, size, root };
}

/** Also with the signatures of witnesses beneath it. */
function isOf(core: Core, newest: Note, { log, checkpoint }: LogState): boolean {
  const { size, root } = readNote(core, checkpoint, log);
  return newest.log === log && newest.size === size && sameBytes(newest.root, root);
}

function damaged(): DeskError {
  return new DeskError(
    'log/damaged',
    'The bucket of the log has more of it than the book, or another log: see whether the book was restored, and run watch.',
  );
}

// ── the bucket ────────────────────────────────────────────────────────────────────────────────────────────────────────

const AT_ONCE = 8;
const LASTING = 'public, max-age=31536000, immutable';
const CHECKED = 'no-cache';

/** Several at once. @returns how many were not there yet */
async function putAll(to: LogBucket, log: number, files: AsyncIterable<NewFile> | Iterable<NewFile>): Promise<number> {
  const waiting = each(files);
  let count = 0;
  const work = async (): Promise<void> => {
    for await (const { path, bytes } of waiting) if (await putOnce(to, `${log}/${path}`, bytes)) count++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return count;
}

/** One source that several take from. */
async function* each<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* source;
}

/** @returns false where the same bytes were there already @throws DeskError log/damaged where other bytes are */
async function putOnce(to: LogBucket, path: string, bytes: Uint8Array): Promise<boolean> {
  const put = await putIf(to, path, bytes, { IfNoneMatch: '*' }, LASTING);
  if (put !== undefined) return true;
  const there = await get(to, path);
  if (there === undefined) throw new DeskError('vault/failed', 'A file of the log is just being put by another run.');
  if (!sameBytes(there.bytes, bytes)) throw damaged();
  return false;
}

interface Pointer {
  readonly text: string;
  readonly etag: string;
}

interface Pointers {
  /** As it stood when it was read or moved last; undefined where there is none. */
  readonly read: (path: string) => Promise<Pointer | undefined>;
  /**
   * @param decidedOn what `read` gave the run, before it looked at the book
   * @returns 1, or 0 where it says this already @throws DeskError vault/failed where it was moved meanwhile, by this process too: the next run looks again
   */
  readonly move: (path: string, decidedOn: Pointer | undefined, text: string) => Promise<number>;
}

function pointersIn(to: LogBucket): Pointers {
  const held = new Map<string, Pointer | undefined>();
  const read = async (path: string): Promise<Pointer | undefined> => {
    if (held.get(path) === undefined) {
      const found = await get(to, path);
      held.set(path, found && { text: Buffer.from(found.bytes).toString('utf8'), etag: found.etag });
    }
    return held.get(path);
  };
  return {
    read,
    move: async (path, decidedOn, text) => {
      if (held.get(path) !== decidedOn) throw movedMeanwhile();
      if (decidedOn?.text === text) return 0;
      held.delete(path);
      const condition = decidedOn === undefined ? { IfNoneMatch: '*' } : { IfMatch: decidedOn.etag };
      const etag = await putIf(to, path, Buffer.from(text, 'utf8'), condition, CHECKED);
      if (etag === undefined) {
        if ((await read(path))?.text === text) return 0; // an answer was lost, or another run did the same
        throw movedMeanwhile();
      }
      held.set(path, { text, etag });
      return 1;
    },
  };
}

function movedMeanwhile(): DeskError {
  return new DeskError('vault/failed', 'Another run has moved a pointer of the log.');
}

type Condition = { readonly IfNoneMatch: string } | { readonly IfMatch: string };

/** @returns the ETag; undefined where the condition does not hold */
async function putIf(
  { s3, bucket }: LogBucket,
  path: string,
  bytes: Uint8Array,
  condition: Condition,
  CacheControl: string,
): Promise<string | undefined> {
  const what = { Bucket: bucket, Key: path, Body: bytes, ContentType: typeOf(path), CacheControl, ...checks(bytes) };
  try {
    return (await s3.send(new PutObjectCommand({ ...what, ...condition }))).ETag ?? '';
  } catch (error) {
    if (isS3Error(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return undefined;
    throw vaultError(error);
  }
}

function typeOf(path: string): string {
  if (path.endsWith('.tsr')) return 'application/timestamp-reply';
  return /checkpoint|\/list$/.test(path) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

async function get({ s3, bucket }: LogBucket, path: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
  try {
    const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: path }));
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
  } catch (error) {
    if (isS3Error(error, 'NoSuchKey', 'NotFound')) return undefined;
    throw vaultError(error);
  }
}
