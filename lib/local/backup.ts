// Backups of a desk on one machine, in two parts that belong apart: what everyone may hold (book and sealed bytes), and what opens it
// (secrets, key file). A restore obeys the list of the destroyed.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, open, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Caller } from '../access.ts';
import { assemble, daysAfter, SETTINGS } from '../core.ts';
import { DeskError } from '../errors.ts';
import { enterRestore, type Kept, type Restored } from '../restore.ts';
import type { Trust } from '../trust.ts';
import type { WatchFinding } from '../watch.ts';
import { openDestroyed } from './destroyed.ts';
import { readManifest, writeManifest } from './backup-manifest.ts';
import { makeFolder, syncFolder, writeNew } from './durable.ts';
import { completeFolder, layOut, LAYOUT, makePrivate, type Folder } from './folder.ts';
import { openFolder, type LocalDesk, type LocalOptions } from './open.ts';

export interface BackupOptions {
  /** Where book and sealed bytes go; absent or empty. */
  readonly out: string;
  /** Where secrets and key file go: another place. */
  readonly secretsOut: string;
  /** When every copy is to be gone; 90 days without one. */
  readonly keepDays?: number | undefined;
}

export interface Backup {
  readonly id: string;
  readonly expiresAt: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies a desk while it is in use. The copy is entered first, so that none exists that a certificate would not name; the book is
 * copied before the bytes and the secrets it refers to, so that nothing it refers to is missing.
 * @throws DeskError access/denied, desk/exists (something lies there already), desk/damaged
 */
export async function makeBackup(local: LocalDesk, caller: Caller, options: BackupOptions): Promise<Backup> {
  const { folder, desk, ports } = local;
  const [out, secretsOut] = [resolve(options.out), resolve(options.secretsOut)];
  if (out === secretsOut || secretsOut.startsWith(`${out}/`) || out.startsWith(`${secretsOut}/`)) {
    throw new DeskError(
      'input/invalid',
      'Secrets go to another place than the rest: whoever holds both can open everything.',
    );
  }
  await makeEmptyFolder(out);
  await makeEmptyFolder(secretsOut);
  const now = ports.now();
  const id = randomUUID();
  const expiresAt = daysAfter(now, options.keepDays ?? 90).toISOString();
  await desk.recordBackup(caller, { id, expiresAt });
  await desk.integrate();
  copyDatabase(folder.ledgerFile, join(out, LAYOUT.ledger));
  await cp(folder.vaultFolder, join(out, LAYOUT.vault), {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !UNFINISHED.has(path.slice(folder.vaultFolder.length + 1)),
  });
  copyDatabase(folder.secretsDb, join(secretsOut, LAYOUT.secrets));
  await copyFile(folder.keyFile, join(secretsOut, LAYOUT.keyFile));
  await copyFile(folder.destroyedList, join(secretsOut, LAYOUT.destroyed));
  const manifest = { version: 1 as const, id, desk: desk.id, madeAt: now.toISOString(), expiresAt };
  await writeManifest(out, { ...manifest, part: 'data' });
  await writeManifest(secretsOut, { ...manifest, part: 'secrets' });
  const sizes = [await syncAll(out), await syncAll(secretsOut)];
  return {
    id,
    expiresAt,
    files: sizes.reduce((sum, { files }) => sum + files, 0),
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** In the vault's folder, what is no file of it yet: senders send it again. */
const UNFINISHED: ReadonlySet<string> = new Set(['tmp', 'parts']);

async function makeEmptyFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  if ((await readdir(folder)).length > 0)
    throw new DeskError('desk/exists', 'Something lies there already: name an empty folder.');
}

/** A whole and consistent copy of a database in use. */
function copyDatabase(from: string, to: string): void {
  const db = new DatabaseSync(from, { readOnly: true });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } catch (cause) {
    throw new DeskError('desk/damaged', 'A database could not be copied.', { cause });
  } finally {
    db.close();
  }
}

/** Makes everything below a folder durable, and closed to others; counts it. */
async function syncAll(folder: string): Promise<{ files: number; bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const below = await syncAll(path);
      files += below.files;
      bytes += below.bytes;
      continue;
    }
    const { mode, size } = await stat(path);
    await chmod(path, mode & 0o700);
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
    files++;
    bytes += size;
  }
  await syncFolder(folder);
  return { files, bytes };
}

