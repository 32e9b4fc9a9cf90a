// Answers: JSON, text, bytes. The headers every answer carries are put on last, whatever came before.
import { randomUUID } from 'node:crypto';
import { begun } from '../begun.ts';

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return sized(status, JSON.stringify(value), { 'Content-Type': 'application/json', ...headers });
}

/** An answer that says how long it is, so that a part of it is never taken for the whole. */
export function sized(status: number, value: string, headers: Record<string, string>): Response {
  const body = Buffer.from(value, 'utf8');
  return new Response(body, { status, headers: { ...headers, 'Content-Length': String(body.length) } });
}

/** Public bytes at hand, which may be kept as `cacheControl` (RFC 9111) says. */
export function kept(body: Uint8Array, contentType: string, cacheControl: string): Response {
  const headers = { 'Content-Type': contentType, 'Content-Length': String(body.length), 'Cache-Control': cacheControl };
  return new Response(Buffer.from(body), { headers });
}

export function nothing(): Response {
  return new Response(null, { status: 204 });
}

/**
 * Bytes as they come. The first are fetched before the answer begins, so that what cannot be opened is still an error.
 * @param source its pieces are the answer's own: who sends them empties them
 */
export async function bytes(
  source: AsyncIterable<Uint8Array>,
  headers: Record<string, string>,
  status = 200,
): Promise<Response> {
  const stream = ReadableStream.from(await begun(source));
  return new Response(stream, { status, headers: { 'Content-Type': 'application/octet-stream', ...headers } });
}

/** Nothing is run or loaded, nor cached, but what says so itself; nothing is guessed at, framed or sent on; every answer has a name to ask about it by. */
const UNLESS_SAID = { 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'" } as const;
const ALWAYS = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** Puts on what every answer carries, under a name that is no other answer's. */
export function finished(answer: Response, requestId: string = randomUUID()): Response {
  for (const [name, value] of Object.entries(ALWAYS)) answer.headers.set(name, value);
  for (const [name, value] of Object.entries(UNLESS_SAID))
    if (!answer.headers.has(name)) answer.headers.set(name, value);
  answer.headers.set('Request-Id', requestId);
  return answer;
}
