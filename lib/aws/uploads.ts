// Uploads in parts to S3, by senders themselves: lock, key and checksum algorithm travel with the request that begins one, and every address is
// signed over the length and the digests of the one part it is for. Always true: no address is good for a part other than the announced one.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DeskError } from '../errors.ts';
import type { KeptPart, Upload, UploadPart, Uploads } from '../ports.ts';
import { inVaultWords, isS3Error, vaultError } from './s3-errors.ts';

export interface S3UploadsOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly keyOf: (name: string) => string;
  /** What every request carries that makes an object: lock, key. */
  readonly birth: (name: string, lockedUntil: Date) => object;
  /** Looks at what was just made, and answers its size. A store that forgot the lock is found out here. */
  readonly demandLocked: (name: string, lockedUntil: Date) => Promise<number>;
}

export function s3Uploads({ s3, bucket: Bucket, keyOf, birth, demandLocked }: S3UploadsOptions): Uploads {
  const at = ({ name, store }: Upload) => ({ Bucket, Key: keyOf(name), UploadId: store });

  async function begin(name: string, lockedUntil: Date): Promise<Upload> {
    const made = { Bucket, Key: keyOf(name), ...birth(name, lockedUntil), ChecksumAlgorithm: 'SHA256' as const };
    const { UploadId: store } = await inVaultWords(s3.send(new CreateMultipartUploadCommand(made)));
    if (store === undefined) throw new DeskError('vault/failed', 'S3 answered without what it was asked for.');
    return { name, store };
  }

  /** Digests and length are headers that must be sent as they were signed; a checksum in the address would be of no bytes at all. */
  async function address(upload: Upload, part: UploadPart, until: Date) {
    const seconds = Math.max(1, Math.floor((until.getTime() - Date.now()) / 1000));
    const headers = { 'content-md5': base64(part.md5), 'x-amz-checksum-sha256': base64(part.sha256) };
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner'); // of all authorities intake alone needs it
    const url = await getSignedUrl(s3, new UploadPartCommand({ ...at(upload), ...asked(part) }), {
      expiresIn: seconds,
      unhoistableHeaders: new Set(Object.keys(headers)),
      signableHeaders: new Set(['content-length', 'host', ...Object.keys(headers)]),
    });
    return { url, headers: { 'content-length': String(part.sizeBytes), ...headers } };
  }

  async function put(upload: Upload, part: UploadPart, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const Body = await gathered(part, bytes);
    await s3.send(new UploadPartCommand({ ...at(upload), ...asked(part), Body })).catch((error: unknown) => {
      if (isS3Error(error, 'BadDigest', 'InvalidDigest', 'XAmzContentChecksumMismatch'))
        throw new DeskError('attachment/digest-mismatch', 'The part has other digests than announced.', {
          cause: error,
        });
      throw uploadError(error);
    });
  }

  async function parts(upload: Upload): Promise<KeptPart[]> {
    return (await listed(upload)).map(({ PartNumber = 0, Size = 0, ETag = '', ChecksumSHA256 }) => {
      const [md5] = /^[0-9a-f]{32}$/.exec(ETag.replaceAll('"', '')) ?? [];
      const sha256 = ChecksumSHA256 === undefined ? undefined : Buffer.from(ChecksumSHA256, 'base64').toString('hex');
      return { number: PartNumber, sizeBytes: Size, sha256, md5, tag: ETag };
    });
  }

  async function listed(upload: Upload): Promise<Part[]> {
    const found: Part[] = [];
    for (let after: string | undefined; ;) {
      const page = await s3
        .send(new ListPartsCommand({ ...at(upload), PartNumberMarker: after }))
        .catch((error: unknown) => {
          throw uploadError(error);
        });
      found.push(...(page.Parts ?? []));
      if (page.IsTruncated !== true) return found;
      after = page.NextPartNumberMarker;
    }
  }

  async function complete(upload: Upload, kept: readonly KeptPart[], lockedUntil: Date): Promise<number> {
    const chosen = kept.every(({ tag }) => tag !== undefined) ? kept.map(completedPart) : await found(upload, kept);
    const MultipartUpload = { Parts: chosen };
    await s3
      .send(new CompleteMultipartUploadCommand({ ...at(upload), IfNoneMatch: '*', MultipartUpload }))
      .catch((error: unknown) => {
        if (isS3Error(error, 'PreconditionFailed', 'ConditionalRequestConflict'))
          throw new DeskError('vault/exists', 'The vault has a file of this name already.', { cause: error });
        throw uploadError(error);
      });
    return demandLocked(upload.name, lockedUntil);
  }

  async function found(upload: Upload, kept: readonly KeptPart[]): Promise<CompletedPart[]> {
    const there = new Map((await parts(upload)).map((part) => [part.number, part]));
    return kept.map(({ number, sizeBytes }) => {
      const part = there.get(number);
      if (part?.sizeBytes !== sizeBytes) throw new DeskError('vault/absent', 'A part of an upload is missing.');
      return completedPart(part);
    });
  }

  async function abort(upload: Upload): Promise<void> {
    await s3.send(new AbortMultipartUploadCommand(at(upload))).catch((error: unknown) => {
      if (!isS3Error(error, 'NoSuchUpload', 'NotFound')) throw vaultError(error);
    });
  }

  return { begin, address, put, parts, complete, abort };
}

function asked({ number, sizeBytes, sha256, md5 }: UploadPart) {
  const digests = { ContentMD5: base64(md5), ChecksumSHA256: base64(sha256) };
  return { PartNumber: number, ContentLength: sizeBytes, ...digests };
}

function completedPart({ number, sha256, tag }: KeptPart): CompletedPart {
  return { PartNumber: number, ETag: tag, ...(sha256 === undefined ? {} : { ChecksumSHA256: base64(sha256) }) };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** A part is held whole: S3 must know its length first, and the senders' own way is `address`. @throws DeskError attachment/size-mismatch */
async function gathered({ sizeBytes }: UploadPart, bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const whole = Buffer.alloc(sizeBytes);
  let at = 0;
  for await (const chunk of bytes) {
    if (at + chunk.length <= sizeBytes) whole.set(chunk, at);
    at += chunk.length;
    if (at > sizeBytes) break;
  }
  if (at === sizeBytes) return whole;
  throw new DeskError('attachment/size-mismatch', 'The part has another size than announced: nothing was kept.');
}

function uploadError(error: unknown): DeskError {
  if (isS3Error(error, 'NoSuchUpload', 'InvalidPart'))
    return new DeskError('vault/absent', 'There is no such upload, or a part of it is missing.', { cause: error });
  return vaultError(error);
}
