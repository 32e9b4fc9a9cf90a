// Reading a request: every part of it is checked before it is used, and what is refused is never said back, but for the name of a
// parameter that is not known. No body is held in
// memory beyond its limit.
import type * as z from 'zod';
import { toPointer } from '../../schemas/pointer.ts';
import { UUID } from '../../schemas/uuid.ts';
import { DeskError } from '../errors.ts';
import { inForm } from '../form.ts';
import { JSON_LIMITS, parseStrictJson } from '../formats/strict-json.ts';
import type { Limits } from './limits.ts';

/** @throws DeskError input/invalid; the id is not said back, since paths reach access logs */
export function checkId(id: string): void {
  if (!UUID.test(id)) throw new DeskError('input/invalid', 'An id in the path is no UUID in lower case.');
}

/** @throws DeskError input/too-large */
export function checkHeaders(headers: Headers, limits: Limits): void {
  let [count, bytes] = [0, 0];
  for (const [name, value] of headers) {
    count += 1;
    bytes += name.length + value.length + 4;
  }
  if (count > limits.headers || bytes > limits.headerBytes) {
    throw new DeskError('input/too-large', 'The headers are too many or too large.');
  }
}

/** @throws DeskError input/invalid, naming the parameters that are not known here */
export function readQuery(request: Request, schema?: z.ZodObject): unknown {
  const pairs = [...new URL(request.url).searchParams];
  const names = new Set(pairs.map(([name]) => name));
  if (names.size !== pairs.length) throw new DeskError('input/invalid', 'A parameter is given twice.');
  const unknown = [...names].filter((name) => schema === undefined || !Object.hasOwn(schema.shape, name));
  if (unknown.length > 0) throw unknownParameters(unknown);
  return schema === undefined ? {} : inForm(schema, Object.fromEntries(pairs));
}

function unknownParameters(names: readonly string[]): DeskError {
  const findings = names.slice(0, MOST_FINDINGS).map((name) => ({
    code: 'unrecognized_keys',
    path: toPointer([name]),
    message: 'Take out this parameter: it is not known here.',
  }));
  return new DeskError('input/invalid', 'The request has a parameter that is not known here.', { findings });
}

const MOST_FINDINGS = 100;

/** A JSON body of the form `schema`; none at all counts as an empty object. @throws DeskError input/* */
export async function readJson(request: Request, schema: z.ZodType, limits: Limits): Promise<unknown> {
  const bytes = await readJsonBytes(request, limits.smallJsonBytes);
  const value =
    bytes.length === 0
      ? {}
      : parseStrictJson(bytes, { ...JSON_LIMITS, sizeBytes: limits.smallJsonBytes, depth: limits.depth });
  return inForm(schema, value);
}

/** @throws DeskError input/unsupported-type, input/too-large, input/malformed (the body was cut off) */
export async function readJsonBytes(request: Request, limitBytes: number): Promise<Buffer> {
  const type = request.headers.get('content-type');
  if (type === null && request.body === null) return Buffer.alloc(0);
  if (type === null || !JSON_TYPE.test(type)) {
    throw new DeskError('input/unsupported-type', 'The body must be application/json in UTF-8.');
  }
  return readLimited(request, limitBytes);
}

/** A whole body. @throws DeskError input/unsupported-type (compressed), input/too-large, input/malformed (cut off) */
export async function readLimited(request: Request, limitBytes: number): Promise<Buffer> {
  demandPlain(request);
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  return gather(bodyOf(request), limitBytes);
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** The body as it comes. @throws DeskError input/unsupported-type when it is compressed */
export function readBytes(request: Request): AsyncIterable<Uint8Array> {
  demandPlain(request);
  return bodyOf(request);
}

function demandPlain(request: Request): void {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new DeskError('input/unsupported-type', 'The body must be sent as it is, without Content-Encoding.');
  }
}

async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body !== null) yield* request.body;
}

async function gather(bytes: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of bytes) {
      size += piece.length;
      if (size > limitBytes) throw tooLarge(limitBytes);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    throw new DeskError('input/malformed', 'The body stopped before its end: send it again.', { cause });
  }
  return Buffer.concat(pieces);
}

function tooLarge(limitBytes: number): DeskError {
  return new DeskError('input/too-large', `The body is larger than ${limitBytes} bytes.`);
}

// ── single headers ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The SHA-256 out of Content-Digest (RFC 9530), 64 hex digits. @throws DeskError attachment/no-digest */
export function readDigest(headers: Headers): string {
  const members = (headers.get('content-digest') ?? '').split(',').map((member) => member.trim());
  const found = members.flatMap((member) => /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(member)?.[1] ?? []);
  const [digest] = found;
  if (digest === undefined || found.length > 1) {
    throw new DeskError(
      'attachment/no-digest',
      'Declare the SHA-256 in Content-Digest: sha-256=:<base64>: (RFC 9530).',
    );
  }
  return Buffer.from(digest, 'base64').toString('hex');
}

/** Undefined when the sender does not say. @throws DeskError input/malformed */
export function readLength(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  if (text === null) return undefined;
  const length = /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(length)) throw new DeskError('input/malformed', 'Content-Length is no number of bytes.');
  return length;
}

/** A header whose value is percent-encoded UTF-8. @throws DeskError input/missing-header, input/malformed */
export function readEncoded(headers: Headers, name: string): string {
  const text = headers.get(name);
  if (text === null || text.trim() === '') throw new DeskError('input/missing-header', `Give the header ${name}.`);
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new DeskError('input/malformed', `The header ${name} must be percent-encoded UTF-8.`, { cause });
  }
}
