// A load for a serving desk: referrals arrive at a rate whether or not the desk keeps up, each with its files of 100 kB, and are finished. Times count
// from when a call was due, so that what waits behind others counts too. Reporters take turns: a desk lets each ask so often only (`lib/http/limits.ts`).
import { createHash, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { percentile } from './measured.ts';
import { noiseBlock } from './noise.ts';

/** The 2025 CyberTipline: 196 files come with 68 referrals. */
const FILES_PER_REFERRAL = 196 / 68;
const FILE_BYTES = 100_000;
/** More than these under way, and the desk has lost the race. */
const MOST_UNDER_WAY = 1000;

/** What became of a stretch of load. */
export interface Stretch {
  /** Ids of referrals whose finish was answered, and how many files each had. */
  readonly kept: ReadonlyMap<string, number>;
  readonly p99Ms: number;
  /** From the last arrival until all was answered. */
  readonly overMs: number;
  /** Calls that were refused or cut. */
  readonly failures: number;
  /** It was given up, for too much was under way. */
  readonly isGivenUp: boolean;
}

export interface Load {
  readonly url: string;
  /** Of the reporters. */
  readonly keys: readonly string[];
  /** Referrals a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Sends so many referrals a second for so long. */
export async function send({ url, keys, rate, seconds }: Load): Promise<Stretch> {
  const calls = keys.map((key) => callerOf(url, key));
  const file = noiseBlock(FILE_BYTES);
  const kept = new Map<string, number>();
  const times: number[] = [];
  let [underWay, failures, isGivenUp] = [0, 0, false];

  const timed = async <T>(dueMs: number, work: Promise<T>): Promise<T> => {
    const result = await work;
    times.push(performance.now() - dueMs);
    return result;
  };
  const refer = async (n: number, dueMs: number): Promise<void> => {
    const call = calls[n % calls.length] as Call;
    const files = Array.from({ length: filesOf(n) }, (_, m) => fileOf(file, n * 8 + m));
    const opened = await timed(
      dueMs,
      call('POST', '/v1/referrals', textOf(files), { 'idempotency-key': randomUUID() }),
    );
    const { referralId, attachments } = JSON.parse(opened) as { referralId: string; attachments: { id: string }[] };
    for (const [m, { bytes, digest }] of files.entries()) {
      const path = `/v1/referrals/${referralId}/attachments/${attachments[m]?.id ?? ''}`;
      await timed(performance.now(), call('PUT', path, bytes, { 'content-digest': `sha-256=:${digest}:` }));
    }
    await timed(performance.now(), call('POST', `/v1/referrals/${referralId}/finish`));
    kept.set(referralId, files.length);
  };
  const arrive = async (n: number, dueMs: number): Promise<void> => {
    underWay++;
    await refer(n, dueMs).catch(() => failures++);
    underWay--;
  };

  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds && !isGivenUp; n++) {
    const dueMs = began + (n * 1000) / rate;
    await until(dueMs);
    all.push(arrive(n, dueMs));
    isGivenUp = underWay > MOST_UNDER_WAY;
  }
  const last = performance.now();
  await Promise.all(all);
  return { kept, p99Ms: percentile(times, 0.99), overMs: performance.now() - last, failures, isGivenUp };
}

const filesOf = (n: number): number => Math.floor((n + 1) * FILES_PER_REFERRAL) - Math.floor(n * FILES_PER_REFERRAL);

function until(dueMs: number): Promise<void> {
  const waitMs = dueMs - performance.now();
  return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, waitMs));
}

// ── what is sent ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface SentFile {
  readonly bytes: Buffer;
  readonly sha256: string;
  /** The same in base64. */
  readonly digest: string;
}

function fileOf(block: (mark: number) => Buffer, mark: number): SentFile {
  const bytes = Buffer.from(block(mark));
  const sha256 = createHash('sha256').update(bytes).digest();
  return { bytes, sha256: sha256.toString('hex'), digest: sha256.toString('base64') };
}

const WORDS = 'invented for a measurement, about nobody '.repeat(60);

function textOf(files: readonly SentFile[]): Buffer {
  const attachments = files.map(({ sha256 }, n) => ({ path: `${n}.jpg`, sha256, sizeBytes: FILE_BYTES }));
  return Buffer.from(
    JSON.stringify({
      incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2026-01-01T10:00:00Z' },
      reporter: { reportingPerson: { email: [{ value: 'ada@example.org' }] } },
      additionalInfo: WORDS,
      attachments,
    }),
  );
}

type Call = (
  method: string,
  path: string,
  body?: Buffer,
  headers?: Readonly<Record<string, string>>,
) => Promise<string>;

/** Calls over connections that are kept. */
function callerOf(url: string, key: string): Call {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return (method, path, body = Buffer.alloc(0), more = {}) =>
    new Promise((resolve, reject) => {
      const type = method === 'PUT' ? 'application/octet-stream' : 'application/json';
      const headers = { authorization: `Bearer ${key}`, 'content-type': type, 'content-length': body.length, ...more };
      const asked = request(`${url}${path}`, { method, agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('error', reject).on('end', () => {
          if ((response.statusCode ?? 0) < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode ?? 0} ${text.slice(0, 200)}`));
        });
      });
      asked.on('error', reject).end(body);
    });
}
