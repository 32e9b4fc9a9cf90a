// The vault in S3: a versioned bucket with Object Lock. A file is one object, locked by the very request that creates it, and created
// only where there is none. What stands behind the latest version of a name is never looked at: nothing else can be put there.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectRetentionCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DeskError } from '../errors.ts';
import type { Range, Vault } from '../ports.ts';
import { checks } from './checks.ts';
import { lendFrom } from './lend.ts';
import { gatherParts, type Part } from './parts.ts';
import { inVaultWords, isS3Error, vaultError } from './s3-errors.ts';
import { s3Uploads } from './uploads.ts';

export interface S3VaultOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The KMS key that S3 itself encrypts with, beneath the desk's own encryption. */
  readonly storageKeyId: string;
  /** COMPLIANCE, but for a stack that is only tried (`trial=true`). */
  readonly lockMode?: 'COMPLIANCE' | 'GOVERNANCE';
}

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What every request carries that makes an object. */
interface Birth {
  readonly Bucket: string;
  readonly Key: string;
  readonly ServerSideEncryption: 'aws:kms';
  readonly SSEKMSKeyId: string;
  readonly ObjectLockMode: 'COMPLIANCE' | 'GOVERNANCE';
  readonly ObjectLockRetainUntilDate: Date;
  readonly Metadata: { readonly write: string };
}

export function s3Vault({ s3, bucket, storageKeyId, lockMode = 'COMPLIANCE' }: S3VaultOptions): Required<Vault> {
  const birth = (name: string, lockedUntil: Date): Birth => ({
    Bucket: bucket,
    Key: keyOf(name),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: storageKeyId,
    ObjectLockMode: lockMode,
    ObjectLockRetainUntilDate: wholeSeconds(lockedUntil),
    Metadata: { write: randomBytes(16).toString('hex') },
  });

  async function put(name: string, bytes: Source, lockedUntil: Date): Promise<number> {
    const born = birth(name, lockedUntil);
    const parts = gatherParts(bytes);
    const first = await parts.next();
    const whole = first.done === true ? NOTHING : first.value;
    if (whole.isLast) {
      await putWhole(s3, born, whole.bytes);
      return whole.bytes.length;
    }
    if ((await stat(name)) !== undefined) throw taken(); // not all stores refuse it at the end of an upload, as S3 does
    const sizeBytes = await putInParts(s3, born, whole, parts);
    await demandLocked(name, lockedUntil);
    return sizeBytes;
  }

  async function stat(name: string): Promise<{ sizeBytes: number; lockedUntil: Date } | undefined> {
    const found = await head(s3, bucket, keyOf(name));
    if (found === undefined) return undefined;
    return { sizeBytes: found.ContentLength ?? 0, lockedUntil: found.ObjectLockRetainUntilDate ?? new Date(0) };
  }

  async function extendLock(name: string, lockedUntil: Date, from?: Date): Promise<void> {
    const until = wholeSeconds(lockedUntil);
    let isShorter = from !== undefined && from < until; // else it is looked at first: a look costs a tenth
    for (let tries = 0; tries < EXTENSIONS; tries++) {
      if (!isShorter && (await demandStat(name)).lockedUntil >= until) return;
      const Retention = { Mode: lockMode, RetainUntilDate: until };
      const asked = new PutObjectRetentionCommand({ Bucket: bucket, Key: keyOf(name), Retention });
      await s3.send(asked).catch(refusedOnly);
      isShorter = false; // of two extensions at once the earlier one may come later, refused or not: looked at again above
    }
    throw new DeskError('vault/failed', 'The lock of a file could not be extended. Try again.');
  }

  async function demandStat(name: string): Promise<{ sizeBytes: number; lockedUntil: Date }> {
    const held = await stat(name);
    if (held === undefined) throw new DeskError('vault/absent', 'The vault has no such file.');
    return held;
  }

  /** S3 locks with the upload what comes in parts; a store that forgot is found out here. @returns its size */
  async function demandLocked(name: string, lockedUntil: Date): Promise<number> {
    const { sizeBytes, lockedUntil: until } = await demandStat(name);
    if (until < wholeSeconds(lockedUntil)) await extendLock(name, lockedUntil, until);
    return sizeBytes;
  }

  async function* list(): AsyncGenerator<string> {
    let after: string | undefined;
    do {
      const page = await inVaultWords(s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after })));
      for (const { Key } of page.Contents ?? []) if (Key !== undefined && NAME.test(Key)) yield Key;
      after = page.NextContinuationToken;
    } while (after !== undefined);
  }

  return {
    immutability: 'enforced',
    put,
    get: (name, range) => read(s3, bucket, keyOf(name), range),
    stat,
    extendLock,
    list,
    lend: (name) => lendFrom(s3, bucket, keyOf(name)),
    uploads: s3Uploads({ s3, bucket, keyOf, birth, demandLocked }),
  };
}

