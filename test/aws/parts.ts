// The real parts that the tests of lib/aws stand on, as test/aws/run.sh starts them on loopback.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';

const {
  AWS_ENDPOINT_URL_S3: s3Url = 'http://127.0.0.1:7480',
  AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl = 'http://127.0.0.1:8123',
} = process.env;

/** DynamoDB Local. */
export function dynamoClient(): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({ endpoint: dynamoUrl, region: 'us-east-1', credentials });
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
export function s3Client(): S3Client {
  return new S3Client({
    endpoint: s3Url,
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
