// The CyberTipline door, for tests: asks as a client of NCMEC's API does, and reads what it answers.
import type { FirstActor } from '../../lib/house.ts';
import { readAnswer as readXmlAnswer, type Answer } from '../../lib/formats/cybertipline/index.ts';
import { createApi, type Api, type ApiOptions } from '../../lib/http/index.ts';
import { freshDesk, type TestDesk } from '../material.ts';

/** A part of a form, as it goes over the wire. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly body: Uint8Array | string;
}

export const BOUNDARY = '----example7MA4YWxk';

export function field(name: string, value: string): RawPart {
  return { headers: [`Content-Disposition: form-data; name="${name}"`], body: value };
}

export function file(body: Uint8Array | string, name = 'photo.jpg'): RawPart {
  const headers = [
    `Content-Disposition: form-data; name="file"; filename="${name}"`,
    'Content-Type: application/octet-stream',
  ];
  return { headers, body };
}

export function form(parts: readonly RawPart[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

export const FORM = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
export const XML = { 'Content-Type': 'text/xml; charset=utf-8' };
export const URLENCODED = { 'Content-Type': 'application/x-www-form-urlencoded' };

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is no answer of this API. */
  readonly answer: Answer | undefined;
}

/** @param authorization as the header has it; none where undefined */
export async function askApi(
  api: Api,
  authorization: string | undefined,
  method: string,
  path: string,
  { headers, body }: Asking = {},
): Promise<Told> {
  const request = new Request(`http://desk.local/ispws${path}`, {
    method,
    headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...headers },
    ...(body === undefined ? {} : { body: bodyOf(body), duplex: 'half' }),
  });
  return readTold(await api.fetch(request));
}

function bodyOf(body: Uint8Array | string | AsyncIterable<Uint8Array>): Buffer | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : ReadableStream.from(body);
}

export async function readTold(response: Response): Promise<Told> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const { status, headers } = response;
  return { status, headers, text: bytes.toString('utf8'), answer: await readXmlAnswer(bytes) };
}

export interface ReportDoor {
  readonly test: TestDesk;
  readonly api: Api;
  readonly ask: (actor: FirstActor, method: string, path: string, asking?: Asking) => Promise<Told>;
  readonly end: () => Promise<void>;
}

export async function openReportDoor(options: ApiOptions = {}): Promise<ReportDoor> {
  const test = await freshDesk();
  const api = createApi(test.desk, options);
  return {
    test,
    api,
    ask: (actor, method, path, asking) => askApi(api, basic('platform', test.keys[actor]), method, path, asking),
    end: () => test.end(),
  };
}

/** Status and responseCode of an answer. */
export function codes({ status, answer }: Told): [number, number | undefined] {
  return [status, answer?.code];
}

export function reportIdOf({ answer, text }: Told): string {
  if (answer?.reportId === undefined) throw new Error(`no report in ${text}`);
  return answer.reportId;
}
