// The data folder of a desk on one machine: where everything lies in it. It and the keys folder are open to their owner
// alone, and a desk is there once `desk.json` is, which is written last.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { DeskError } from '../errors.ts';
import { openDestroyed } from './destroyed.ts';
import { makeFolder, replaceFile, systemCode, writeNew } from './durable.ts';
import { createKeyFile } from './key-file.ts';
import { localLedger } from './ledger.ts';
import { rightsFault } from './rights.ts';
import { createSecretsFile } from './secrets.ts';

export { ownFolder, type Ownership } from './ownership.ts';

/** What lies where, as whole paths. */
export interface Folder {
  readonly dir: string;
  readonly desk: string;
  /** When the desk was made, RFC 3339 UTC. */
  readonly created: string;
  readonly deskFile: string;
  readonly ledgerFile: string;
  readonly secretsDb: string;
  readonly vaultFolder: string;
  readonly keysFolder: string;
  readonly keyFile: string;
  readonly destroyedList: string;
}

/** Names in the data folder, and in the keys folder, which may lie elsewhere. */
export const LAYOUT = {
  desk: 'desk.json',
  ledger: 'ledger.db',
  secrets: 'secrets.db',
  vault: 'vault',
  socket: 'desk.sock',
  keys: 'keys',
  keyFile: 'desk.key',
  destroyed: 'destroyed.txt',
} as const;

export interface NewFolder {
  readonly dir: string;
  readonly desk: string;
  readonly now: Date;
  /** Where the keys folder goes, say on a medium kept apart; inside `dir` without one. */
  readonly keys?: string | undefined;
  readonly passphrase?: string | undefined;
}

/**
 * Makes an empty desk with keys of its own.
 * @throws DeskError desk/exists (what is there is untouched), desk/readable-by-others, desk/not-allowed, desk/damaged, keys/failed
 */
export async function createFolder(options: NewFolder): Promise<Folder> {
  const folder = await prepareFolder(options);
  await completeFolder(folder);
  return folder;
}

/** All of a new desk's folder but desk.json: no desk is there until `completeFolder`. Throws as `createFolder` does. */
export async function prepareFolder(options: NewFolder): Promise<Folder> {
  const { desk, now, passphrase } = options;
  const folder = layOut({ ...options, created: now.toISOString() });
  refuseRemains(folder);
  try {
    await makePrivate(folder);
    await createKeyFile({ keyFile: folder.keyFile, desk, now, passphrase });
    openDestroyed(folder.destroyedList, true).close();
    createSecretsFile(folder.secretsDb);
    localLedger({ file: folder.ledgerFile, create: true }).close();
    await makeFolder(folder.vaultFolder);
    return folder;
  } catch (error) {
    const known = error instanceof DeskError ? error : rightsFault(error);
    if (known !== undefined) throw known;
    throw new DeskError('desk/damaged', 'The folder could not be made. Remove what there is of it and try again.', {
      cause: error,
    });
  }
}

/** Writes desk.json: from then on there is a desk. @throws DeskError desk/exists, desk/damaged */
export async function completeFolder({ dir, desk, keysFolder, created, deskFile }: Folder): Promise<void> {
  const text = toText({ version: VERSION, desk, keys: relativeInside(dir, keysFolder), created });
  await writeNew(deskFile, text, 0o600).catch((cause: unknown) => {
    if (systemCode(cause) === 'EEXIST') throw existing(cause);
    const known = rightsFault(cause);
    if (known !== undefined) throw known;
    throw new DeskError('desk/damaged', 'desk.json could not be written. Remove the folder and try again.', { cause });
  });
}

/**
 * Says in desk.json that the desk went elsewhere: from then on nobody opens this folder as a desk.
 * @param to the place, in a word
 */
export async function markMoved({ dir, desk, keysFolder, created, deskFile }: Folder, to: string): Promise<void> {
  const text = toText({ version: MOVED_VERSION, desk, keys: relativeInside(dir, keysFolder), created, movedTo: to });
  await replaceFile(deskFile, text, 0o600);
}

/** Where everything of a desk lies. Reads and writes nothing. */
export function layOut(options: {
  readonly dir: string;
  readonly desk: string;
  readonly created: string;
  readonly keys?: string | undefined;
}): Folder {
  const { desk, created } = options;
  const dir = resolve(options.dir);
  const keys = relativeInside(dir, resolve(options.keys ?? join(dir, LAYOUT.keys)));
  return placesOf(dir, { version: VERSION, desk, keys, created });
}

/** Makes data folder and keys folder, for their owner alone. @throws DeskError desk/readable-by-others, desk/not-allowed */
export async function makePrivate({ dir, keysFolder }: Folder): Promise<void> {
  for (const folder of [dir, keysFolder]) {
    await makeFolder(folder).catch((error: unknown) => {
      throw rightsFault(error) ?? error;
    });
  }
  await refuseReadable([dir, keysFolder]);
}

