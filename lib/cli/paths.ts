// Paths and command lines as the user means them: a path counts from where the user stands, which under npm is not where the
// program was started, and a command that is shown works when it is pasted there.
import { access, constants, link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { systemCode } from '../local/durable.ts';
import { DeskError } from '../errors.ts';
import { UsageError } from './failure.ts';
import { shown } from './shown.ts';

/** Where the user stands. */
export function here(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** A path from the command line, whole. */
export function fromHere(path: string): string {
  return resolve(here(), path);
}

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
    else for await (const chunk of bytes) await handle.writeFile(chunk);
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

/** How this program was called, so that what is shown can be pasted: npm script, npx, the installed bin, or a file. */
export function programName(): string {
  const event = process.env['npm_lifecycle_event'];
  if (event === 'desk' || event === 'demo') return 'npm run -s desk --';
  if (event === 'npx') return 'npx referral-desk';
  const file = process.argv[1] ?? '';
  if (basename(file) === 'referral-desk') return 'referral-desk';
  return `node ${quoted(relative(here(), file))}`;
}

/** A whole command line out of arguments that are quoted already. */
export function commandLine(args: string): string {
  return `${programName()} ${args}`;
}

/** An argument as a POSIX shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
