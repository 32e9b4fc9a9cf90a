// Telling people outside the desk: the operator's own command (the alarm as JSON on its stdin) or webhook (POSTed as JSON).
// An alarm that cannot be delivered is an error; with neither named it goes to stderr, where whoever started us sees it.
import { spawn } from 'node:child_process';
import { Option, type Command } from 'commander';
import { DeskError } from '../errors.ts';
import type { Alarm } from '../ports.ts';
import { UsageError } from './failure.ts';
import { remark, type Common } from './frame.ts';

export interface AlarmOptions extends Common {
  readonly alarmCommand?: string;
  readonly alarmWebhook?: string;
}

export type Tell = (alarm: Alarm) => Promise<void>;

export function addAlarmOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--alarm-command <cmd>', 'run this for each alarm, its JSON on stdin').env(
        'REFERRAL_DESK_ALARM_COMMAND',
      ),
    )
    .addOption(new Option('--alarm-webhook <url>', 'POST each alarm there as JSON').env('REFERRAL_DESK_ALARM_WEBHOOK'));
}

/** Both where both are named. @throws UsageError a webhook that is no URL */
export function alarmOf({ alarmCommand, alarmWebhook }: AlarmOptions): Tell {
  const tells: Tell[] = [];
  if (alarmCommand !== undefined) tells.push((alarm) => runCommand(alarmCommand, alarm));
  if (alarmWebhook !== undefined) {
    const url = webhookUrl(alarmWebhook);
    tells.push((alarm) => callWebhook(url, alarm));
  }
  if (tells.length === 0) tells.push(tellStderr);
  return async (alarm) => {
    const told = await Promise.allSettled(tells.map((tell) => tell(alarm)));
    const failed = told.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

const MOST_SECONDS = 60;

function runCommand(command: string, alarm: Alarm): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'inherit'], timeout: MOST_SECONDS * 1000 });
    child.on('error', (cause) => {
      reject(failed('The alarm command could not be started.', cause));
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(failed('The alarm command did not end well: whoever should hear of this may not have.'));
    });
    child.stdin.on('error', () => undefined); // a command need not read what it is given
    child.stdin.end(`${JSON.stringify(alarm)}\n`);
  });
}

async function callWebhook(url: URL, alarm: Alarm): Promise<void> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alarm),
    redirect: 'error' as const,
    signal: AbortSignal.timeout(MOST_SECONDS * 1000),
  };
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw failed('The alarm webhook could not be reached.', cause);
  });
  await response.body?.cancel();
  if (!response.ok) throw failed(`The alarm webhook answered ${response.status}.`);
}

function tellStderr({ code, where, message }: Alarm): Promise<void> {
  remark(`ALARM ${code} (${where}): ${message}`);
  return Promise.resolve();
}

function webhookUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('The alarm webhook must be an http(s) URL.');
  return url;
}

function failed(message: string, cause?: unknown): DeskError {
  return new DeskError('alarm/failed', message, { cause });
}
