// `serve`: the API on this machine until it is told to end. It attends to the clock, keeps the log up to date and goes over
// everything once a day; what it finds goes to the alarm.
import { InvalidArgumentError, type Command } from 'commander';
import type { Desk } from '../desk.ts';
import { DeskError } from '../errors.ts';
import { systemCode } from '../local/durable.ts';
import { addressOf } from '../local/listen.ts';
import { openLocalDesk, type LocalDesk } from '../local/open.ts';
import { serveLocal, type LocalServer } from '../local/serve.ts';
import { addAlarmOptions, alarmOf, type AlarmOptions, type Tell } from './alarm.ts';
import { wholeNumber } from './arguments.ts';
import { UsageError } from './failure.ts';
import { addCommand, remark, tell } from './frame.ts';
import { addNcmecOptions, recipientsOf, type NcmecOptions } from './ncmec.ts';
import { localRoutes } from './local-routes.ts';
import { commandLine, quoted } from './command-line.ts';
import { readPassphrase } from './passphrase.ts';
import { dataFolder, demandHere, tellFault } from './session.ts';
import { addStamperOptions, stampersOf, type StamperOptions } from './time-stamper.ts';
import { tellFindings } from './watch.ts';

interface ServeOptions extends AlarmOptions, NcmecOptions, StamperOptions {
  readonly port: number;
  readonly host: string;
  readonly watchEvery: number;
  readonly aws?: boolean;
}

export function addServe(program: Command): void {
  const command = addCommand(program, 'serve', {
    summary: 'answer the API on this machine, attend to the clock, and watch',
    example: 'serve --data ./desk-data --port 8700',
    more: [
      'Speaks plain http: put it behind something that speaks https before anyone else reaches it.',
      'Other commands work on the same folder meanwhile. Ends on SIGINT and SIGTERM once what it is doing is done.',
    ],
  })
    .option('--port <n>', 'where it listens; 0 takes a free one', wholeNumber, 8700)
    .option('--host <address>', 'on which address', '127.0.0.1')
    .option('--watch-every <hours>', 'how often everything is gone over; 0 for never', hours, 24)
    .option(
      '--aws',
      'the CyberTipline door of a desk on AWS alone; its stack is named by the variables its lambdas have',
    );
  addStamperOptions(addAlarmOptions(addNcmecOptions(command))).action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  demandHere(options);
  if (options.aws === true) return serveDoor(options);
  const alarm = alarmOf(options);
  const closing = new AbortController();
  const recipients = await recipientsOf(options, closing.signal);
  const stamps = await stampersOf(options);
  const passphrase = await readPassphrase(options);
  const told = untilTold();
  const local = await openLocalDesk({ dir: dataFolder(options), passphrase, alarm, recipients, stamps });
  const server = await listen(local, options);
  const watching = watchEvery(local.desk, options.watchEvery, alarm);
  tell({ words: servingWords(server.url, local.folder.dir), json: { url: server.url } }, options.json === true);
  if (!isLoopback(options.host)) {
    remark('WARNING: others reach this address, and over http their keys travel in clear: put TLS in front of it.');
  }
  await told;
  remark('Ending: what is under way is finished first.');
  closing.abort(); // a call to NCMEC may take hours; what it did is asked about at the next start
  await watching.stop();
  await server.close();
}

/** @throws UsageError a port that cannot be had; the folder is given up then */
async function listen(local: LocalDesk, { port, host }: ServeOptions): Promise<LocalServer> {
  try {
    return await serveLocal(local, { port, host, extraRoutes: localRoutes, onFault: tellFault });
  } catch (error) {
    await local.close();
    throw unusable(error, { port, host });
  }
}

function unusable(error: unknown, { port, host }: { readonly port: number; readonly host: string }): unknown {
  const code = systemCode(error) ?? '';
  if (!UNUSABLE.has(code)) return error;
  return new UsageError(`Nothing can listen on port ${port} of ${host} (${code}): choose another.`);
}

/** The door's part on AWS; it ends as the other does, within what the stack gives a container to stop. */
async function serveDoor(options: ServeOptions): Promise<void> {
  const { port, host, data, tsa, ncmecUrl } = options;
  if ([data, tsa, ncmecUrl].some((each) => each !== undefined))
    throw new UsageError(
      '--aws serves no folder, stamps nothing and files nothing: leave out --data, --tsa and --ncmec-url.',
    );
  const { serveOnAws } = await import('./serve-aws.ts');
  const told = untilTold();
  const server = await serveOnAws(process.env, { port, host }, alarmOf(options)).catch((error: unknown) => {
    throw unusable(error, { port, host });
  });
  const url = addressOf(host, server.port ?? port);
  tell(
    { words: [`The CyberTipline door of desk ${server.desk} answers at ${url}/ispws.`], json: { url } },
    options.json === true,
  );
  await told;
  remark('Ending: what is under way is finished first.');
  await server.close(DOOR_CLOSES_MS);
}

const DOOR_CLOSES_MS = 100_000;

const UNUSABLE = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'ERR_SOCKET_BAD_PORT']);

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host);
}

function servingWords(url: string, dir: string): string[] {
  return [
    `The desk answers at ${url} (http: for this machine only, unless something before it speaks https).`,
    `Commands on ${dir} work meanwhile, in another terminal:`,
    `  ${commandLine(`list --data ${quoted(dir)}`)}`,
    'Ctrl-C ends it.',
  ];
}

/** Resolves at the first signal; a second one ends the process at once, as signals do. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}

interface Watching {
  /** Resolves once a round that was under way is over. */
  stop(): Promise<void>;
}

/** A round begins so long after the one before has ended. */
function watchEvery(desk: Pick<Desk, 'watch'>, everyHours: number, alarm: Tell): Watching {
  let isStopped = everyHours === 0;
  let timer: NodeJS.Timeout | undefined;
  let ended = Promise.resolve();
  const plan = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      ended = watchOnce(desk, alarm).then(plan);
    }, everyHours * 3_600_000);
  };
  plan();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return ended;
    },
  };
}

async function watchOnce(desk: Pick<Desk, 'watch'>, alarm: Tell): Promise<void> {
  try {
    const watched = await desk.watch();
    remark(`Gone over everything: ${watched.findings.length} findings.`);
    await tellFindings(watched, alarm);
  } catch (error) {
    const code = error instanceof DeskError ? error.code : 'internal';
    remark(`Going over everything, or telling of it, failed (${code}): run "referral-desk watch".`);
  }
}

/** A commander parser: up to 24 days, which is as far as timers reach. */
function hours(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 576)) throw new InvalidArgumentError('Give hours, 0 to 576.');
  return number;
}
