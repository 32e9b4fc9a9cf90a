// The SDK's clients as its own settings make them: region, credentials and endpoints from the environment and its files.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { AwsParts } from './open.ts';
import { PATIENCE } from './patience.ts';
import { awsS3 } from './s3-client.ts';

export function awsClients(): Pick<AwsParts, 's3' | 'dynamo' | 'kms'> {
  const patient = { requestHandler: PATIENCE };
  return { s3: awsS3(), dynamo: new DynamoDBClient(patient), kms: new KMSClient(patient) };
}
