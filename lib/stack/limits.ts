// Which limit a desk meets first. Always true: a limit is AWS's default as documented, the stack's own setting, or what one run of a lambda can do, and says what to do about it; none was
// met on AWS.

/** What is asked, a referral, but for the first and the last. */
export interface Load {
  readonly perDay: number;
  readonly entries: number;
  readonly bytes: number;
  readonly calls: number;
  readonly callSeconds: number;
  readonly symmetric: number;
  readonly signed: number;
  /** Write units that go to one partition of the book. */
  readonly shared: number;
  readonly written: number;
  readonly keptDays: number;
}

export interface Limit {
  readonly what: string;
  readonly asked: number;
  readonly most: number;
  readonly unit: string;
  readonly remedy: string;
}

/** The busiest moment is so many times an average one. */
const PEAK = 5;
const DAY_SECONDS = 86_400;
/** What one lambda reads of S3 in a second, and how long it runs. */
const READ_BYTES = 100e6;
const RUN_SECONDS = 900;
/** What one round gets through in a minute, at 5 ms a request one after another. */
const ENTRIES_A_MINUTE = 30_000;
const DUE_A_MINUTE = 600;
const SHOWN = 3;

/** The fullest first; those that break are all shown. */
export function firstLimits(load: Load): Limit[] {
  const all = limitsOf(load).sort((a, b) => b.asked / b.most - a.asked / a.most);
  const broken = all.filter(({ asked, most }) => asked > most).length;
  return all.slice(0, Math.max(SHOWN, broken));
}

function limitsOf(load: Load): Limit[] {
  const { perDay, entries, bytes, calls, callSeconds, symmetric, signed, shared, written, keptDays } = load;
  const peak = (perDay / DAY_SECONDS) * PEAK;
  const limit = (what: string, asked: number, most: number, unit: string, remedy: string): Limit => ({
    what,
    asked,
    most,
    unit,
    remedy,
  });
  return [
    limit(
      '`watch` reads a year of evidence again in one run',
      (perDay * keptDays * bytes) / 1e9,
      (READ_BYTES * RUN_SECONDS) / 1e9,
      'GB',
      'run `watch` in a container without a time limit, in shares of the chains',
    ),
    limit(
      'the stack’s own throttle of the API',
      peak * calls,
      200,
      'requests/s',
      '`-c perSecond=2000 -c burst=4000`; AWS’s own default is 10,000',
    ),
    limit(
      'lambdas at once',
      peak * calls * callSeconds,
      1000,
      'at once',
      'raise the account’s concurrency (a fresh account has 10)',
    ),
    limit(
      'KMS, symmetric keys',
      peak * symmetric,
      10_000,
      'requests/s',
      'raise the quota (larger regions begin higher)',
    ),
    limit(
      'KMS, Ed25519 signatures',
      peak * signed,
      300,
      'requests/s',
      'raise the quota; one signature for many receipts (decision 7)',
    ),
    limit(
      'one partition of the book: the list of all referrals',
      peak * shared,
      1000,
      'write units/s',
      'spread the list over shards, as pending entries are',
    ),
    limit(
      'the book’s table',
      peak * written,
      40_000,
      'write units/s',
      'raise the table’s quota; warm its throughput before a launch',
    ),
    limit(
      '`log` takes entries in',
      peak * 60 * entries,
      ENTRIES_A_MINUTE,
      'entries/min',
      'larger batches to DynamoDB at once; receipts promise 24 hours, so a peak may wait',
    ),
    limit(
      '`clock` looks at what is due',
      (perDay / 1440) * 2,
      DUE_A_MINUTE,
      'referrals/min',
      'give it shares of the referrals, one lambda each',
    ),
  ];
}
