// The files a user names: files as they are, folders walked. A file inside a folder is called by its path in that folder, with
// slashes; symbolic links inside a folder are passed over, since they lead out of it. What cannot be read is refused by name.
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { readPieces } from '../local/read-pieces.ts';
import { UsageError } from './failure.ts';
import { remark } from './frame.ts';
import { fromHere } from './command-line.ts';
import { unreadable } from './paths.ts';
import type { Progress } from './progress.ts';
import { shown, shownBytes } from './shown.ts';

export interface FoundFile {
  /** What it is called. */
  readonly path: string;
  /** Where it lies. */
  readonly place: string;
  readonly sizeBytes: number;
}

/** @throws UsageError a path that is not there or cannot be read; what is neither file nor folder; two files of one name */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) found.push(...(await findAt(path)));
  const names = new Set<string>();
  for (const { path } of found) {
    if (names.has(path))
      throw new UsageError(`Two files are called ${shown(path)}: put them into one folder above both.`);
    names.add(path);
  }
  return found;
}

async function findAt(path: string): Promise<FoundFile[]> {
  const place = fromHere(path);
  const stats = await stat(place).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (stats.isDirectory()) return walk(place, '');
  refuseSpecial(path, stats);
  return [{ path: basename(place), place, sizeBytes: stats.size }];
}

async function walk(folder: string, prefix: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of await namesIn(folder)) {
    const place = join(folder, name);
    const stats = await lstat(place).catch((error: unknown) => {
      throw unreadable(place, error);
    });
    if (stats.isSymbolicLink()) {
      remark('Passed over a link in the folder: it leads out of it.');
      continue;
    }
    if (stats.isDirectory()) {
      found.push(...(await walk(place, `${prefix}${name}/`)));
      continue;
    }
    refuseSpecial(place, stats);
    found.push({ path: `${prefix}${name}`, place, sizeBytes: stats.size });
  }
  return found;
}

/** @throws UsageError a name that is no UTF-8: no referral could declare it, and no two programs would show it alike */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const foreign = names.find((name) => !isUtf8(name));
  if (foreign !== undefined) {
    const name = `${shown(folder)}/${shownBytes(foreign)}`;
    throw new UsageError(`The name of ${name} is not UTF-8: rename the file.`);
  }
  return names.map((name) => name.toString('utf8')).sort();
}

/** A pipe or a device has no size and may never end. */
function refuseSpecial(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new UsageError(`${shown(path)} is neither a file nor a folder.`);
}

/**
 * The bytes of a file; a piece must be used up or copied before the next one is asked for (local/read-pieces.ts).
 * @throws UsageError where it cannot be read; the signal's reason with the first piece after it
 */
export async function* bytesOf({ place }: FoundFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of readPieces(place)) {
      signal?.throwIfAborted();
      yield piece;
    }
  } catch (error) {
    throw unreadable(place, error);
  }
}

/** SHA-256 of each file, hex, in order. */
export async function hashFiles(files: readonly FoundFile[], progress: Progress): Promise<string[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const digests: string[] = [];
  let done = 0;
  for (const file of files) {
    const hash = createHash('sha256');
    for await (const piece of bytesOf(file)) {
      hash.update(piece);
      done += piece.length;
      progress.update(done, total);
    }
    digests.push(hash.digest('hex'));
  }
  progress.end();
  return digests;
}
