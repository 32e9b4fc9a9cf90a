// A desk with its API, for tests: asks as whoever holds a key, and keeps what every answer must be held to.
import { createApi, type Api, type ApiOptions } from '../../lib/http/index.ts';
import type { FirstActor } from '../../lib/house.ts';
import { freshDesk, noise, referralBody, type FreshOptions, type NoiseFile, type TestDesk } from '../material.ts';

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON; bytes go as they are. */
  readonly body?: object | Uint8Array | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body. */
  readonly bytes: Buffer;
  /** Parsed, where it is JSON. */
  readonly json: unknown;
}

export interface Door {
  readonly test: TestDesk;
  readonly api: Api;
  /** Asks with the key of an actor, or with none. */
  readonly ask: (actor: FirstActor | undefined, method: string, path: string, asking?: Asking) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

export async function openDoor(options: ApiOptions = {}, desk: FreshOptions = {}): Promise<Door> {
  const test = await freshDesk(desk);
  const api = createApi(test.desk, options);
  return {
    test,
    api,
    ask: async (actor, method, path, asking) =>
      readAnswer(await api.fetch(toRequest(actor === undefined ? undefined : test.keys[actor], method, path, asking))),
    end: () => test.end(),
  };
}

export function toRequest(
  key: string | undefined,
  method: string,
  path: string,
  { headers, body }: Asking = {},
): Request {
  const bytes = body instanceof Uint8Array || body === undefined ? body : Buffer.from(JSON.stringify(body));
  return new Request(`http://desk.local${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined || body instanceof Uint8Array ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(bytes === undefined ? {} : { body: Buffer.from(bytes) }),
  });
}

export async function readAnswer(response: Response): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && bytes.length > 0;
  const json: unknown = isJson ? JSON.parse(bytes.toString('utf8')) : undefined;
  return { status: response.status, headers: response.headers, bytes, json };
}

/** A value somewhere inside an answer; a test that asks for what is not there is a broken test. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], value);
}

export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = dig(value, ...path);
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('/')}`);
  return found;
}

export function digest({ sha256 }: Pick<NoiseFile, 'sha256'>): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** Opens a referral over the API and answers its id and those of its declared attachments. */
export async function openOver(
  { ask }: Door,
  files: readonly NoiseFile[] = [],
  key = 'key-1',
): Promise<{ id: string; attachments: string[] }> {
  const { json } = await ask('reporter', 'POST', '/v1/referrals', {
    headers: { 'Idempotency-Key': key, 'Content-Type': 'application/json' },
    body: referralBody(files),
  });
  const attachments = dig(json, 'attachments') as { id: string }[];
  return { id: text(json, 'referralId'), attachments: attachments.map(({ id }) => id) };
}

export async function putOver(
  { ask }: Door,
  id: string,
  attachment: string,
  file: NoiseFile,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask('reporter', 'PUT', `/v1/referrals/${id}/attachments/${attachment}`, {
    headers: { 'Content-Digest': digest(file), ...headers },
    body: file.bytes,
  });
}

export { noise, referralBody };
