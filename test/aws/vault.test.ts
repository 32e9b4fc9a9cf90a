// The vault in S3 keeps every promise of the port, on a real S3 with enforced Object Lock (radosgw).
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { s3Vault } from '../../lib/aws/vault.ts';
import { vaultConformance } from '../conformance/vault.ts';

const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? 'http://127.0.0.1:7480';

vaultConformance('the vault in S3', async () => {
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'rgwtestaccess', secretAccessKey: 'rgwtestsecret' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const bucket = `vault-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  return {
    vault: s3Vault({ s3, bucket, storageKeyId: 'testkey-1' }),
    close: () => {
      s3.destroy();
    },
  };
});
