// Events as API Gateway makes them (HTTP API, payload format 2.0), out of what a caller would send.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../lib/index.ts';

export interface Sent {
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go as base64, text as it is. */
  readonly body?: Uint8Array | string;
  /** What the authorizer of keys answered. */
  readonly caller?: Caller;
  /** What the authorizer of tokens read in one. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly stage?: string;
}

export function eventOf({
  method = 'GET',
  path,
  key,
  headers = {},
  body,
  caller,
  claims,
  stage,
}: Sent): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: stage === undefined ? rawPath : `/${stage}${rawPath}`,
    rawQueryString,
    headers: {
      host: 'desk.example.org',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.from(body as string).length) }),
      ...headers,
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'desk.example.org',
      domainPrefix: 'desk',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'test' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: stage ?? '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
      ...(caller === undefined ? {} : { authorizer: { lambda: caller } }),
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
    },
    ...(body === undefined
      ? {}
      : typeof body === 'string'
        ? { body, isBase64Encoded: false }
        : { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined && typeof body !== 'string',
  };
}

/** The body of a result, whatever way it came. */
export function bytesOf({ body = '', isBase64Encoded = false }: APIGatewayProxyStructuredResultV2): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

export function jsonOf(result: APIGatewayProxyStructuredResultV2): Record<string, unknown> {
  return JSON.parse(bytesOf(result).toString('utf8')) as Record<string, unknown>;
}

export function responseOf(result: APIGatewayProxyStructuredResultV2): Response {
  const { statusCode = 200, headers = {} } = result;
  const body = bytesOf(result);
  const said = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(body.length === 0 ? null : new Uint8Array(body), { status: statusCode, headers: said });
}

/** What a caller sends, as an event. @param authorized what the authorizer says of him */
export async function eventFrom(
  request: Request,
  authorized: Pick<Sent, 'caller' | 'claims'> = {},
): Promise<APIGatewayProxyEventV2> {
  const headers = Object.fromEntries(request.headers);
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const isText = headers['content-type'] === 'application/json';
  return eventOf({
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers,
    ...(body.length === 0 ? {} : { body: isText ? body.toString('utf8') : body }),
    ...authorized,
  });
}
