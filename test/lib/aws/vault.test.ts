// The vault in S3 keeps every promise of the port, on a real S3 with enforced Object Lock (radosgw), also when what stands between fails.
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListMultipartUploadsCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { s3Vault } from '../../../lib/aws/vault.ts';
import type { Vault } from '../../../lib/ports.ts';
import { vaultConformance } from '../../conformance/vault.ts';
import { gather, stream } from '../../material.ts';
import { between, type Between, type Fault } from './between.ts';
import { etagOf, makeBucket, S3_URL, s3Client, withParts } from './parts.ts';

let middle: Between;
let s3: S3Client;
let direct: S3Client;
let bucket: string;
let vault: Vault;

withParts('the vault in S3', () => {
  beforeAll(async () => {
    direct = s3Client();
    middle = await between(S3_URL, etagOf(direct));
    s3 = s3Client(middle.url);
    bucket = await makeBucket(s3);
    vault = s3Vault({ s3, bucket, storageKeyId: 'testkey-1' });
  });
  afterAll(async () => {
    s3.destroy();
    direct.destroy();
    await middle.close();
  });

  vaultConformance('the vault in S3', () => Promise.resolve({ vault, close: () => undefined }));

  const LATER = new Date('2031-03-04T05:06:07Z');
  const MIB = 1024 * 1024;

  /** Fails the first request of this kind. */
  function once(method: string, fault: Fault, query = ''): void {
    let isDue = true;
    middle.fault = ({ method: asked, url = '' }) => {
      if (!isDue || asked !== method || !url.includes(query)) return undefined;
      isDue = false;
      return fault;
    };
  }

  describe('the vault in S3', () => {
    it.each(['throttled', 'broken', 'unheard', 'answer-lost'] as const)(
      'takes a file once where a request is %s',
      async (fault) => {
        const [name, bytes] = [randomUUID(), randomBytes(5000)];
        once('PUT', fault);
        expect(await vault.put(name, [bytes], LATER)).toBe(5000);
        middle.fault = undefined;
        expect((await gather(vault.get(name))).equals(bytes)).toBe(true);
        expect((await vault.stat(name))?.lockedUntil).toEqual(LATER);
      },
    );

    it.each([
      ['POST', 'broken', 'uploads'],
      ['PUT', 'throttled', 'partNumber=2'],
      ['PUT', 'answer-lost', 'partNumber=1'],
      ['POST', 'unheard', 'uploadId'],
    ] as const)('takes a large file once where %s is %s (%s)', async (method, fault, query) => {
      const [name, bytes] = [randomUUID(), randomBytes(40 * MIB)];
      once(method, fault, query);
      expect(await vault.put(name, stream(bytes), LATER)).toBe(bytes.length);
      middle.fault = undefined;
      expect((await gather(vault.get(name))).equals(bytes)).toBe(true);
    });

    it('goes on reading where a connection was cut', async () => {
      const [name, bytes] = [randomUUID(), randomBytes(3 * MIB)];
      await vault.put(name, [bytes], LATER);
      once('GET', 'cut');
      expect((await gather(vault.get(name))).equals(bytes)).toBe(true);
      middle.fault = undefined;
    });

    it('leaves no upload behind when its source fails', async () => {
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* stream(randomBytes(34 * MIB));
        throw new Error('the source failed');
      }
      await expect(vault.put(randomUUID(), failing(), LATER)).rejects.toThrow('the source failed');
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      expect(Uploads).toEqual([]);
    });

    it('locks so that nobody deletes or unlocks, small and large files alike', async () => {
      for (const size of [10, 34 * MIB]) {
        const name = randomUUID();
        await vault.put(name, stream(randomBytes(size)), LATER);
        const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: name }));
        expect(Retention?.Mode).toBe('COMPLIANCE');
        const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${name}-none` }));
        expect(VersionId).toBeDefined(); // a delete without a version only marks
        const shorter = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date('2027-01-01T00:00:00Z') };
        const retention = new PutObjectRetentionCommand({ Bucket: bucket, Key: name, Retention: shorter });
        await expect(s3.send(retention)).rejects.toMatchObject({ name: 'AccessDenied' });
        const bypass = new PutObjectRetentionCommand({
          Bucket: bucket,
          Key: name,
          Retention: {},
          BypassGovernanceRetention: true,
        });
        await expect(s3.send(bypass)).rejects.toThrow();
      }
    });
  });
});
