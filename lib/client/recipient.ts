// NCMEC's Reporting API as a recipient: HTTP Basic over https. Always true: what surely was not sent is told apart from what may have
// arrived, no redirect is followed, and no error says URL, user or password.
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError } from '../errors.ts';
import type { Recipient, RecipientAnswer, RecipientCall } from '../ports.ts';

/** Where reports are filed, and as whom. */
export interface RecipientOptions {
  /** `production` and `test` are NCMEC's own; else the base URL, to which `/submit` is added: https, or http on this machine. */
  readonly url: 'production' | 'test' | (string & {});
  readonly user: string;
  readonly password: string;
  /** How orders name it; `ncmec` without it. */
  readonly name?: string;
  /** How the book names the server; its base URL without it. */
  readonly server?: string;
  /** Which elements it knows: those of NCMEC's published XSD (2025), or the four additions of 2026 too, as without it. */
  readonly schema?: Recipient['schema'];
  /**
   * How long neither a byte may go nor an answer come, in milliseconds; two minutes without it. A second is added for each 10 MB that a
   * call sends, since the recipient may look at all of it before it answers; Node's `fetch` ends it after five minutes in any case.
   */
  readonly timeoutMs?: number;
  /** Ends every call under way: each counts as one whose answer is lost. */
  readonly signal?: AbortSignal;
  /** For tests. */
  readonly fetch?: (request: Request, more: { readonly signal: AbortSignal }) => Promise<Response>;
}

const BASES: Readonly<Record<string, string>> = {
  production: 'https://report.cybertip.org/ispws',
  test: 'https://exttest.cybertip.org/ispws',
};

const TIMEOUT_MS = 120_000;
const BYTES_PER_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

/**
 * A recipient that speaks as NCMEC's CyberTipline does, for `recipients` of a desk's ports. Making it connects to nothing.
 * @throws DeskError input/malformed when the URL is none, would send the password in clear, or user or password can go in no header
 */
export function ncmecRecipient(options: RecipientOptions): Recipient {
  const { name = 'ncmec', schema = '2026', timeoutMs = TIMEOUT_MS, fetch: send = fetch } = options;
  const base = serverOf(options.url);
  const authorization = basicOf(options);
  return {
    name,
    server: options.server ?? base,
    schema,
    send: async (call) => {
      const still = watchStillness(timeoutMs + (call.sizeBytes ?? 0) / BYTES_PER_MS);
      const source = watchSource(call.body, still.touch);
      const signal = options.signal === undefined ? still.signal : AbortSignal.any([still.signal, options.signal]);
      try {
        // given beside the request, and not in it: a request that was collected as garbage hears of no abort any more
        const response = await send(requestOf(base, authorization, call, source.body), { signal });
        return await readAnswer(response);
      } catch (error) {
        if (source.failure !== undefined) throw source.failure.error;
        throw error instanceof DeskError ? error : faultOf(error);
      } finally {
        still.end();
      }
    },
  };
}

/** The base URL that `production`, `test` or a URL stands for, as the book names the server. @throws DeskError input/malformed */
export function serverOf(text: string): string {
  const url = /[?#]/.test(text) ? null : URL.parse(BASES[text] ?? text);
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url === null || !isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message = 'A recipient is production, test, or a plain https URL (http only on this machine).';
    throw new DeskError('input/malformed', message);
  }
  return url.href.replace(/\/+$/, '');
}

/** RFC 7617: a colon ends the user. @throws DeskError input/malformed */
function basicOf({ user, password }: RecipientOptions): string {
  const isFit = [user, password].every((text) => text !== '' && text.isWellFormed() && !CONTROL.test(text));
  if (!isFit || user.includes(':'))
    throw new DeskError('input/malformed', 'The credentials of a recipient cannot be sent as they are.');
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

const CONTROL = /\p{Cc}/u;

function requestOf(
  base: string,
  authorization: string,
  { method, path, contentType, sizeBytes }: RecipientCall,
  body: Uint8Array | ReadableStream | undefined,
): Request {
  return new Request(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      Authorization: authorization,
      Accept: 'application/xml',
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      ...(sizeBytes === undefined ? {} : { 'Content-Length': String(sizeBytes) }),
    },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  });
}

/**
 * The whole answer must come within the time that stillness may last: one that trickles is cut off.
 * @throws DeskError recipient/unreadable where there is no end to it; and whatever cuts it off
 */
async function readAnswer(response: Response): Promise<RecipientAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new DeskError('recipient/unreadable', 'The answer of the recipient is far too long.');
    chunks.push(chunk);
  }
  const requestId = response.headers.get('request-id') ?? undefined;
  return { status: response.status, body: Buffer.concat(chunks), ...(requestId === undefined ? {} : { requestId }) };
}

// ── what goes out ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface Source {
  readonly body: Uint8Array | ReadableStream | undefined;
  /** What the sender's own bytes threw, if they did. */
  readonly failure: { readonly error: unknown } | undefined;
}

function watchSource(given: RecipientCall['body'], touch: () => void): Source {
  if (given === undefined || given instanceof Uint8Array) return { body: given, failure: undefined };
  const source: { body: ReadableStream | undefined; failure: Source['failure'] } = {
    body: undefined,
    failure: undefined,
  };
  async function* watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        touch();
        yield chunk;
      }
    } catch (error) {
      source.failure = { error };
      throw error;
    }
  }
  source.body = ReadableStream.from(watched(given));
  return source;
}

/** Aborts once nothing has moved for so long. */
function watchStillness(ms: number): { signal: AbortSignal; touch: () => void; end: () => void } {
  const [stopped, ended] = [new AbortController(), new AbortController()];
  let last = performance.now();
  const watch = async (): Promise<void> => {
    for (let left = ms; left > 0; left = last + ms - performance.now())
      await wait(left, undefined, { signal: ended.signal });
    stopped.abort();
  };
  watch().catch(() => undefined); // ended
  return {
    signal: stopped.signal,
    touch: () => {
      last = performance.now();
    },
    end: () => {
      ended.abort();
    },
  };
}

// ── what went wrong ───────────────────────────────────────────────────────────────────────────────────────────────────

function faultOf(error: unknown): DeskError {
  return isUnsent(error)
    ? new DeskError('recipient/unreached', 'The recipient cannot be reached, and nothing was sent.', { cause: error })
    : new DeskError('recipient/lost', 'The connection was cut before the whole answer came.', { cause: error });
}

/** Nothing is sent before there is a connection, nor before the other side has shown a certificate that holds. */
function isUnsent(error: unknown): boolean {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? (error.cause ?? error) : error;
  if (typeof cause !== 'object' || cause === null) return false;
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return typeof code === 'string' && (UNSENT.has(code) || CERTIFICATE.test(code));
}

const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** As OpenSSL and node:tls name what is wrong with a certificate. */
const CERTIFICATE =
  /^(?:ERR_TLS_CERT_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|UNABLE_TO_|HOSTNAME_MISMATCH$)/;
