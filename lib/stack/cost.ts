// What a desk costs, out of named unit prices (prices.json) and of what a referral asks of AWS (operations.json): `npm run cost`. Always true: no figure stands in this file that is
// a price or a count; what is assumed is named as such.
import { firstLimits, type Load } from './limits.ts';
import OPERATIONS from './operations.json' with { type: 'json' };
import PRICES from './prices.json' with { type: 'json' };

/** Through the API, or straight into the bucket. */
export type Way = 'api' | 'direct';
export const WAYS: readonly Way[] = ['api', 'direct'];

/** Referrals a day. */
export const SIZES: readonly number[] = [1000, 60_000, 1_000_000];

type Amounts = Readonly<Record<string, number>>;

const { counted, assumed, filesPerReferral: FILES, fileBytes, entriesPerReferral } = OPERATIONS;
/** In the template; a test counts them. Of each lambda its alarms, and what its lines of log count. */
export const ALARMS_MADE = 72;
export const METRICS_MADE = 65;
const MONTH_DAYS = 30.4;
const KEPT_DAYS = 366;
const GB = 1e9;
/** What API Gateway counts as one request. */
const METERED_BYTES = 512 * 1024;

/** Requests, by their names in prices.json, of one referral. */
export function requestsOf(way: Way): Amounts {
  const asked = merge(...phasesOf(way).map(([amounts, times]) => scaled(amounts, times)));
  const calls = way === 'api' ? FILES : 3 * FILES;
  const seconds = assumed.callSeconds * (2 + (way === 'api' ? 0 : calls));
  const bytes = way === 'api' ? FILES * Math.ceil(fileBytes / METERED_BYTES) : calls;
  const seen = sum(asked, (name) => name.startsWith('s3 ')) + 1; // and the row of its secret
  return merge(priced(asked), {
    'api call': 2 + bytes,
    'lambda call': 2 + calls,
    'lambda GB-second': seconds + FILES * (way === 'api' ? assumed.fileSeconds : assumed.inspectSeconds * 1.77),
    'trail event': seen,
  });
}

function phasesOf(way: Way): (readonly [Amounts, number])[] {
  const entries =
    entriesPerReferral.fixed + FILES * (way === 'api' ? entriesPerReferral.perFile : entriesPerReferral.perDirectFile);
  const file = way === 'api' ? counted.file : counted['direct file'];
  return [
    [counted.open, 1],
    [file, FILES],
    [counted.finish, 1],
    [counted['log entry'], entries],
  ];
}

/** Requests as AWS names them, under the names they are charged by. */
function priced(asked: Amounts): Amounts {
  const isRead = (name: string): boolean => name === 's3 GetObject' || name === 's3 HeadObject';
  return {
    's3 put': sum(asked, (name) => name.startsWith('s3 ') && !isRead(name)),
    's3 get': sum(asked, isRead),
    'dynamodb write units': asked['dynamodb write units'] ?? 0,
    'dynamodb read units': asked['dynamodb read units'] ?? 0,
    'kms symmetric': sum(asked, (name) => name.startsWith('kms ') && name !== 'kms Sign'),
    'kms sign': asked['kms Sign'] ?? 0,
  };
}

/** US dollars for requests alone, of a million referrals. */
export function requestsUsd(way: Way): number {
  const amounts = requestsOf(way);
  return PRICES.perMillion.reduce((usd, { name, usd: price }) => usd + price * (amounts[name] ?? 0), 0);
}

/** US dollars for requests, of a million packets. */
export function packetUsd(): number {
  const amounts = priced(counted.packet);
  return PRICES.perMillion.reduce((usd, { name, usd: price }) => usd + price * (amounts[name] ?? 0), 0);
}

/** A month's bill once a year's referrals are kept, by what it is for. */
export function monthUsd(perDay: number, way: Way): Amounts {
  const referrals = perDay * MONTH_DAYS;
  const kept = perDay * KEPT_DAYS;
  const evidenceGb = (kept * (FILES * fileBytes + assumed.smallBytesPerReferral)) / GB;
  const bookGb = (kept * assumed.bookBytesPerReferral) / GB;
  const calls = requestsOf(way)['lambda call'] ?? 0;
  return {
    requests: (requestsUsd(way) * referrals) / 1e6,
    storage: evidenceGb * unit('s3 storage GB') + bookGb * (unit('dynamodb storage GB') + unit('dynamodb recovery GB')),
    logs: ((referrals * calls * assumed.logBytesPerCall) / GB) * unit('log GB'),
    'standing costs':
      6 * unit('key') + ALARMS_MADE * unit('alarm') + METRICS_MADE * unit('metric') + unit('dashboard') + roundsUsd(),
  };
}

