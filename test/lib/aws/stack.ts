// What a stack consists of, made on the real parts.
import { CreateKeyCommand, KMSClient, type KeySpec, type KMSClientConfig } from '@aws-sdk/client-kms';
import { randomUUID } from 'node:crypto';
import type { AwsParts } from '../../../lib/aws/open.ts';
import type { KmsEndpoint } from './kms-endpoint.ts';
import { dynamoClient, makeBucket, makeTable, s3Client } from './parts.ts';

/** The bucket of the log's files is the lambda's alone. */
export interface FreshParts extends AwsParts {
  readonly logBucket: string;
}

/** A stack of its own on the real parts. */
export async function freshParts(
  { url }: KmsEndpoint,
  desk: string = randomUUID(),
  requestHandler: KMSClientConfig['requestHandler'] = {},
): Promise<FreshParts> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const kms = new KMSClient({ endpoint: url, region: 'us-east-1', credentials, requestHandler });
  const key = async (KeySpec: KeySpec): Promise<string> =>
    (await kms.send(new CreateKeyCommand({ KeySpec }))).KeyMetadata?.KeyId ?? '';
  const signing = (): Promise<string> => key('ECC_NIST_EDWARDS25519');
  const [s3, dynamo] = [s3Client(), dynamoClient()];
  return {
    desk,
    s3,
    dynamo,
    kms,
    evidenceBucket: await makeBucket(s3),
    logBucket: await makeBucket(s3),
    bookTable: await makeTable(dynamo),
    secretsTable: await makeTable(dynamo),
    dataKeyId: await key('SYMMETRIC_DEFAULT'),
    storageKeyId: 'testkey-1',
    lookupKeyId: await key('HMAC_256'),
    firstKeys: { receipts: await signing(), log: await signing(), packets: await signing() },
  };
}
