// The vault on one machine: a file per name, written once, read-only, its lock's end kept as the file's mtime. A file
// appears under its name only when all of it is on the disk; a later write under that name changes nothing.
import { fchmodSync, fstatSync, futimesSync } from 'node:fs';
import { link, open, opendir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DeskError } from '../errors.ts';
import { fewRandomBytes } from '../formats/chance.ts';
import type { Vault } from '../ports.ts';
import { inDeskWords, taken, translated } from './vault-errors.ts';
import { readFile } from './vault-read.ts';
import { localUploads } from './vault-uploads.ts';
import { makeFolder, noProbe, syncFolder, systemCode, type Probe } from './durable.ts';
import { writesBehind } from './write-behind.ts';

export interface LocalVaultOptions {
  readonly folder: string;
  readonly probe?: Probe;
}

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Files lie where `fileIn` says, unfinished ones in `<folder>/tmp`, and what comes in parts in `<folder>/parts`. */
export function localVault({ folder, probe = noProbe }: LocalVaultOptions): Vault {
  const ready = rememberFolders();
  const write = writesBehind(translated);
  const fileOf = (name: string): string => fileIn(folder, name);

  async function put(name: string, bytes: Source, lockedUntil: Date): Promise<number> {
    const file = fileOf(name);
    const until = wholeSeconds(lockedUntil);
    if ((await lookUp(file)) !== undefined) throw taken();
    const temp = join(folder, TEMP, fewRandomBytes(16).toString('hex'));
    await translated(() => ready(join(folder, TEMP)));
    try {
      const size = await writeTemp(temp, until, probe, (handle) => write(handle, bytes));
      await translated(() => ready(join(folder, sharedBy(name))));
      await show(temp, file, join(folder, sharedBy(name)), probe);
      return size;
    } finally {
      await unlink(temp).catch(ignore);
      probe('vault.put:after-unlink');
    }
  }

  async function extendLock(name: string, lockedUntil: Date): Promise<void> {
    const until = wholeSeconds(lockedUntil);
    const file = fileOf(name);
    const handle = await translated(() => open(file, 'r'));
    try {
      probe('vault.extendLock:before');
      await translated(async () => {
        // without a wait between reading and setting: of two extensions at once the later date stays
        if (until > secondsOf(fstatSync(handle.fd).mtimeMs)) futimesSync(handle.fd, until, until);
        await handle.sync();
      });
      probe('vault.extendLock:after');
    } finally {
      await handle.close();
    }
  }

  return {
    immutability: 'advisory',
    put,
    get: (name, range) => readFile(() => fileOf(name), range),
    stat: async (name) => lookUp(fileOf(name)),
    extendLock,
    list: () => listNames(folder),
    uploads: localUploads({
      folder,
      probe,
      fileOf,
      secondsOf: wholeSeconds,
      prepareFolder: (name) => ready(join(folder, sharedBy(name))),
    }),
  };
}

/** Removes what writes cut short have left. Only for whoever owns the folder, before its vault is used. */
export async function sweepTemp(folder: string): Promise<number> {
  let swept = 0;
  for await (const file of filesIn(join(folder, TEMP))) {
    await translated(() => unlink(join(folder, TEMP, file)));
    swept += 1;
  }
  return swept;
}

const TEMP = 'tmp';
const NAME = /^[0-9a-f-]{1,64}$/u;
/** Where a vault's file lies: `<folder>/<the first characters of its name>/<name>`. @throws DeskError vault/failed (no such name can be) */
export function fileIn(folder: string, name: string): string {
  return join(folder, sharedBy(name), name);
}

/**
 * The folder of a name: its first two characters, or six where it begins with the time (RFC 9562, version 7), by which what came within
 * the same 2^24 ms (4 h 40 min) lies together: few folders are written to, and those of before stay as they are.
 */
function sharedBy(name: string): string {
  if (!NAME.test(name)) throw new DeskError('vault/failed', 'A name in the vault is 1 to 64 of 0-9, a-f and "-".');
  return name.slice(0, name.charAt(14) === '7' ? 6 : 2);
}

/** Seconds since 1970, rounded up: a lock may end a moment later than asked for, never earlier. */
function wholeSeconds(date: Date): number {
  const seconds = Math.ceil(date.getTime() / 1000);
  if (Number.isNaN(seconds)) throw new DeskError('vault/failed', 'A lock needs a valid date.');
  return seconds;
}

function secondsOf(mtimeMs: number): number {
  return Math.floor(mtimeMs / 1000);
}

/** Makes each folder durable once per process, whoever made it: one found there may not be on the disk yet. */
function rememberFolders(): (folder: string) => Promise<void> {
  const made = new Map<string, Promise<void>>();
  return (folder) => {
    const known = made.get(folder);
    if (known !== undefined) return known;
    const making = makeFolder(folder)
      .then(() => syncFolder(join(folder, '..')))
      .catch((error: unknown) => {
        made.delete(folder);
        throw error;
      });
    made.set(folder, making);
    return making;
  };
}

async function writeTemp(
  temp: string,
  until: number,
  probe: Probe,
  write: (handle: FileHandle) => Promise<number>,
): Promise<number> {
  const handle = await translated(() => open(temp, 'wx', 0o600));
  try {
    probe('vault.put:before-write');
    const size = await write(handle);
    probe('vault.put:before-sync');
    await translated(async () => {
      fchmodSync(handle.fd, 0o444); // these two take microseconds, and waiting for another thread some fifty each
      futimesSync(handle.fd, until, until);
      await handle.sync();
    });
    return size;
  } finally {
    await handle.close();
  }
}

async function show(temp: string, file: string, folder: string, probe: Probe): Promise<void> {
  await translated(async () => {
    probe('vault.put:before-link');
    await link(temp, file);
    probe('vault.put:after-link');
    await syncFolder(folder);
    probe('vault.put:after-sync');
  });
}

async function lookUp(file: string): Promise<{ sizeBytes: number; lockedUntil: Date } | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { sizeBytes: size, lockedUntil: new Date(secondsOf(mtimeMs) * 1000) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw inDeskWords(error);
  }
}

async function* listNames(folder: string): AsyncGenerator<string> {
  for await (const prefix of filesIn(folder)) {
    if (!NAME.test(prefix)) continue;
    for await (const name of filesIn(join(folder, prefix))) {
      if (NAME.test(name) && sharedBy(name) === prefix) yield name;
    }
  }
}

/** What lies in a folder, one at a time; nothing where there is no folder. */
async function* filesIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const found of await opendir(folder)) yield found.name;
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw inDeskWords(error);
  }
}

function ignore(): void {
  // what is left of a temp file is swept when the folder is next opened
}