/** Every minute somebody looks whether there is anything to do; and the log's files are put, taken as if it grew every minute. */
function roundsUsd(): number {
  const rounds = MONTH_DAYS * 1440;
  const { 'log step': step, 'log round': log, 'clock round': clock, 'packets round': packets } = counted;
  const asked = merge(step, log, clock, packets);
  const amounts: Amounts = { ...priced(asked), 'trail event': sum(asked, (name) => name.startsWith('s3 ')) };
  return PRICES.perMillion.reduce(
    (usd, { name, usd: price }) => usd + (price * (amounts[name] ?? 0) * rounds) / 1e6,
    0,
  );
}

function unit(name: string): number {
  const found = PRICES.perUnit.find((each) => each.name === name);
  if (found === undefined) throw new Error(`prices.json names no "${name}".`);
  return found.usd;
}

// ── the sheet ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const AIM_USD = 100;

/** Markdown, as it stands in README.md. */
export function costSheet(): string {
  return [requestTable(), aimLine(), monthTable(), limitTable()].join('\n\n');
}

function requestTable(): string {
  const [api, direct] = [requestsOf('api'), requestsOf('direct')];
  const rows = PRICES.perMillion.map(({ name, what, usd }) => [
    what,
    usd.toString(),
    ...[api, direct].flatMap((each) => [fixed(each[name] ?? 0, 1), fixed(usd * (each[name] ?? 0), 2)]),
  ]);
  const total = [
    '**requests of a million referrals**',
    '',
    '',
    `**${fixed(requestsUsd('api'), 2)}**`,
    '',
    `**${fixed(requestsUsd('direct'), 2)}**`,
  ];
  return table(['', 'USD a million', 'a referral by the API', 'USD', 'a referral directly', 'USD'], [...rows, total]);
}

function aimLine(): string {
  const usd = requestsUsd('direct');
  const verdict = usd < AIM_USD ? `met: ${fixed(usd, 2)}` : `**not met**: ${fixed(usd, 2)}`;
  return `Aim: requests of a million referrals sent directly under ${AIM_USD} US dollars, storage apart: ${verdict}. A million packets ask for ${fixed(packetUsd(), 2)} more.`;
}

function monthTable(): string {
  const rows = SIZES.flatMap((perDay) =>
    WAYS.map((way) => {
      const month = monthUsd(perDay, way);
      const each = Object.values(month);
      return [
        perDay.toLocaleString('en'),
        way === 'api' ? 'by the API' : 'directly',
        ...each.map((usd) => fixed(usd, 0)),
        `**${fixed(
          each.reduce((all, usd) => all + usd, 0),
          0,
        )}**`,
      ];
    }),
  );
  return table(['referrals a day', 'files come', ...Object.keys(monthUsd(1, 'api')), 'USD a month'], rows);
}

function limitTable(): string {
  const rows = SIZES.flatMap((perDay) =>
    firstLimits(loadOf(perDay)).map(({ what, asked, most, unit: each, remedy }, n) => [
      n === 0 ? perDay.toLocaleString('en') : '',
      what,
      `${fixed(asked, asked < 10 ? 1 : 0)} of ${most.toLocaleString('en')} ${each}`,
      remedy,
    ]),
  );
  return table(['referrals a day', 'fullest first', 'at the busiest', 'remedy'], rows);
}

const shareOf = (phase: Amounts): number => phase['dynamodb write units of one partition'] ?? 0;

/** Sent directly. */
function loadOf(perDay: number): Load {
  const asked = requestsOf('direct');
  const entries = entriesPerReferral.fixed + FILES * entriesPerReferral.perDirectFile;
  const shared = shareOf(counted.open) + FILES * shareOf(counted.file) + shareOf(counted.finish);
  return { perDay, entries, bytes: FILES * fileBytes, calls: asked['lambda call'] ?? 0, callSeconds: assumed.callSeconds, symmetric: asked['kms symmetric'] ?? 0, signed: asked['kms sign'] ?? 0, shared, written: asked['dynamodb write units'] ?? 0, keptDays: KEPT_DAYS }; // prettier-ignore
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, n) => Math.max(3, ...[head, ...rows].map((row) => (row[n] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, n) => (cells[n] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function fixed(number: number, digits: number): string {
  return number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function sum(amounts: Amounts, which: (name: string) => boolean): number {
  return Object.entries(amounts).reduce((all, [name, amount]) => (which(name) ? all + amount : all), 0);
}

function scaled(amounts: Amounts, times: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * times]));
}

function merge(...each: readonly Amounts[]): Amounts {
  const all: Record<string, number> = {};
  for (const amounts of each)
    for (const [name, amount] of Object.entries(amounts)) all[name] = (all[name] ?? 0) + amount;
  return all;
}

if (import.meta.main) process.stdout.write(`${costSheet()}\n`);
