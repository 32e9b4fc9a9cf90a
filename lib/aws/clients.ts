// The SDK's clients as its own settings make them: region, credentials and endpoints from the environment and its files.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { AwsParts } from './open.ts';

/** A store at an endpoint of its own (AWS_ENDPOINT_URL_S3) is asked by path, and for no trailing checksums, which not all of them know. */
export function awsClients(): Pick<AwsParts, 's3' | 'dynamo' | 'kms'> {
  const isElsewhere = process.env['AWS_ENDPOINT_URL_S3'] !== undefined;
  const checksums = {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  return {
    s3: new S3Client(isElsewhere ? { forcePathStyle: true, ...checksums } : {}),
    dynamo: new DynamoDBClient({}),
    kms: new KMSClient({}),
  };
}
