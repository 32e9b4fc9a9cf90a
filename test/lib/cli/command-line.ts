// Runs the command line as a user does: a process of its own, standing in some folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../lib/cli/index.ts', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, read as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface Where {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export async function run(args: readonly string[], where: Where = {}): Promise<Ran> {
  return ranOf(start(args, where));
}

/** The same, with somebody at the other end who goes away at once. */
export async function runUnread(stream: 'stdout' | 'stderr', args: readonly string[], where: Where): Promise<Ran> {
  const child = start(args, where);
  child[stream]?.destroy();
  return ranOf(child);
}

/** The same, ended by a signal once it has said something on stderr. */
export async function runStopped(signal: NodeJS.Signals, args: readonly string[], where: Where): Promise<Ran> {
  const child = start(args, where);
  child.stderr?.once('data', () => child.kill(signal));
  return ranOf(child);
}

async function ranOf(child: ChildProcess): Promise<Ran> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output, json: lastJson(output.stdout) };
}

/** A desk that serves until it is stopped. */
export interface Serving {
  readonly url: string;
  /** Asks it to end, and answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function serve(args: readonly string[], where: Where = {}): Promise<Serving> {
  const child = start(['serve', '--port', '0', '--json', ...args], where);
  child.stderr?.resume();
  const closed = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = (await Promise.race([once(lines, 'line'), closed])) as [string | number | null];
  if (typeof line !== 'string') throw new Error('serve ended before it listened');
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

function start(args: readonly string[], { cwd, env = {} }: Where): ChildProcess {
  const own = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: tmpdir() };
  return spawn(process.execPath, [BIN, ...args], {
    cwd: cwd ?? tmpdir(),
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function lastJson(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/** A folder for one test file. */
export async function scratch(): Promise<{ dir: string; at: (name: string) => string; end: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'referral-desk-cli-'));
  return {
    dir,
    at: (name) => join(dir, name),
    end: () => rm(dir, { recursive: true, force: true }),
  };
}
