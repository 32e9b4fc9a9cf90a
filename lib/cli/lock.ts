// A lock file that names the process which holds it. What a dead process left is taken over.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { systemCode } from '../local/durable.ts';
import { UsageError } from './failure.ts';

/** Locks of this process: in a container every process may be called 1. */
const ours = new Set<string>();

const MOST_TRIES = 5;

/** @returns a function that gives the lock up. @throws UsageError while another holds it */
export async function holdLock(path: string): Promise<() => Promise<void>> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    if (await take(path)) {
      ours.add(path);
      return async () => {
        ours.delete(path);
        await unlink(path).catch(ignore);
      };
    }
    const pid = await holderOf(path);
    if (pid !== undefined && isAlive(pid, path)) throw held(pid);
    await clear(path, pid);
  }
  throw held(undefined);
}

function held(pid: number | undefined): UsageError {
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new UsageError(
    `This packet is being taken to there by ${who}: wait for it. If it is not, remove the .lock file.`,
  );
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when it is gone meanwhile. NaN where it does not name its process yet. */
async function holderOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : /^[1-9]\d{0,9}\n$/.test(text) ? Number(text) : NaN;
}

function isAlive(pid: number, path: string): boolean {
  if (pid === process.pid) return ours.has(path);
  try {
    return Number.isNaN(pid) || process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Takes a dead one's lock away; should it have become somebody's meanwhile, it is put back. */
async function clear(path: string, dead: number | undefined): Promise<void> {
  if (dead === undefined) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await holderOf(aside)) !== dead) await link(aside, path);
    await unlink(aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

function ignore(): void {
  // somebody removed it
}
