// API Gateway's events (HTTP API, payload format 2.0) as requests, and answers as its results. Always true: no body and no answer is held beyond
// what a lambda can carry.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DeskError } from '../errors.ts';
import { noteRemoteAddress } from '../http/index.ts';

/** A lambda takes and gives 6 MiB, of JSON in which bytes are base64. */
export const MOST_BYTES = 4 * 1024 * 1024;

/** @throws DeskError input/too-large, input/malformed */
export function toRequest(event: APIGatewayProxyEventV2): Request {
  const { http } = event.requestContext;
  const body = bodyOf(event);
  const hasBody = body.length > 0 && http.method !== 'GET' && http.method !== 'HEAD';
  try {
    const request = new Request(urlOf(event), {
      method: http.method,
      headers: headersOf(event),
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
    });
    noteRemoteAddress(request, http.sourceIp);
    return request;
  } catch (cause) {
    throw new DeskError('input/malformed', 'This is no HTTP request that can be read.', { cause });
  }
}

function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  if (body.length > (MOST_BYTES * 4) / 3 + 4) throw tooLarge();
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MOST_BYTES) throw tooLarge();
  return bytes;
}

function tooLarge(): DeskError {
  return new DeskError('input/too-large', `The body is larger than ${MOST_BYTES} bytes: send large files directly.`);
}

/** The path stands in the event decoded; a stage that is not the default one is its first part. */
function urlOf({ rawPath, rawQueryString, requestContext }: APIGatewayProxyEventV2): URL {
  const url = new URL('https://desk.local');
  url.hostname = requestContext.domainName;
  const stage = `/${requestContext.stage}`;
  url.pathname = rawPath.startsWith(`${stage}/`) ? rawPath.slice(stage.length) : rawPath;
  url.search = rawQueryString;
  return url;
}

function headersOf({ headers, cookies = [] }: APIGatewayProxyEventV2): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value);
  if (cookies.length > 0) all.set('cookie', cookies.join('; '));
  return all;
}

/** @throws DeskError desk/answer-too-large, and what the body throws */
export async function toResult(answer: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const body = await gathered(answer);
  const cookies = answer.headers.getSetCookie();
  answer.headers.delete('set-cookie');
  const isText = TEXT.test(answer.headers.get('content-type') ?? '');
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(answer.headers),
    ...(cookies.length === 0 ? {} : { cookies }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Text that the desk itself wrote, in UTF-8. */
const TEXT = /^(application\/(problem\+)?json|text\/html; charset=utf-8)\b/;

async function gathered(answer: Response): Promise<Buffer> {
  if (answer.body === null) return Buffer.alloc(0);
  if (Number(answer.headers.get('content-length') ?? 0) > MOST_BYTES) {
    await answer.body.cancel();
    throw answerTooLarge();
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MOST_BYTES) throw answerTooLarge(); // leaving the loop cancels the rest
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export function answerTooLarge(): DeskError {
  return new DeskError('desk/answer-too-large', `This door answers no more than ${MOST_BYTES} bytes at once.`);
}
