// The real parts that the tests of lib/aws stand on, as test/aws/run.sh starts them on loopback.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';

/** Where test/aws/run.sh says that they listen. */
export const S3_URL = process.env['AWS_ENDPOINT_URL_S3'] ?? 'http://127.0.0.1:7480';
const DYNAMO_URL = process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? 'http://127.0.0.1:8123';

/** DynamoDB Local. */
export function dynamoClient(): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({ endpoint: DYNAMO_URL, region: 'us-east-1', credentials });
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
export function s3Client(endpoint = S3_URL): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'rgwtestaccess', secretAccessKey: 'rgwtestsecret' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** A bucket with Object Lock. */
export async function makeBucket(s3: S3Client): Promise<string> {
  const bucket = `bucket-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  return bucket;
}

/** For `between`: asked of radosgw itself. */
export function isThere(s3: S3Client): (path: string) => Promise<boolean> {
  return async (path) => {
    const [, Bucket = '', Key = ''] = path.split('/');
    const found = await s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined);
    return found !== undefined;
  };
}
