// The bench: every claim of speed as a ratio against a peer measured in the same run, ours and the peer in turn, medians of several rounds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileBench } from './compiled.ts';
import { measureRow, preparing, runnerIn, type Result, type Row } from './harness.ts';
import { lineOf, load, machine, tableOf } from './print.ts';
import { rowsOf } from './rows.ts';

const HELP = `npm run bench -- [options]
  --quick          every row small, once: to see that it runs, in about a minute
  --only <rows>    such as 1 or 1,4,9
  --json           an array of {name, ours, peer, peerName, ratio, unit, goal, met, spread, peakMiB}
  --markdown       the table of test/bench/README.md, and the machine
  --from <file>    measure nothing: read what --json printed; may be given again
Peers that are not there are left out, which is said; a goal that is not met is said and fails nothing.
`;

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    from: { type: 'string', multiple: true },
  },
});

/** @throws where it names no row */
function chosenRows(): Row[] {
  const rows = rowsOf(asked.quick);
  const numbers = asked.only?.split(',').map(Number);
  const unknown = numbers?.find((number) => rows.every((row) => row.number !== number));
  if (unknown !== undefined) throw new Error(`--only names no row: ${asked.only ?? ''}`);
  return rows.filter(({ number }) => numbers?.includes(number) ?? true);
}

/** Measures what is asked for, and tells of each row as it comes. */
function measure(tell: (result: Result) => void): Result[] {
  const root = mkdtempSync(join(tmpdir(), 'referral-desk-bench-'));
  try {
    const run = runnerIn(root, compileBench(root));
    const prepared = preparing(root, runnerIn(root));
    return chosenRows().flatMap((row) => {
      const results = measureRow(row, prepared(row.prepare), run, remark);
      results.forEach(tell);
      return results;
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What earlier runs printed. */
function readResults(files: readonly string[]): Result[] {
  return files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Result[]);
}

function main(): void {
  const isForMachines = asked.json || asked.markdown;
  const began = load();
  const tell = (result: Result): void => {
    (isForMachines ? remark : say)(lineOf(result));
  };
  const results = asked.from === undefined ? measure(tell) : readResults(asked.from);
  if (asked.json) say(JSON.stringify(results));
  else if (asked.markdown) say(`${machine()}\n\n${tableOf(results)}`);
  else if (asked.from !== undefined) results.forEach(tell);
  if (asked.from === undefined) remark(`${machine()}; load ${began} before, ${load()} after`);
}

if (asked.help) process.stdout.write(HELP);
else main();
