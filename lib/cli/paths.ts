// Files of the user's: read, and written all or nothing, with words for what goes wrong.
import { access, constants, link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../local/durable.ts';
import { DeskError } from '../errors.ts';
import { usedUp } from '../formats/used-up.ts';
import { fromHere } from './command-line.ts';
import { UsageError } from './failure.ts';
import { shown } from './shown.ts';

/** @throws UsageError where it cannot be read; the message names the path as the user wrote it */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(fromHere(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Why a path of the user's cannot be used. */
export function unreadable(path: string, error: unknown): unknown {
  const name = shown(path);
  const code = systemCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UsageError(`There is no ${name}.`);
    case 'EISDIR':
      return new UsageError(`${name} is a folder; name a file.`);
    case 'EACCES':
    case 'EPERM':
      return new UsageError(`${name} may not be read or written by this user.`);
    case 'EIO':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENXIO':
    case 'EROFS':
      return new UsageError(`${name} cannot be read or written (${code}).`);
    default:
      return error;
  }
}

/**
 * Writes a file for its owner alone, all of it or nothing.
 * @param isNew whether a file that is there is an error; else it is replaced
 * @returns the whole path
 */
export async function writeOutput(
  path: string,
  bytes: string | AsyncIterable<Uint8Array>,
  isNew = false,
): Promise<string> {
  const file = fromHere(path);
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writePart(part, bytes);
    await (isNew ? link(part, file) : rename(part, file));
    return file;
  } catch (error) {
    throw unwritten(path, error);
  } finally {
    await unlink(part).catch(() => undefined);
  }
}

/**
 * Whether `writeOutput` will be able to write there, asked before something is done that cannot be undone.
 * @throws UsageError
 */
export async function demandWritable(path: string): Promise<void> {
  const file = fromHere(path);
  const found = await find(file, path);
  if (found?.isDirectory() === true) throw new UsageError(`${shown(path)} is a folder; name a file.`);
  let folder = dirname(file);
  while ((await find(folder, path)) === undefined) folder = dirname(folder);
  await access(`${folder}/.`, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

async function find(place: string, path: string): Promise<Stats | undefined> {
  return stat(place).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
}

/** @throws UsageError what is not there, or no folder */
export async function demandFolder(path: string): Promise<void> {
  const found = await find(fromHere(path), path);
  if (found === undefined) throw new UsageError(`There is no ${shown(path)}.`);
  if (!found.isDirectory()) throw new UsageError(`${shown(path)} is a file; name a folder.`);
}

async function writePart(part: string, bytes: string | AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(part, 'wx', 0o600);
  try {
    if (typeof bytes === 'string') await handle.writeFile(bytes);
    else for await (const chunk of usedUp(bytes)) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Why a file of the user's could not be written. */
export function unwritten(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC') return new DeskError('vault/full', 'The disk is full.', { cause: error });
  if (code === 'EEXIST') return new UsageError(`${shown(path)} is there already; it was left as it is.`);
  return unreadable(path, error);
}

// ── command lines ─────────────────────────────────────────────────────────────────────────────────────────────────────
