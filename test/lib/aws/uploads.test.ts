// Addresses at S3 itself, put to by whoever holds them: good for the one part they were signed for, on a real S3 (radosgw) that holds length, MD5 and
// signature against what comes. What radosgw does not hold against it is SHA-256: that AWS does so is not proved here.
import {
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { s3Vault } from '../../../lib/aws/vault.ts';
import type { PartAddress, Upload, UploadPart, Vault } from '../../../lib/ports.ts';
import { gather } from '../../material.ts';
import { makeBucket, s3Client, withParts } from './parts.ts';

const LATER = new Date('2031-03-04T05:06:07Z');
const soon = (): Date => new Date(Date.now() + 900_000);

function partOf(bytes: Uint8Array, number = 1): UploadPart {
  const digest = (name: string): string => createHash(name).update(bytes).digest('hex');
  return { number, offset: 0, sizeBytes: bytes.length, sha256: digest('sha256'), md5: digest('md5') };
}

async function addressOf(vault: Vault, upload: Upload, part: UploadPart, until = soon()): Promise<PartAddress> {
  const address = await vault.uploads.address(upload, part, until);
  if (address === undefined) throw new Error('S3 takes parts from strangers');
  return address;
}

async function put(
  { url, headers }: PartAddress,
  bytes: Uint8Array,
  more: Record<string, string> = {},
): Promise<number> {
  // fetch says the length by itself
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));
  const response = await fetch(url, { method: 'PUT', headers: { ...others, ...more }, body: Buffer.from(bytes) });
  await response.arrayBuffer();
  return response.status;
}

/** What a client sends that says nothing of checksums, as on AWS; nothing is asked of any server to sign an address. */
const unset = (): Vault =>
  s3Vault({
    s3: s3Client('http://127.0.0.1:9', { requestChecksumCalculation: 'WHEN_SUPPORTED' }),
    bucket: 'bucket',
    storageKeyId: 'key',
  });

describe('an address at S3', () => {
  it('is signed over length and digests of the one part, for 15 minutes, and carries no checksum of an empty body', async () => {
    const part = partOf(randomBytes(1000), 7);
    const { url, headers } = await addressOf(unset(), { name: randomUUID(), store: 'upload-1' }, part);
    const query = new URL(url).searchParams;
    expect(query.get('X-Amz-SignedHeaders')?.split(';')).toEqual(
      expect.arrayContaining(['content-length', 'content-md5', 'host', 'x-amz-checksum-sha256']),
    );
    expect([query.get('partNumber'), query.get('uploadId')]).toEqual(['7', 'upload-1']);
    expect(Number(query.get('X-Amz-Expires'))).toBeGreaterThan(890);
    expect(Number(query.get('X-Amz-Expires'))).toBeLessThanOrEqual(900);
    // the SDK's own crc32 of nothing, as a presigned put has it by default: every real upload would fail
    expect([...query.keys()].filter((name) => /checksum|crc32/i.test(name))).toEqual([]);
    expect(url).not.toMatch(/crc32|AAAAAA%3D%3D/i);
    expect(headers).toEqual({
      'content-length': '1000',
      'content-md5': Buffer.from(part.md5, 'hex').toString('base64'),
      'x-amz-checksum-sha256': Buffer.from(part.sha256, 'hex').toString('base64'),
    });
  });
});

