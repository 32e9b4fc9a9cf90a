// The bench: every claim of speed as a ratio against a peer measured in the same run, ours and the peer in turn, medians of pairs.
//   npm run bench [-- --quick] [-- --json]
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptBare, acceptOurs } from './accept.ts';
import { doorBare, doorOurs } from './door.ts';
import { drawApart, drawOurs, drawPlainly, peakOf } from './draw.ts';
import { packOurs, packRaw, verifyOurs, verifyRaw } from './packet.ts';
import { readBare, readOurs } from './schema.ts';
import { sealOurs, sealRaw, sealWithSdk } from './seal.ts';

/** One row, as `--json` prints it. `ratio` is ours to the peer's, higher is better; `goal` is the least ratio, null where none is set. */
interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly ratio: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly met: boolean;
}

type Measure = (folder: string) => Promise<number>;

const isQuick = process.argv.includes('--quick');
const isJson = process.argv.includes('--json');
const pairs = isQuick ? 3 : 5;
const root = mkdtempSync(join(tmpdir(), 'referral-desk-bench-'));

async function compare(
  name: string,
  unit: string,
  ours: Measure,
  peerName: string,
  peer: Measure,
  goal: number | null,
): Promise<Row> {
  const results: [number, number][] = [];
  for (let n = 0; n < pairs; n++) results.push([await inFolder(ours), await inFolder(peer)]);
  const [a, b] = [median(results.map(([x]) => x)), median(results.map(([, y]) => y))];
  const ratio = median(results.map(([x, y]) => x / y));
  const row = {
    name,
    ours: round(a),
    peer: round(b),
    peerName,
    ratio: round(ratio),
    unit,
    goal,
    met: goal === null || ratio >= goal,
  };
  const judged = goal === null ? '' : row.met ? `, goal ${goal} met` : `, goal ${goal} NOT MET`;
  if (!isJson)
    process.stdout.write(`${name}: ${row.ours} ${unit}; ${peerName}: ${row.peer}; ratio ${row.ratio}${judged}\n`);
  return row;
}

async function inFolder(measure: Measure): Promise<number> {
  const folder = mkdtempSync(join(root, 'run-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const round = (value: number): number => Number(value.toPrecision(4));

const noise = randomBytes(4 * 1024 * 1024);
const sizeBytes = (isQuick ? 128 : 512) * 1024 * 1024;
const calls = isQuick ? 400 : 2000;

try {
  const rows = [
    await compare(
      'seal one file, digests and root, to disk',
      'MB/s',
      (at) => sealOurs(at, noise, sizeBytes),
      'raw loop of node:crypto',
      (at) => sealRaw(at, noise, sizeBytes),
      null,
    ),
    await compare(
      'seal one file, digests and root, to disk',
      'MB/s',
      (at) => sealOurs(at, noise, sizeBytes),
      'AWS Encryption SDK, 1 MiB frames, with the same digests',
      (at) => sealWithSdk(at, noise, sizeBytes),
      null,
    ),
    await compare(
      'make a packet, from sealed to sealed',
      'MB/s',
      (at) => packOurs(at, noise, sizeBytes),
      'raw loop of node:crypto',
      (at) => packRaw(at, noise, sizeBytes),
      null,
    ),
    await compare(
      'verify a packet',
      'MB/s',
      (at) => verifyOurs(at, noise, sizeBytes),
      'SHA-256, SHA-1, MD5 and CRC-32 of as many bytes',
      (at) => verifyRaw(at, noise, sizeBytes),
      null,
    ),
    await compare(
      'draw the summary of ten groups, 2,155 memberships, 800 files',
      'pages/s',
      drawOurs,
      'plain pdfkit, the same text in the same fonts at the same places, without structure',
      drawPlainly,
      8,
    ),
    await compare(
      'draw 1,000 pages, in a process of its own',
      'pages/s',
      () => drawApart(1_000),
      'the same, 100 pages',
      () => drawApart(100),
      0.8,
    ),
    await compare(
      'peak memory of drawing 100 pages',
      'MB',
      () => peakOf(100),
      'of drawing 1,000',
      () => peakOf(1_000),
      0.7,
    ),
    await compare(
      'referrals accepted durably, 32 callers',
      '1/s',
      (at) => acceptOurs(at, calls, 32),
      'bare Hono and SQLite, a commit per request',
      (at) => acceptBare(at, calls, 32),
      null,
    ),
    await compare(
      'referrals accepted durably, 1 caller',
      '1/s',
      (at) => acceptOurs(at, Math.floor(calls / 4), 1),
      'bare Hono and SQLite, a commit per request',
      (at) => acceptBare(at, Math.floor(calls / 4), 1),
      null,
    ),
    await compare(
      'whole reports through the CyberTipline door (submit, upload of 100 KB, fileinfo, finish), 32 callers',
      '1/s',
      (at) => doorOurs(at, Math.floor(calls / 4), 32),
      'bare Hono and SQLite, a commit per request, the file with one fsync',
      (at) => doorBare(at, Math.floor(calls / 4), 32),
      null,
    ),
    await compare(
      'a referral of 1,024 members, 800 files and 5,000 messages read and held against all rules',
      '1/s',
      readOurs,
      'JSON.parse alone',
      readBare,
      null,
    ),
  ];
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  if (isJson) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else process.stdout.write(`peak resident size of this process: ${peakMiB} MiB\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
