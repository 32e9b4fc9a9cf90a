// The bucket of the log's files: what is put once, several at once, and pointers, which are moved away from what the run had seen when it decided, or not at
// all.
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DeskError } from '../errors.ts';
import { sameBytes } from '../formats/derive.ts';
import type { NewFile } from '../publish.ts';
import { checks } from './checks.ts';
import { isS3Error, vaultError } from './s3-errors.ts';

export interface LogBucket {
  readonly s3: S3Client;
  /** With Object Lock and a default lock. */
  readonly bucket: string;
}

const AT_ONCE = 8;
const LASTING = 'public, max-age=31536000, immutable';
const CHECKED = 'no-cache';

/** Several at once. @returns how many were not there yet */
export async function putAll(
  to: LogBucket,
  log: number,
  files: AsyncIterable<NewFile> | Iterable<NewFile>,
): Promise<number> {
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

export interface Pointer {
  readonly text: string;
  readonly etag: string;
}

export interface Moved {
  readonly pointer: Pointer;
  readonly put: 0 | 1;
}

export interface Pointers {
  /** As it stood when it was read or moved last; undefined where there is none. */
  readonly read: (path: string) => Promise<Pointer | undefined>;
  /**
   * @param decidedOn what `read` gave the run, before it looked at the book
   * @returns where it stands now, and 1, or 0 where it said this already @throws DeskError vault/failed where it was moved meanwhile, by this process too: the next run looks again
   */
  readonly move: (path: string, decidedOn: Pointer | undefined, text: string) => Promise<Moved>;
}

export function pointersIn(to: LogBucket): Pointers {
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
      if (decidedOn?.text === text) return { pointer: decidedOn, put: 0 };
      held.delete(path);
      const condition = decidedOn === undefined ? { IfNoneMatch: '*' } : { IfMatch: decidedOn.etag };
      const etag = await putIf(to, path, Buffer.from(text, 'utf8'), condition, CHECKED);
      if (etag === undefined) {
        const there = await read(path);
        if (there?.text === text) return { pointer: there, put: 0 }; // an answer was lost, or another run did the same
        throw movedMeanwhile();
      }
      const pointer = { text, etag };
      held.set(path, pointer);
      return { pointer, put: 1 };
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

export function damaged(): DeskError {
  return new DeskError(
    'log/damaged',
    'The bucket of the log has more of it than the book, or another log: see whether the book was restored, and run watch.',
  );
}
