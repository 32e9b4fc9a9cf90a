// Desk folders for tests, and processes that are cut off while they work in one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { createFolder, type Folder } from '../../../lib/local/folder.ts';
import { localKeys, type LocalKeys } from '../../../lib/local/keys.ts';

const made: string[] = [];

afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

/** An empty folder that is gone after the tests of the file. */
export function emptyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'desk-'));
  made.push(dir);
  return dir;
}

/** How often this process has a file open; nothing where the system does not tell. */
export function timesOpen(path: string): number | undefined {
  try {
    return readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === path).length;
  } catch {
    return undefined;
  }
}

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // the one that listed them
  }
}

export async function deskFolder(): Promise<Folder> {
  return createFolder({ dir: join(emptyFolder(), 'desk'), desk: 'desk-1', now: new Date('2026-01-02T03:04:05Z') });
}

export function keysOf({ keyFile, secretsDb, destroyedList }: Folder): Promise<LocalKeys> {
  return localKeys({ keyFile, secretsDb, destroyedList });
}

export const CHILD = join(import.meta.dirname, 'child.ts');

/** Runs an act in a process of its own that is killed at the step; fails if it was not. */
export function cutOff(act: string, dir: string, step: string): void {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [CHILD, act, dir, `${act}:${step}`], {
    encoding: 'utf8',
  });
  if (signal !== 'SIGKILL') throw new Error(`${act} never came to ${step}: ${stdout}${stderr}`);
}

/** Every file beneath a folder, as whole paths. */
export function filesBeneath(dir: string): string[] {
  const paths = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
  return paths.filter((path) => statSync(path).isFile());
}

/** The files beneath a folder that hold these bytes. */
export function filesHolding(dir: string, bytes: Uint8Array | string): string[] {
  return filesBeneath(dir).filter((file) =>
    readFileSync(file).includes(typeof bytes === 'string' ? bytes : Buffer.from(bytes)),
  );
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