const NAME = /^[0-9a-f-]{1,64}$/u;
const NOTHING: Part = { bytes: new Uint8Array(), isLast: true };
const EXTENSIONS = 10;

function keyOf(name: string): string {
  if (NAME.test(name)) return name;
  throw new DeskError('vault/failed', 'A name in the vault is 1 to 64 of 0-9, a-f and "-".');
}

/** Rounded up: a lock may end a moment later than asked for, never earlier. */
function wholeSeconds(date: Date): Date {
  const seconds = Math.ceil(date.getTime() / 1000);
  if (Number.isNaN(seconds)) throw new DeskError('vault/failed', 'A lock needs a valid date.');
  return new Date(seconds * 1000);
}

function taken(cause?: unknown): DeskError {
  return new DeskError('vault/exists', 'The vault has a file of this name already; it was left as it is.', { cause });
}

function refusedOnly(error: unknown): void {
  if (!isS3Error(error, 'AccessDenied')) throw vaultError(error);
}

async function head(s3: S3Client, Bucket: string, Key: string) {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (isS3Error(error, 'NotFound', 'NoSuchKey')) return undefined;
    throw vaultError(error);
  }
}

// ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function putWhole(s3: S3Client, birth: Birth, bytes: Uint8Array): Promise<void> {
  await conditionally(s3, birth, () =>
    s3.send(new PutObjectCommand({ ...birth, Body: bytes, IfNoneMatch: '*', ...checks(bytes) })),
  );
}

/**
 * Creates what is not there. The client asks again when an answer is lost, and then meets its own work: an object with this write's
 * own mark is a success.
 */
async function conditionally(
  s3: S3Client,
  { Bucket, Key, Metadata }: Birth,
  create: () => Promise<unknown>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isS3Error(error, 'PreconditionFailed', 'ConditionalRequestConflict')) throw vaultError(error);
    const there = await head(s3, Bucket, Key);
    if (there?.Metadata?.['write'] !== Metadata.write) throw taken(error);
  }
}

const AT_ONCE = 4;

