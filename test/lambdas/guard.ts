// Stands between one lambda and AWS's parts as its role does in IAM: what the authority is not granted is refused, and what it asks for is written
// down. Which action a call needs is as AWS's service authorization reference has it; conditions on keys, attributes and tags are read from the call.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUTHORITIES, type Authority, type AuthorityName, type Kind, type Part } from '../../lambdas/authorities.ts';

/** One action on one part, as a role is asked for it. */
export interface Need {
  readonly action: string;
  readonly on: Part;
  readonly kind?: Kind | undefined;
}

/** The names by which calls name the parts. */
export interface Stack {
  readonly bookTable: string;
  readonly logBucket: string;
  readonly keys: ReadonlyMap<string, Part>;
}

export interface Guard {
  /** Endpoints, by the SDK's variables. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What was asked for and granted, each once: `action on part (kind)`. */
  readonly used: ReadonlySet<string>;
  /** What was refused. */
  readonly refused: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface Targets {
  readonly s3: string;
  readonly dynamo: string;
  readonly kms: string;
}

export async function guard(authority: AuthorityName, stack: Stack, targets: Targets): Promise<Guard> {
  const { grants }: Authority = AUTHORITIES[authority];
  const [used, refused] = [new Set<string>(), new Set<string>()];
  const isGranted = ({ action, on, kind }: Need): boolean =>
    grants.some((grant) => {
      const hasKind = grant.kinds === undefined || (kind !== undefined && grant.kinds.includes(kind));
      return grant.on === on && grant.actions.includes(action) && hasKind;
    });
  const uses = (action: string, request: IncomingMessage): boolean => {
    const need: Need = { action, on: bucketOf(stack, request) };
    if (isGranted(need)) used.add(nameOf(need));
    return isGranted(need);
  };
  const listening = async (target: string, needsOf: (call: Call) => Need[]): Promise<[string, () => Promise<void>]> => {
    const server = createServer((request, response) => {
      void read(request).then((body) => {
        const needs = needsOf({ request, body });
        const missing = needs.filter((need) => !isGranted(need));
        for (const need of needs) (isGranted(need) ? used : refused).add(nameOf(need));
        if (missing.length > 0) refuse(request, response);
        else pass(target, { request, body }, response, uses);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, close];
  };
  const [s3, closeS3] = await listening(targets.s3, (call) => s3Needs(stack, call));
  const [dynamo, closeDynamo] = await listening(targets.dynamo, (call) => dynamoNeeds(stack, call));
  const [kms, closeKms] = await listening(targets.kms, (call) => kmsNeeds(stack, call));
  return {
    endpoints: { AWS_ENDPOINT_URL_S3: s3, AWS_ENDPOINT_URL_DYNAMODB: dynamo, AWS_ENDPOINT_URL_KMS: kms },
    used,
    refused,
    close: async () => {
      await Promise.all([closeS3(), closeDynamo(), closeKms()]);
    },
  };
}

export function nameOf({ action, on, kind }: Need): string {
  return `${action} on ${on}${kind === undefined ? '' : ` (${kind})`}`;
}

interface Call {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

// ── which action a call needs ─────────────────────────────────────────────────────────────────────────────────────────

type Json = { readonly [name: string]: Json | undefined } & { readonly S?: string };

function operationOf({ request }: Call): string {
  return String(request.headers['x-amz-target']).split('.')[1] ?? '';
}

function kmsNeeds({ keys }: Stack, call: Call): Need[] {
  const {
    KeyId = '',
    EncryptionContext,
    Tags,
  } = JSON.parse(call.body.toString('utf8')) as {
    KeyId?: string;
    EncryptionContext?: { kind?: Kind };
    Tags?: unknown[];
  };
  const operation = operationOf(call);
  const on = keys.get(KeyId) ?? 'new key';
  const need = { action: `kms:${operation}`, on, kind: EncryptionContext?.kind };
  return Tags === undefined ? [need] : [need, { action: 'kms:TagResource', on }];
}

function dynamoNeeds(stack: Stack, call: Call): Need[] {
  const body = JSON.parse(call.body.toString('utf8')) as Record<string, unknown>;
  return itemsOf(operationOf(call), body).map(({ action, table, pk }) => ({
    action: `dynamodb:${action}`,
    on: table === stack.bookTable ? 'book' : pk === 'signing' ? 'signing' : 'secrets',
  }));
}

interface Touched {
  readonly action: string;
  readonly table: string;
  readonly pk: string;
}

function itemsOf(operation: string, body: Record<string, unknown>): Touched[] {
  const table = String(body['TableName']);
  switch (operation) {
    case 'GetItem':
      return [{ action: operation, table, pk: pkOf(body['Key']) }];
    case 'Query':
      return [{ action: operation, table, pk: (body['ExpressionAttributeValues'] as Json)[':pk']?.S ?? '' }];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(body['RequestItems'] as Record<string, unknown>).flatMap(([name, asked]) =>
        keysIn(asked).map((pk) => ({ action: operation, table: name, pk })),
      );
    case 'TransactWriteItems':
      return (body['TransactItems'] as Record<string, Json>[]).flatMap((item) =>
        Object.entries(item).map(([kind, asked]) => ({
          action: { Put: 'PutItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' }[kind] ?? kind,
          table: (asked as unknown as { TableName: string }).TableName,
          pk: pkOf(asked['Key'] ?? asked['Item']),
        })),
      );
    default:
      return [{ action: operation, table, pk: '' }];
  }
}

function pkOf(key: unknown): string {
  return (key as Json)['pk']?.S ?? '';
}

function keysIn(asked: unknown): string[] {
  if (!Array.isArray(asked)) return (asked as { Keys: unknown[] }).Keys.map(pkOf);
  return (asked as { PutRequest?: { Item: unknown }; DeleteRequest?: { Key: unknown } }[]).map((write) =>
    pkOf(write.PutRequest?.Item ?? write.DeleteRequest?.Key),
  );
}

function bucketOf({ logBucket }: Stack, { url = '' }: IncomingMessage): 'evidence' | 'log files' {
  return url.split(/[/?]/)[1] === logBucket ? 'log files' : 'evidence';
}

/** With SSE-KMS: S3 asks for a data key to write, and for decryption to read and to write in parts. */
function s3Needs(stack: Stack, { request }: Call): Need[] {
  const url = new URL(request.url ?? '', 'http://s3.local');
  const on = bucketOf(stack, request);
  if (on === 'log files') return [{ action: request.method === 'PUT' ? 's3:PutObject' : 's3:GetObject', on }];
  const isBucket = url.pathname.split('/').filter(Boolean).length === 1;
  const has = (name: string): boolean => url.searchParams.has(name);
  const evidence = (...actions: string[]): Need[] => actions.map((action) => ({ action, on: 'evidence' }));
  const storage = (...actions: string[]): Need[] => actions.map((action) => ({ action, on: 'storage key' }));
  const lock = request.headers['x-amz-object-lock-mode'] === undefined ? [] : evidence('s3:PutObjectRetention');
  switch (request.method) {
    case 'HEAD':
      return evidence('s3:GetObject');
    case 'GET':
      if (isBucket) return evidence('s3:ListBucket');
      if (has('uploadId')) return evidence('s3:ListMultipartUploadParts');
      return [...evidence(has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject'), ...storage('kms:Decrypt')];
    case 'DELETE':
      return evidence(has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject');
    default: {
      if (has('retention')) return evidence('s3:PutObjectRetention');
      const inParts = has('uploads') || has('uploadId');
      const keys = storage('kms:GenerateDataKey', ...(inParts ? ['kms:Decrypt'] : []));
      return [...evidence('s3:PutObject'), ...lock, ...keys];
    }
  }
}

// ── passing on ────────────────────────────────────────────────────────────────────────────────────────────────────────

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const isJson = request.headers['x-amz-target'] !== undefined;
  const body = isJson ? '{"__type":"AccessDeniedException"}' : '<Error><Code>AccessDenied</Code></Error>';
  response.writeHead(isJson ? 400 : 403, { 'content-type': isJson ? 'application/json' : 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function pass(
  target: string,
  { request, body }: Call,
  response: ServerResponse,
  uses: (action: string, request: IncomingMessage) => boolean,
): void {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = request;
  const onward = httpRequest({ hostname, port, method, path, headers }, (answer) => {
    // to who may not list, S3 does not say that there is nothing; to who may not see locks, it does not tell them
    const isObject = /^[^?]*(\?x-id=(Get|Head)Object)?$/.test(path ?? '') && ['GET', 'HEAD'].includes(method ?? '');
    const isHidden = answer.statusCode === 404 && isObject && !uses('s3:ListBucket', request);
    const isTold = (name: string): boolean => !LOCK.test(name) || uses('s3:GetObjectRetention', request);
    const told = Object.entries(answer.headers).filter(([name]) => isTold(name));
    response.writeHead(isHidden ? 403 : (answer.statusCode ?? 502), Object.fromEntries(told));
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  onward.end(body);
}

const LOCK = /^x-amz-object-lock-/;

async function read(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