withParts('uploads to S3', () => {
  let s3: S3Client;
  let bucket: string;
  let vault: Vault;

  beforeAll(async () => {
    s3 = s3Client();
    bucket = await makeBucket(s3);
    vault = s3Vault({ s3, bucket, storageKeyId: 'testkey-1' });
  });
  afterAll(() => {
    s3.destroy();
  });

  describe('uploads to S3, on radosgw', () => {
    it.each(['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const)('take what was announced (%s)', async (how) => {
      const signer = s3Client(undefined, { requestChecksumCalculation: how });
      const by = s3Vault({ s3: signer, bucket, storageKeyId: 'testkey-1' });
      const [name, bytes] = [randomUUID(), randomBytes(100_000)];
      const upload = await by.uploads.begin(name, LATER);
      const address = await addressOf(by, upload, partOf(bytes));
      expect(await put(address, bytes)).toBe(200);
      expect(await put(address, bytes)).toBe(200); // the answer may have been lost
      await by.uploads.complete(upload, [partOf(bytes)], LATER);
      expect((await gather(by.get(name))).equals(bytes)).toBe(true);
      signer.destroy();
    });

    it('are refused whatever else comes: other bytes, another length, other digests, another part, another name, or late', async () => {
      const bytes = randomBytes(50_000);
      const [name, part] = [randomUUID(), partOf(bytes)];
      const upload = await vault.uploads.begin(name, LATER);
      const address = await addressOf(vault, upload, part);
      const other = randomBytes(50_000);
      const digestsOf = (given: Buffer): Record<string, string> => ({
        'content-md5': createHash('md5').update(given).digest('base64'),
        'x-amz-checksum-sha256': createHash('sha256').update(given).digest('base64'),
      });
      expect(await put(address, other)).toBe(400);
      expect(await put(address, other, digestsOf(other))).toBe(403);
      expect(await put(address, bytes.subarray(1), digestsOf(bytes.subarray(1)))).toBe(403);
      expect(
        await put(address, bytes, { 'x-amz-checksum-sha256': digestsOf(other)['x-amz-checksum-sha256'] ?? '' }),
      ).toBe(403);
      const elsewhere = (from: string, to: string): PartAddress => ({ ...address, url: address.url.replace(from, to) });
      expect(await put(elsewhere('partNumber=1', 'partNumber=2'), bytes)).toBe(403);
      expect(await put(elsewhere(name, randomUUID()), bytes)).toBe(403);
      const late = await addressOf(vault, upload, part, new Date(Date.now() + 1000));
      while (Date.now() < Date.parse(amzDate(late.url)) + 2000) await new Promise(setImmediate);
      expect(await put(late, bytes)).toBe(403);
      expect(await vault.uploads.parts(upload)).toEqual([]);
      expect(await put(address, bytes)).toBe(200);
    });

    it('are over once complete or given up, for whoever still holds an address', async () => {
      for (const end of ['complete', 'abort'] as const) {
        const [name, bytes] = [randomUUID(), randomBytes(1000)];
        const upload = await vault.uploads.begin(name, LATER);
        const address = await addressOf(vault, upload, partOf(bytes));
        expect(await put(address, bytes)).toBe(200);
        if (end === 'complete') await vault.uploads.complete(upload, [partOf(bytes)], LATER);
        else await vault.uploads.abort(upload);
        expect(await put(address, bytes)).toBe(404);
      }
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      expect(Uploads.filter(({ Key }) => Key !== undefined).length).toBeLessThanOrEqual(1); // of the test before
    });

    it('are complete without a look at the parts where their tags are said, and not with other tags', async () => {
      const [name, bytes] = [randomUUID(), randomBytes(1000)];
      const asked: string[] = [];
      const own = s3Client();
      own.middlewareStack.add(
        (next, { commandName = '' }) =>
          (args) => {
            asked.push(commandName.replace('Command', ''));
            return next(args);
          },
        { step: 'initialize' },
      );
      const by = s3Vault({ s3: own, bucket, storageKeyId: 'testkey-1' });
      const upload = await by.uploads.begin(name, LATER);
      await put(await addressOf(by, upload, partOf(bytes)), bytes);
      const [there] = await by.uploads.parts(upload);
      const other = { ...partOf(bytes), tag: `"${createHash('md5').update('other').digest('hex')}"` };
      await expect(by.uploads.complete(upload, [other], LATER)).rejects.toMatchObject({ code: 'vault/absent' });
      asked.length = 0;
      expect(await by.uploads.complete(upload, [{ ...partOf(bytes), tag: there?.tag }], LATER)).toBe(1000);
      expect(asked).not.toContain('ListParts');
      expect(await by.stat(name)).toEqual({ sizeBytes: 1000, lockedUntil: LATER });
      own.destroy();
    });

    it('are locked and encrypted by the request that begins them', async () => {
      const [name, bytes] = [randomUUID(), randomBytes(1000)];
      const upload = await vault.uploads.begin(name, LATER);
      await put(await addressOf(vault, upload, partOf(bytes)), bytes);
      await vault.uploads.complete(upload, [partOf(bytes)], LATER);
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: name }));
      expect(Retention).toMatchObject({ Mode: 'COMPLIANCE', RetainUntilDate: LATER });
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: name }));
      expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'testkey-1' });
    });
  });
});

/** When an address was signed. */
function amzDate(url: string): string {
  const text = new URL(url).searchParams.get('X-Amz-Date') ?? '';
  return text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}
