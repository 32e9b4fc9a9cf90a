// How much memory a process holds, by the kernel's count. Linux only (/proc); 0 where there is none.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

function sizeMiB(pid: number | 'self', name: 'VmHWM' | 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The most it has held resident, in MiB. */
export const peakMiBOf = (pid: number | 'self'): number => sizeMiB(pid, 'VmHWM');

/** What it holds resident now, in MiB. */
export const residentMiBOf = (pid: number): number => sizeMiB(pid, 'VmRSS');

/** How often a process is looked at. */
const LOOK_MS = 5;

/** A process that was run to its end. */
export interface Ran {
  /** From its start to its end. */
  readonly ms: number;
  readonly peakMiB: number;
  readonly out: string;
}

/** Runs a program, and looks at its memory while it runs. @throws where it ends with another code than 0 */
export function ran(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err, peakMiB] = ['', '', 0];
    const timer = setInterval(() => (peakMiB = Math.max(peakMiB, peakMiBOf(child.pid ?? 0))), LOOK_MS);
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - started;
      clearInterval(timer);
      if (code === 0) resolve({ ms, peakMiB, out });
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${err.slice(-1000)}`));
    });
  });
}
