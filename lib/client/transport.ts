// Asking a desk over HTTP: one request, and the same again where that is safe. A refusal is the desk's own DeskError; what was cut off
// is asked again only when asking twice is the same as asking once.
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { problemDocument } from '../../schemas/api.ts';
import { CODES, DeskError, type Code } from '../errors.ts';
import type { Role } from '../access.ts';

/** Where the desk is, and as whom to speak. */
export interface ClientOptions {
  /** Sends one request; the platform's own `fetch` without one. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Whether `fetch` has used up each piece of a body before it asks for the next one. Without this it is given copies. */
  readonly usesUp?: boolean;
  /** Where the desk is, such as https://desk.example.org. Needed without `fetch`. */
  readonly url?: string;
  /** Shown as a bearer token. */
  readonly key?: string | undefined;
  /** As whom the house acts when no key is shown; heard only at the machine itself. */
  readonly houseRole?: Role | undefined;
  /** How often one call is made at most; 6 without it. */
  readonly tries?: number;
  /** Waits this many milliseconds; for tests. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** One call. `isRepeatable`: making it twice is the same as making it once. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes at hand, or a way to begin a stream of them anew. */
  readonly body?: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly isRepeatable: boolean;
}

export type Ask = <T>(asked: Asked, read: (response: Response) => Promise<T>) => Promise<T>;

/** @returns a function that makes a call and reads its answer. It throws DeskError, and whatever `body` throws. */
export function transport(options: ClientOptions): Ask {
  const { tries = 6, pause = (ms: number) => wait(ms) } = options;
  return async (asked, read) => {
    for (let n = 1; ; n++) {
      try {
        return await attempt(options, asked, read);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (n >= tries || !(error.isUntouched || asked.isRepeatable) || !error.isPassing) throw error.toThrow;
        await pause(Math.max(error.waitMs, backoff(n)));
      }
    }
  };
}

/** A call that failed in a way that may pass. */
class Refused extends Error {
  readonly toThrow: DeskError;
  readonly isPassing: boolean;
  /** The desk did nothing: asking again is safe whatever was asked. */
  readonly isUntouched: boolean;
  readonly waitMs: number;

  constructor(toThrow: DeskError, more: { isPassing: boolean; isUntouched: boolean; waitMs?: number }) {
    super(toThrow.message, { cause: toThrow });
    this.toThrow = toThrow;
    this.isPassing = more.isPassing;
    this.isUntouched = more.isUntouched;
    this.waitMs = more.waitMs ?? 0;
  }
}

const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 5000;

/** Twice as long each time, and never quite the same for two clients. */
function backoff(n: number): number {
  const ms = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (n - 1));
  return randomInt(Math.ceil(ms / 2), ms + 1);
}

async function attempt<T>(options: ClientOptions, asked: Asked, read: (response: Response) => Promise<T>): Promise<T> {
  const { fetch: send = fetch, usesUp = false } = options;
  const source = watchSource(asked.body, usesUp);
  const request = toRequest(options, asked, source.body);
  try {
    const response = await send(request);
    if (!response.ok) throw await refusalOf(response);
    return await read(response);
  } catch (error) {
    if (source.failure !== undefined) throw source.failure.error;
    if (error instanceof Refused || error instanceof DeskError) throw error;
    throw new Refused(unreachable(error), { isPassing: true, isUntouched: isUnsent(error) });
  }
}

interface Source {
  readonly body: Uint8Array | ReadableStream | undefined;
  /** What the sender's own bytes threw, if they did. */
  readonly failure: { readonly error: unknown } | undefined;
}

function watchSource(given: Asked['body'], usesUp: boolean): Source {
  if (typeof given !== 'function') return { body: given, failure: undefined };
  const source: { body: ReadableStream | undefined; failure: { error: unknown } | undefined } = {
    body: undefined,
    failure: undefined,
  };
  async function* watched(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of open()) yield usesUp ? piece : Uint8Array.from(piece);
    } catch (error) {
      source.failure = { error };
      throw error;
    }
  }
  source.body = ReadableStream.from(watched(given));
  return source;
}

/** @throws DeskError input/malformed when it can be no request; without the cause, which would say the key */
function toRequest(options: ClientOptions, asked: Asked, body: Source['body']): Request {
  const { url = 'http://desk.local', key, houseRole } = options;
  try {
    return new Request(`${url.replace(/\/+$/, '')}${asked.path}`, {
      method: asked.method,
      redirect: 'error',
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(key !== undefined || houseRole === undefined ? {} : { 'Desk-House-Role': houseRole }),
        ...asked.headers,
      },
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    });
  } catch {
    throw new DeskError('input/malformed', 'The URL, the key or a header holds signs that no request can carry.');
  }
}

// ── what went wrong ───────────────────────────────────────────────────────────────────────────────────────────────────

async function refusalOf(response: Response): Promise<Refused> {
  const { status } = response;
  const error = await errorOf(response);
  const isBusy = status === 429 || error.code === 'state/contended';
  const isPassing = isBusy || status === 502 || status === 503 || status === 504;
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  const waitMs = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : 0;
  return new Refused(error, { isPassing, isUntouched: isBusy, waitMs });
}

async function errorOf(response: Response): Promise<DeskError> {
  const problem = problemDocument.loose().safeParse(await readProblem(response));
  if (!problem.success) return fromTheDoor(response.status);
  const { code, detail, findings = [] } = problem.data;
  return isKnown(code)
    ? new DeskError(code, detail, { findings })
    : new DeskError('internal', `The desk refused with a code this program does not know: ${detail}`, { findings });
}

/** What stands before a desk refuses in words of its own (API Gateway: an authorizer, a body beyond 10 MB). */
function fromTheDoor(status: number): DeskError {
  if (status === 401 || status === 403)
    return new DeskError('access/unauthenticated', 'Show a key of this desk that has not been revoked.');
  if (status === 413) return new DeskError('input/too-large', 'The body is larger than this desk takes at once.');
  return new DeskError('desk/unreachable', `Something that is no desk answered (HTTP status ${status}).`);
}

function isKnown(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}

async function readProblem(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): DeskError {
  return new DeskError('desk/unreachable', 'The desk cannot be reached, or the connection was cut.', { cause });
}

/** Nothing was sent when there was nobody to send it to. */
function isUnsent(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTFOUND';
}
