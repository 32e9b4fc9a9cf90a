// The files a user names: files as they are, folders walked. A file inside a folder is called by its path in that folder, with
// slashes; symbolic links inside a folder are passed over, since they lead out of it.
import { createReadStream } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { UsageError } from './failure.ts';
import { remark } from './frame.ts';
import { fromHere, unreadable } from './paths.ts';
import type { Progress } from './progress.ts';

export interface FoundFile {
  /** What it is called. */
  readonly path: string;
  /** Where it lies. */
  readonly place: string;
  readonly sizeBytes: number;
}

/** @throws UsageError a path that is not there; two files of one name */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) found.push(...(await findAt(path)));
  const names = new Set<string>();
  for (const { path } of found) {
    if (names.has(path)) throw new UsageError(`Two files are called ${path}: put them into one folder above both.`);
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
  return [{ path: basename(place), place, sizeBytes: stats.size }];
}

async function walk(folder: string, prefix: string): Promise<FoundFile[]> {
  const names = (await readdir(folder)).sort();
  const found: FoundFile[] = [];
  for (const name of names) {
    const place = join(folder, name);
    const stats = await lstat(place);
    if (stats.isDirectory()) found.push(...(await walk(place, `${prefix}${name}/`)));
    else if (stats.isFile()) found.push({ path: `${prefix}${name}`, place, sizeBytes: stats.size });
    else remark('Passed over something in the folder that is neither a file nor a folder (a link, say).');
  }
  return found;
}

/** SHA-256 of each file, hex, in order. */
export async function hashFiles(files: readonly FoundFile[], progress: Progress): Promise<string[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const digests: string[] = [];
  let done = 0;
  for (const { place } of files) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(place, { highWaterMark: 128 * 1024 })) {
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      progress.update(done, total);
    }
    digests.push(hash.digest('hex'));
  }
  progress.end();
  return digests;
}
