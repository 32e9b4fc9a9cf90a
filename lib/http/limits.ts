// How much one may ask, and how often. A token bucket for each key, in memory; the clock is lent, and without one nothing is counted.
import { DeskError } from '../errors.ts';

export interface Limits {
  /** A referral's JSON. */
  readonly jsonBytes: number;
  /** Any other JSON body. */
  readonly smallJsonBytes: number;
  readonly depth: number;
  /** The most bytes of one answer that this door carries; what is more is refused before anything is entered. */
  readonly answerBytes: number;
  readonly headerBytes: number;
  readonly headers: number;
  /** Requests a second for each key, on the long run. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
  /** The same for keys and links that are none, all together. */
  readonly failuresPerSecond: number;
  readonly failureBurst: number;
}

export const LIMITS: Limits = {
  jsonBytes: 16 * 1024 * 1024,
  smallJsonBytes: 64 * 1024,
  depth: 64,
  answerBytes: Infinity,
  headerBytes: 64 * 1024,
  headers: 100,
  perSecond: 200,
  burst: 1000,
  failuresPerSecond: 50,
  failureBurst: 500,
};

/** Too many requests: `retryAfter` is in whole seconds. */
export class TooMany extends DeskError {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('access/too-many-requests', 'Too many requests: wait, then go on more slowly.');
    this.retryAfter = retryAfter;
  }
}

interface Bucket {
  tokens: number;
  at: number;
}

const MOST_BUCKETS = 10_000;

/**
 * Answers a function that takes one token of `key` or throws.
 * @param clock milliseconds that never run backwards
 */
export function tokenBuckets(perSecond: number, burst: number, clock: () => number): (key: string) => void {
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const now = clock();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    buckets.delete(key); // the map's order is that of last use, so that the oldest are forgotten first
    buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (buckets.size > MOST_BUCKETS) forgetOldest(buckets);
    if (tokens < 1) throw new TooMany(Math.ceil((1 - tokens) / perSecond));
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
