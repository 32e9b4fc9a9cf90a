// The bench: every claim of speed as a ratio against a peer measured in the same run, ours and the peer in turn, medians of several rounds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureRow, preparing, runnerIn, type Result } from './harness.ts';
import { lineOf, machine, tableOf } from './print.ts';
import { rowsOf } from './rows.ts';

const HELP = `npm run bench -- [options]
  --quick          every row small, once: to see that it runs, in about a minute
  --only <rows>    such as 1 or 1,4,9
  --json           an array of {name, ours, peer, peerName, ratio, unit, goal, met, peakMiB}
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

/** Measures what is asked for, and tells of each row as it comes. */
function measure(tell: (result: Result) => void): Result[] {
  const root = mkdtempSync(join(tmpdir(), 'referral-desk-bench-'));
  const numbers = asked.only?.split(',').map(Number);
  const run = runnerIn(root);
  const prepared = preparing(root, run);
  try {
    return rowsOf(asked.quick)
      .filter(({ number }) => numbers?.includes(number) ?? true)
      .flatMap((row) => {
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

const isForMachines = asked.json || asked.markdown;

if (asked.help) process.stdout.write(HELP);
else {
  const results =
    asked.from?.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Result[]) ??
    measure((result) => {
      if (!isForMachines) process.stdout.write(`${lineOf(result)}\n`);
      else remark(lineOf(result));
    });
  if (asked.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  if (asked.markdown) process.stdout.write(`${machine()}\n\n${tableOf(results)}\n`);
  if (asked.from !== undefined && !isForMachines)
    process.stdout.write(results.map((each) => `${lineOf(each)}\n`).join(''));
}
