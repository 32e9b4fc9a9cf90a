// Writing to disk so that it stays: what these functions have resolved survives a power cut, and a file never appears half
// written. They throw the system's own errors; the caller puts them into the desk's words.
import { randomBytes } from 'node:crypto';
import { closeSync, fsync, openSync } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Called before and after each durable step, so that tests can cut the process off exactly there. */
export type Probe = (step: string) => void;
export const noProbe: Probe = () => undefined;

/** Writes a file that must not exist yet; the system's EEXIST where it does. */
export async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const temp = await writeTemp(file, text, mode);
  try {
    await link(temp, file);
    await syncFolder(dirname(file));
  } finally {
    await unlink(temp).catch(ignore);
  }
}

/** Replaces a file in one step: a reader sees the old bytes or the new. */
export async function replaceFile(file: string, text: string | Uint8Array, mode: number): Promise<void> {
  const temp = await writeTemp(file, text, mode);
  try {
    await rename(temp, file);
  } catch (error) {
    await unlink(temp).catch(ignore);
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a folder for its owner alone, and those above it, each durable in the one above. A folder already there is kept. */
export async function makeFolder(folder: string): Promise<void> {
  const whole = resolve(folder);
  const first = await mkdir(whole, { recursive: true, mode: 0o700 });
  for (let made = whole; first !== undefined && made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Opening and closing take microseconds here, where asking another thread takes some fifty. */
export async function syncFolder(folder: string): Promise<void> {
  const fd = openSync(folder, 'r');
  try {
    await synced(fd);
  } finally {
    closeSync(fd);
  }
}

const synced = promisify(fsync);

/** The system's name for what went wrong (`ENOENT`), if it is the system's error at all. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function writeTemp(file: string, text: string | Uint8Array, mode: number): Promise<string> {
  const temp = join(dirname(file), `.${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(temp, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(temp).catch(ignore);
    throw error;
  } finally {
    await handle.close();
  }
  return temp;
}

function ignore(): void {
  // a temp file left behind is harmless
}
