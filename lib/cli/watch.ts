// `watch`: does what time asks for, then goes over everything again, from the log down to the last sealed byte. What does not hold
// is an alarm and exit code 1; an alarm that could not be delivered is 3.
import type { Command } from 'commander';
import type { Desk } from '../desk.ts';
import { isCode } from '../errors.ts';
import { readProof } from '../proofs/index.ts';
import type { Watched } from '../watch.ts';
import { addAlarmOptions, alarmOf, type AlarmOptions, type Tell } from './alarm.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, remark, type Outcome } from './frame.ts';
import { readInput } from './paths.ts';
import { byteText, startProgress } from './progress.ts';
import { withDesk } from './session.ts';

export function addWatch(program: Command): void {
  const command = addCommand(program, 'watch', {
    summary: 'do what the clock asks for, then verify everything again',
    example: 'watch --alarm-command "mail -s alarm ops@example.org"',
    more: ['Each finding is an alarm: JSON {code, where, message}, ids only. Run it daily; "serve" does so by itself.'],
  });
  addAlarmOptions(command)
    .option('--against <file>', 'a checkpoint of this desk that was kept elsewhere: finds an end that was cut off')
    .action(acting(watch));
}

interface WatchOptions extends AlarmOptions {
  readonly against?: string;
}

async function watch(options: WatchOptions): Promise<Outcome> {
  const tell = alarmOf(options);
  const against = options.against === undefined ? undefined : await readCheckpoint(options.against);
  const watched = await withDesk(options, 'operator', async ({ client, local }) => {
    if (local !== undefined) return watchLocal(local.desk, against);
    if (against !== undefined) {
      throw new UsageError('--against is for the folder itself: stop "serve" there and give --data, not --desk.');
    }
    remark('The desk goes over everything itself; this may take a while.');
    return client.watch();
  });
  await tellFindings(watched, tell);
  return outcomeOf(watched);
}

async function readCheckpoint(path: string): Promise<string> {
  const proof = readProof((await readInput(path)).toString('utf8'));
  if (proof.kind === 'checkpoint') return proof.note;
  throw new UsageError('--against takes a checkpoint of this desk, such as the one in exported custody.');
}

/** What must be done first so that nothing that merely waited is found. */
export async function watchLocal(desk: Pick<Desk, 'tick' | 'integrate' | 'watch'>, against?: string): Promise<Watched> {
  await desk.tick();
  await desk.integrate().catch((error: unknown) => {
    if (!isCode(error, 'log/damaged')) throw error; // to be found and named below
  });
  const progress = startProgress('verifying', 'bytes');
  const onProgress = ({ bytes }: { bytes: number }): void => {
    progress.update(bytes, 0);
  };
  const watched = await desk.watch({ onProgress, against });
  progress.end();
  return watched;
}

const MOST_ALARMS = 20;

/** One alarm for each finding; many findings mostly have one cause, so the rest is counted in one alarm. */
export async function tellFindings({ findings }: Watched, tell: Tell): Promise<void> {
  for (const { code, where } of findings.slice(0, MOST_ALARMS)) {
    await tell({ code, where, message: 'Something at the desk does not hold any more: run "referral-desk watch".' });
  }
  const more = findings.length - MOST_ALARMS;
  if (more > 0)
    await tell({ code: 'watch/more', where: 'desk', message: `${more} more findings: run "referral-desk watch".` });
}

function outcomeOf({ findings, notes, checked }: Watched): Outcome {
  const { chains, entries, objects, bytes, logEntries } = checked;
  const ok = findings.length === 0;
  return {
    words: [
      `Gone over: ${chains} chains, ${entries} entries, ${objects} sealed objects (${byteText(bytes)}), ${logEntries} log entries.`,
      ok ? 'All of it holds.' : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}:`,
      ...findings.map(({ code, where }) => `  ✗ ${where} [${code}]`),
      ...notes.map(({ code, where }) => `  · ${where} [${code}], harmless`),
    ],
    json: { ok, findings, notes, checked },
    exitCode: ok ? 0 : 1,
  };
}