// ── restore ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RestoreOptions extends LocalOptions, Kept {
  readonly from: string;
  readonly secrets: string;
  /** A keys folder that survived, or a place for a new one; inside `dir` without one. */
  readonly keys?: string | undefined;
}

export interface RestoredDesk extends Restored {
  readonly desk: string;
  readonly backupId: string;
  readonly findings: readonly WatchFinding[];
  /** What somebody should do now, in words. */
  readonly notes: readonly string[];
}

/**
 * Puts a backup back into an absent or empty folder, obeys the list of the destroyed (the backup's and, where the keys folder
 * survived, the newer one there), squares the log, and goes over everything. Only then a desk is there: a restore that is refused
 * or cut short leaves none.
 * @throws DeskError desk/exists, desk/damaged (the two parts are not of one backup; it was altered), desk/newer, proof/malformed,
 *   keys/wrong-passphrase, desk/readable-by-others
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredDesk> {
  const [data, secrets] = [await readManifest(options.from, 'data'), await readManifest(options.secrets, 'secrets')];
  if (data.id !== secrets.id) throw new DeskError('desk/damaged', 'The two parts are not of one backup.');
  const folder = layOut({ dir: options.dir, desk: data.desk, created: data.madeAt, keys: options.keys });
  await makeEmptyFolder(folder.dir);
  const haveKeysSurvived = existsSync(folder.keyFile);
  try {
    await putBack(folder, options);
    const { trust, ...restored } = await settle(folder, options, data.id);
    await completeFolder(folder);
    return { ...restored, notes: notesOf(haveKeysSurvived, trust, options.trust) };
  } catch (error) {
    throw unfinished(error);
  }
}

function unfinished(cause: unknown): DeskError {
  const [code, message] =
    cause instanceof DeskError
      ? [cause.code, cause.message]
      : (['desk/damaged', 'The restore was cut short.'] as const);
  return new DeskError(code, `${message} No desk was made: remove the folder and try again.`, { cause });
}

async function putBack(folder: Folder, { from, secrets }: RestoreOptions): Promise<void> {
  const { dir, vaultFolder } = folder;
  await makePrivate(folder);
  await putKeys(secrets, folder);
  await copyPrivate(join(from, LAYOUT.ledger), folder.ledgerFile);
  await copyPrivate(join(secrets, LAYOUT.secrets), folder.secretsDb);
  await cp(join(from, LAYOUT.vault), vaultFolder, { recursive: true, preserveTimestamps: true });
  await closeVault(vaultFolder);
  await syncAll(dir);
  await closeVault(vaultFolder);
}

async function settle(
  folder: Folder,
  options: RestoreOptions,
  backupId: string,
): Promise<Omit<RestoredDesk, 'notes'> & { trust: Trust }> {
  const local = await openFolder(folder, options);
  try {
    const core = assemble(folder.desk, local.ports, options.settings ?? SETTINGS);
    const restored = await enterRestore(core, backupId, options);
    const { findings } = await local.desk.watch();
    return { desk: folder.desk, backupId, ...restored, findings, trust: await local.desk.trust() };
  } finally {
    await local.close();
  }
}

/** What the backup cannot know, as far as nothing newer told. */
function notesOf(haveKeysSurvived: boolean, own: Trust, newest: Trust | undefined): string[] {
  const known = new Set(own.keys.map(({ id }) => id));
  const areKeysLost = newest?.keys.some(({ id }) => !known.has(id)) ?? false;
  return [
    ...(haveKeysSurvived
      ? []
      : ["Actors' keys that were revoked after the backup was made work again, unless you revoke them anew."]),
    ...(areKeysLost
      ? [
          'Signing keys made after the backup are lost, and those before sign again: replace them, and hand out trust.json.',
        ]
      : []),
  ];
}

/** A keys folder that survived is kept; the list of the destroyed becomes the union of both. */
async function putKeys(from: string, { keyFile, destroyedList }: Folder): Promise<void> {
  if (!existsSync(keyFile)) await writeNew(keyFile, await readFile(join(from, LAYOUT.keyFile), 'utf8'), 0o600);
  const list = openDestroyed(destroyedList, true);
  const older = openDestroyed(join(from, LAYOUT.destroyed), false);
  try {
    for (const owner of older.all()) list.add(owner);
  } finally {
    list.close();
    older.close();
  }
}

async function copyPrivate(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o600);
}

/** Folders for their owner alone, files read-only, as the vault made them. */
async function closeVault(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? closeVault(path) : chmod(path, 0o444));
  }
}
