// A desk on AWS as far as it goes on one machine: each bundle in a process of its own against the Runtime API, each with a guard between it and the real
// parts that grants what its authority has; and what API Gateway does before them: the authorizer, and which route goes where.
import { EncryptCommand } from '@aws-sdk/client-kms';
import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AUTHORITIES, type Authority, type AuthorityName, type Part } from '../../lambdas/authorities.ts';
import { bundle } from '../../lambdas/bundle.ts';
import { initAwsDesk, type AwsParts, type Lent } from '../../lib/aws/open.ts';
import { ROUTES } from '../../lib/http/all-routes.ts';
import type { Caller } from '../../lib/index.ts';
import { startKms } from '../lib/aws/kms-endpoint.ts';
import { between } from '../lib/aws/between.ts';
import { etagOf, S3_URL } from '../lib/aws/parts.ts';
import { freshParts, type FreshParts } from '../lib/aws/stack.ts';
import { ncmecDouble, type NcmecDouble } from '../lib/filing/ncmec-double.ts';
import { gather } from '../material.ts';
import { eventFrom, responseOf, type Sent } from './event.ts';
import { guard, type Guard } from './guard.ts';
import { runLambda, type Outcome, type RunningLambda } from './runtime.ts';

export interface Cloud {
  readonly parts: FreshParts;
  readonly founded: Awaited<ReturnType<typeof initAwsDesk>>;
  /** With whom the courier files. */
  readonly ncmec: NcmecDouble;
  /** As a caller outside sees it, at the address for programs. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** At the address for people, with a token that says this; what API Gateway checks of it is taken for done. */
  readonly fetchAs: (claims: Readonly<Record<string, string>>) => Cloud['fetch'];
  /** What the last request became as an event, to be delivered again. */
  readonly again: () => Promise<APIGatewayProxyStructuredResultV2>;
  /** EventBridge's. */
  readonly schedule: (authority: AuthorityName) => Promise<Outcome>;
  readonly guards: ReadonlyMap<AuthorityName, Guard>;
  /** Every line that any lambda wrote. */
  readonly lines: () => string[];
  /** Keys that were made since become known to the guards by their purpose, as their tags say it. */
  readonly learnKeys: () => Promise<void>;
  stop(): Promise<void>;
}

const MINUTE = 60_000;

/** @param variables beside those that name the parts */
export async function startCloud(folder: string, variables: Readonly<Record<string, string>>): Promise<Cloud> {
  const kms = await startKms();
  const parts = await freshParts(kms);
  const lent: Lent = {
    font: () => Promise.reject(new Error('nothing is drawn here')),
    scratch: { keep: () => Promise.reject(new Error('nothing is kept here')) },
    alarm: () => Promise.resolve(),
  };
  const founded = await initAwsDesk(parts, lent);
  const keys = keysOf(parts);
  const recipient = await startRecipient(parts);
  const s3 = await between(S3_URL, etagOf(parts.s3));
  const targets = { s3: s3.url, dynamo: process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', kms: kms.url };
  const lambdas = new Map<AuthorityName, RunningLambda>();
  const guards = new Map<AuthorityName, Guard>();

  async function lambda(authority: AuthorityName): Promise<RunningLambda> {
    const known = lambdas.get(authority);
    if (known !== undefined) return known;
    const made = await bundle(authority, join(folder, authority));
    const standing = await guard(authority, { bookTable: parts.bookTable, logBucket: parts.logBucket, keys }, targets);
    guards.set(authority, standing);
    const started = await runLambda(made.folder, {
      ...variablesOf(parts),
      ...recipient.variables,
      ...variables,
      ...standing.endpoints,
    });
    lambdas.set(authority, started);
    return started;
  }

  let last: (() => Promise<APIGatewayProxyStructuredResultV2>) | undefined;
  const fetch = async (request: Request): Promise<Response> => {
    const found = routeOf(request);
    if (found?.isPublic !== false) return pass(request, found, {});
    const authorizer = await lambda('keys-authorizer');
    const headers = Object.fromEntries(request.headers);
    const { payload } = await authorizer.invoke({ version: '2.0', headers }, MINUTE);
    const { isAuthorized, context } = payload as { isAuthorized: boolean; context: Caller };
    return isAuthorized
      ? pass(request, found, { caller: context })
      : Response.json({ message: 'Forbidden' }, { status: 403 });
  };
  const fetchAs: Cloud['fetchAs'] = (claims) => (request) => {
    const found = routeOf(request);
    return pass(request, found, found?.isPublic === false ? { claims } : {});
  };
  const pass = async (
    request: Request,
    found: Found | undefined,
    authorized: Pick<Sent, 'caller' | 'claims'>,
  ): Promise<Response> => {
    if (found === undefined) return Response.json({ message: 'Not Found' }, { status: 404 });
    const event = await eventFrom(request, authorized);
    last = async () => resultOf(await (await lambda(found.authority)).invoke(event, MINUTE));
    return responseOf(await last());
  };

  return {
    parts,
    founded,
    ncmec: recipient.ncmec,
    fetch,
    fetchAs,
    again: () => last?.() ?? Promise.reject(new Error('nothing was asked yet')),
    schedule: async (authority) => (await lambda(authority)).invoke({ source: 'aws.events', id: randomUUID() }, MINUTE),
    guards,
    lines: () => [...lambdas.values()].flatMap(({ lines }) => lines),
    learnKeys: () => learnKeys(parts.dynamo, parts.secretsTable, keys),
    stop: async () => {
      for (const each of lambdas.values()) await each.stop();
      for (const each of guards.values()) await each.close();
      for (const client of [parts.s3, parts.dynamo, parts.kms]) client.destroy();
      recipient.close();
      await s3.close();
      await kms.close();
    },
  };
}

// ── the parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function keysOf({ dataKeyId, storageKeyId, lookupKeyId, firstKeys }: AwsParts): Map<string, Part> {
  return new Map<string, Part>([
    [dataKeyId, 'data key'],
    [storageKeyId, 'storage key'],
    [lookupKeyId, 'lookup key'],
    [firstKeys.receipts, 'receipts key'],
    [firstKeys.packets, 'packets key'],
    [firstKeys.log, 'log key'],
  ]);
}

