// The real parts that the tests of lib/aws stand on, as test/lib/aws/run.sh starts them on loopback.
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
export const S3_URL = AWS_ENDPOINT_URL_S3 ?? '';
export const DYNAMO_URL = AWS_ENDPOINT_URL_DYNAMODB ?? '';

/** Whether both are there, which test/lib/aws/run.sh sees to; what stands on them is left out otherwise. */
export function withParts(what: string, tests: () => void): void {
  if (AWS_ENDPOINT_URL_S3 !== undefined && AWS_ENDPOINT_URL_DYNAMODB !== undefined) tests();
  else
    it.skip(`${what}: needs radosgw and DynamoDB Local; "npm run test:aws" starts them and says what to install`, () =>
      undefined);
}

/** DynamoDB Local. */
export function dynamoClient(endpoint = DYNAMO_URL, more: DynamoDBClientConfig = {}): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, ...more });
}

/** A table as the stack makes it. */
export async function makeTable(dynamo: DynamoDBClient): Promise<string> {
  const TableName = `table-${randomUUID()}`;
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [text('pk'), text('sk')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return TableName;
}

/** radosgw, which takes no checksum trailers. */
export function s3Client(endpoint = S3_URL, more: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'rgwtestaccess', secretAccessKey: 'rgwtestsecret' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...more,
  });
}

/** A bucket with Object Lock. */
export async function makeBucket(s3: S3Client): Promise<string> {
  const bucket = `bucket-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  return bucket;
}

/** For `between`: asked of radosgw itself. */
export function etagOf(s3: S3Client): (path: string) => Promise<string | undefined> {
  return async (path) => {
    const [, Bucket = '', ...key] = path.split('/');
    const found = await s3.send(new HeadObjectCommand({ Bucket, Key: key.join('/') })).catch(() => undefined);
    return found?.ETag;
  };
}
