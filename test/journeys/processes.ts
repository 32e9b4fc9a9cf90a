// Processes of the command line, watched: what they print, how they end, how much memory they took at most. Linux only (/proc).
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { NODE_FLAGS } from '../node-flags.ts';

const CLI = join(import.meta.dirname, `../../lib/cli/index${extname(import.meta.filename)}`);

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  /** Peak resident size so far, MiB. */
  readonly peakMiB: () => number;
  readonly firstLine: Promise<string>;
}

/** As `npm run desk` runs it. @param root where it stands; relative paths count from there */
export function runDesk(root: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [...NODE_FLAGS, CLI, ...words, '--json'], {
    cwd: root,
    env: {
      ...process.env,
      MALLOC_ARENA_MAX: '2',
      INIT_CWD: root,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err, peak] = ['', '', 0];
  const look = (): number => {
    try {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // it has ended; what was seen last counts
    }
    return peak;
  };
  const timer = setInterval(look, 50);
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
      if (out.includes('\n')) resolve(out.split('\n')[0] ?? '');
    });
    child.on('close', () => {
      resolve(out);
    });
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, out, err });
    });
  });
  return { child, ended, peakMiB: look, firstLine };
}

/** The last line a command printed, as `--json` has it. */
export const lastJson = (out: string): Record<string, unknown> =>
  JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