async function learnKeys(dynamo: DynamoDBClient, table: string, keys: Map<string, Part>): Promise<void> {
  const command = new QueryCommand({
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'signing' } },
  });
  for (const { v } of (await dynamo.send(command)).Items ?? []) {
    const { kmsKey, key } = JSON.parse(v?.S ?? '') as {
      kmsKey: string;
      key: { purpose: 'receipts' | 'packets' | 'log' };
    };
    keys.set(kmsKey, `${key.purpose} key`);
  }
}

export function variablesOf(parts: AwsParts & Partial<FreshParts>): Record<string, string> {
  return {
    DESK_NAME: parts.desk,
    EVIDENCE_BUCKET: parts.evidenceBucket,
    ...(parts.logBucket === undefined ? {} : { LOG_BUCKET: parts.logBucket }),
    BOOK_TABLE: parts.bookTable,
    SECRETS_TABLE: parts.secretsTable,
    DATA_KEY_ID: parts.dataKeyId,
    STORAGE_KEY_ID: parts.storageKeyId,
    LOOKUP_KEY_ID: parts.lookupKeyId,
    RECEIPTS_KEY_ID: parts.firstKeys.receipts,
    PACKETS_KEY_ID: parts.firstKeys.packets,
    LOG_KEY_ID: parts.firstKeys.log,
    AWS_ACCESS_KEY_ID: 'rgwtestaccess',
    AWS_SECRET_ACCESS_KEY: 'rgwtestsecret',
    // radosgw takes no checksum trailers
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
  };
}

/** Over HTTP, to who shows the credentials that the courier opens with KMS. */
async function startRecipient({ kms, dataKeyId, desk }: AwsParts) {
  const ncmec = ncmecDouble(() => new Date());
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    const isKnown = headers.authorization === `Basic ${Buffer.from('user:password').toString('base64')}`;
    void gather(request).then(async (body) => {
      const path = url.replace('/ispws', '');
      const call = { method: method as 'POST', path, contentType: headers['content-type'] ?? '', body };
      const answer = isKnown ? await ncmec.recipient.send(call) : { status: 401, body: Buffer.alloc(0) };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const EncryptionContext = { desk, owner: 'desk', object: 'ncmec', kind: 'words' };
  const Plaintext = Buffer.from('{"user":"user","password":"password"}');
  const { CiphertextBlob = [] } = await kms.send(
    new EncryptCommand({ KeyId: dataKeyId, Plaintext, EncryptionContext }),
  );
  return {
    ncmec,
    variables: {
      NCMEC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ispws`,
      NCMEC_CREDENTIALS: Buffer.from(CiphertextBlob).toString('base64'),
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// ── API Gateway ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Found {
  readonly authority: AuthorityName;
  readonly isPublic: boolean;
}

const PLACED = new Map(
  Object.entries(AUTHORITIES as Readonly<Record<string, Authority>>).flatMap(([name, { routes }]) =>
    routes.map((route) => [route, name as AuthorityName] as const),
  ),
);

function routeOf({ method, url }: Request): Found | undefined {
  const { pathname } = new URL(url);
  const route = ROUTES.find(
    (each) =>
      each.method === method &&
      new RegExp(`^${each.path.replace('{path}', '.+').replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`).test(pathname),
  );
  const authority = PLACED.get(route?.operation ?? '');
  return route === undefined || authority === undefined
    ? undefined
    : { authority, isPublic: route.action === undefined };
}

function resultOf({ kind, payload }: Outcome): APIGatewayProxyStructuredResultV2 {
  if (kind === 'response') return payload as APIGatewayProxyStructuredResultV2;
  return { statusCode: 503, body: '{"message":"Service Unavailable"}' };
}