async function putInParts(s3: S3Client, birth: Birth, first: Part, rest: AsyncGenerator<Part, void>): Promise<number> {
  const { Bucket, Key } = birth;
  const created = await inVaultWords(
    s3.send(new CreateMultipartUploadCommand({ ...birth, ChecksumAlgorithm: 'SHA256' })),
  );
  const upload = { Bucket, Key, UploadId: created.UploadId };
  try {
    const { parts, sizeBytes } = await sendParts(s3, upload, first, rest);
    await conditionally(s3, birth, () =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*', MultipartUpload: { Parts: parts } })),
    );
    return sizeBytes;
  } catch (error) {
    // what cannot be aborted now is swept by the bucket's lifecycle rule
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

/** Some at once, so that no more than those are held. */
async function sendParts(
  s3: S3Client,
  upload: Upload,
  first: Part,
  rest: AsyncGenerator<Part, void>,
): Promise<{ parts: CompletedPart[]; sizeBytes: number }> {
  const parts: CompletedPart[] = [];
  const sending = new Set<Promise<void>>();
  let sizeBytes = 0;
  const begin = (PartNumber: number, bytes: Uint8Array): void => {
    sizeBytes += bytes.length;
    const sent = sendPart(s3, upload, PartNumber, bytes).then((part) => {
      parts[PartNumber - 1] = part;
      sending.delete(sent);
    });
    sending.add(sent);
  };
  try {
    let next: IteratorResult<Part, void> = { done: false, value: first };
    for (let n = 1; next.done !== true; n++) {
      begin(n, next.value.bytes);
      if (sending.size >= AT_ONCE) await Promise.race(sending);
      next = await rest.next();
    }
    await Promise.all(sending);
  } catch (error) {
    await Promise.allSettled(sending); // nothing may arrive after the upload was aborted
    throw error;
  }
  return { parts, sizeBytes };
}

async function sendPart(s3: S3Client, upload: Upload, PartNumber: number, bytes: Uint8Array): Promise<CompletedPart> {
  const check = checks(bytes);
  const sent = await inVaultWords(s3.send(new UploadPartCommand({ ...upload, PartNumber, Body: bytes, ...check })));
  return { PartNumber, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 };
}

// ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const READS = 3;

/** A reader whose connection is cut goes on where it stood, on the same version. */
async function* read(s3: S3Client, Bucket: string, Key: string, range?: Range): AsyncGenerator<Uint8Array> {
  if (range !== undefined) checkRange(range.offset, range.sizeBytes);
  let [at, end] = range === undefined ? [0, undefined] : [range.offset, range.offset + range.sizeBytes];
  if (at === end) return demandLength(s3, Bucket, Key, end);
  let version: string | undefined;
  for (let tries = 0; end === undefined || at < end; tries++) {
    const answer = await ask(s3, { Bucket, Key, VersionId: version }, at, end);
    [version, end] = [answer.VersionId, end ?? answer.sizeBytes];
    if (end > answer.sizeBytes) throw cutOff(answer.bytes);
    try {
      for await (const chunk of answer.bytes as AsyncIterable<Uint8Array>) {
        at += chunk.length;
        tries = 0;
        yield Uint8Array.from(chunk);
      }
      if (at < end) throw new Error('the connection was cut');
    } catch (error) {
      if (tries >= READS) throw vaultError(error);
    } finally {
      answer.bytes.destroy();
    }
  }
}

/** Of a stretch of no bytes there is nothing to be read, but that it lies within. */
async function demandLength(s3: S3Client, Bucket: string, Key: string, end: number): Promise<void> {
  const found = await head(s3, Bucket, Key);
  if (found === undefined) throw new DeskError('vault/absent', 'The vault has no such file.');
  if ((found.ContentLength ?? 0) < end) throw cutOff();
}

interface Answer {
  readonly bytes: Readable;
  /** Of the whole object. */
  readonly sizeBytes: number;
  readonly VersionId: string | undefined;
}

async function ask(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly VersionId: string | undefined },
  from: number,
  end: number | undefined,
): Promise<Answer> {
  const range = from === 0 && end === undefined ? {} : { Range: `bytes=${from}-${end === undefined ? '' : end - 1}` };
  try {
    const answer = await s3.send(new GetObjectCommand({ ...object, ...range }));
    const whole = answer.ContentRange?.split('/')[1] ?? answer.ContentLength;
    return { bytes: answer.Body as Readable, sizeBytes: Number(whole), VersionId: answer.VersionId };
  } catch (error) {
    throw isS3Error(error, 'InvalidRange') ? cutOff() : vaultError(error);
  }
}

function checkRange(offset: number, sizeBytes: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(sizeBytes) && offset >= 0 && sizeBytes >= 0) return;
  throw new DeskError('vault/failed', 'A stretch of a file is counted in whole bytes from 0.');
}

function cutOff(unread?: Readable): DeskError {
  unread?.destroy();
  return new DeskError('vault/damaged', 'A file in the vault ends too early. Restore it from a backup.');
}