/** @throws DeskError desk/absent, desk/moved, desk/newer, desk/readable-by-others, desk/not-allowed, desk/damaged */
export async function readFolder(path: string): Promise<Folder> {
  const dir = resolve(path);
  const folder = placesOf(dir, parseDesk(await readDeskFile(join(dir, LAYOUT.desk))));
  await refuseReadable([dir, folder.deskFile, folder.keysFolder]);
  return folder;
}

/** Where the owner of a folder listens. The same for every way of writing the folder's path. */
export function socketPath(dir: string): string {
  const real = realpathSync(dir);
  const inside = join(real, LAYOUT.socket);
  if (Buffer.byteLength(inside) <= MOST_SOCKET_BYTES) return inside;
  const name = createHash('sha256').update(real).digest('hex').slice(0, 32);
  return join(privateTemp(), `${name}.sock`);
}

const VERSION = 1;
/** Of a folder whose desk was carried elsewhere: programs that know nothing of it refuse it as newer. */
const MOVED_VERSION = 2;
/** The address of a Unix socket holds 104 bytes on macOS, 108 on Linux. */
const MOST_SOCKET_BYTES = 100;

const deskSchema = z.strictObject({
  version: z.literal(VERSION),
  desk: z.string().min(1),
  keys: z.string().min(1),
  created: z.iso.datetime(),
});
type DeskFile = z.infer<typeof deskSchema>;

const movedSchema = z.object({ version: z.literal(MOVED_VERSION), movedTo: z.string() });

function placesOf(dir: string, { desk, keys, created }: DeskFile): Folder {
  const keysFolder = resolve(dir, keys);
  return {
    dir,
    desk,
    created,
    deskFile: join(dir, LAYOUT.desk),
    ledgerFile: join(dir, LAYOUT.ledger),
    secretsDb: join(dir, LAYOUT.secrets),
    vaultFolder: join(dir, LAYOUT.vault),
    keysFolder,
    keyFile: join(keysFolder, LAYOUT.keyFile),
    destroyedList: join(keysFolder, LAYOUT.destroyed),
  };
}

/** A folder that moves as a whole keeps its keys; one elsewhere is named by its whole path. */
function relativeInside(dir: string, keys: string): string {
  const path = relative(dir, keys);
  return path === '' || path.startsWith('..') ? keys : path;
}

function refuseRemains(folder: Folder): void {
  if (existsSync(folder.deskFile)) throw existing();
  const parts = [folder.ledgerFile, folder.secretsDb, folder.vaultFolder, folder.keyFile, folder.destroyedList];
  const remains = parts.filter((path) => existsSync(path)).map((path) => relativeInside(folder.dir, path));
  if (remains.length === 0) return;
  throw new DeskError(
    'desk/exists',
    `Parts of a desk lie here (${remains.join(', ')}), but no desk.json. Restore it from a backup; or, if the desk never came to be, remove them.`,
  );
}

function existing(cause?: unknown): DeskError {
  return new DeskError('desk/exists', 'There is a desk in this folder already.', { cause });
}

async function refuseReadable(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const { mode } = await stat(path).catch((error: unknown) => {
      const missing = 'A part of the desk is missing. Restore it from a backup.';
      throw rightsFault(error) ?? new DeskError('desk/damaged', missing, { cause: error });
    });
    if ((mode & 0o077) === 0) continue;
    throw new DeskError(
      'desk/readable-by-others',
      'Others can read the data folder, desk.json or the keys folder. Take their rights away (chmod go= …) first.',
    );
  }
}

async function readDeskFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw rightsFault(error) ?? damaged(error);
    throw new DeskError('desk/absent', 'There is no desk in this folder. Make one with "referral-desk init".');
  }
}

function parseDesk(text: string): DeskFile {
  const value = parseJson(text);
  const result = deskSchema.safeParse(value);
  if (result.success) return result.data;
  const { data } = z.object({ version: z.int().min(VERSION + 1) }).safeParse(value);
  if (data === undefined) throw damaged();
  if (movedSchema.safeParse(value).success)
    throw new DeskError(
      'desk/moved',
      'This desk was carried over to another place: use it there. What lies here is a copy.',
    );
  throw new DeskError('desk/newer', 'This folder was written by a newer program. Use that one.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged(error);
  }
}

function toText(desk: object): string {
  return `${JSON.stringify(desk, undefined, 2)}\n`;
}

function damaged(cause?: unknown): DeskError {
  return new DeskError('desk/damaged', 'desk.json cannot be read. Restore it from a backup.', { cause });
}

/** A folder for this user alone beneath the system's own for temporary files; nobody else can have made it first. */
function privateTemp(): string {
  const { uid } = userInfo();
  const folder = join(realpathSync(tmpdir()), `referral-desk-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw rightsFault(error) ?? damaged(error);
  }
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return folder;
  throw new DeskError('desk/readable-by-others', 'The folder for the socket is open to others. Remove it first.');
}
