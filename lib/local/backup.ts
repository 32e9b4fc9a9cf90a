// Backups of a desk on one machine, in two parts that belong apart: what everyone may hold (book and sealed bytes), and what opens it
// (secrets, key file). A restore obeys the list of the destroyed.
import { randomUUID } from 'node:crypto';
import { copyFile, cp, readdir, readFile, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { Caller } from '../access.ts';
import { assemble, daysAfter, SETTINGS } from '../core.ts';
import { DeskError } from '../errors.ts';
import { enterRestore, type Restored } from '../restore.ts';
import type { WatchFinding } from '../watch.ts';
import { openDestroyed } from './destroyed.ts';
import { makeFolder, syncFolder } from './durable.ts';
import { LAYOUT } from './folder.ts';
import { openLocalDesk, type LocalDesk, type LocalOptions } from './open.ts';

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

const manifestSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  desk: z.string(),
  madeAt: z.string(),
  expiresAt: z.string(),
  part: z.enum(['data', 'secrets']),
});
type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = 'backup.json';

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
    filter: (path) => path !== join(folder.vaultFolder, 'tmp'),
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

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
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

export interface RestoreOptions extends LocalOptions {
  readonly from: string;
  readonly secrets: string;
  /** A keys folder that survived, or a place for a new one; inside `dir` without one. */
  readonly keys?: string | undefined;
  /** The newest checkpoint of this desk that somebody kept, as a signed note. */
  readonly checkpoint?: string | undefined;
}

export interface RestoredDesk extends Restored {
  readonly desk: string;
  readonly backupId: string;
  readonly findings: readonly WatchFinding[];
}

/**
 * Puts a backup back into an absent or empty folder, obeys the list of the destroyed (the backup's and, where the keys folder
 * survived, the newer one there), squares the log, and goes over everything.
 * @throws DeskError desk/exists, desk/damaged (the two parts are not of one backup), proof/malformed, keys/wrong-passphrase
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredDesk> {
  const [data, secrets] = [await readManifest(options.from, 'data'), await readManifest(options.secrets, 'secrets')];
  if (data.id !== secrets.id) throw new DeskError('desk/damaged', 'The two parts are not of one backup.');
  const dir = resolve(options.dir);
  await makeEmptyFolder(dir);
  const keys = resolve(options.keys ?? join(dir, LAYOUT.keys));
  await putKeys(resolve(options.secrets), keys);
  await copyPrivate(join(options.from, LAYOUT.ledger), join(dir, LAYOUT.ledger));
  await copyPrivate(join(options.secrets, LAYOUT.secrets), join(dir, LAYOUT.secrets));
  await cp(join(options.from, LAYOUT.vault), join(dir, LAYOUT.vault), { recursive: true, preserveTimestamps: true });
  await closeVault(join(dir, LAYOUT.vault));
  const inside = options.keys === undefined ? LAYOUT.keys : keys;
  const desk = { version: 1, desk: data.desk, keys: inside, created: data.madeAt };
  await syncAll(dir);
  await closeVault(join(dir, LAYOUT.vault));
  await writeFile(join(dir, LAYOUT.desk), `${JSON.stringify(desk, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await syncFolder(dir);
  return settle(options, data);
}

async function settle(options: RestoreOptions, data: Manifest): Promise<RestoredDesk> {
  const local = await openLocalDesk(options);
  try {
    const core = assemble(data.desk, local.ports, options.settings ?? SETTINGS);
    const restored = await enterRestore(core, data.id, options.checkpoint);
    const { findings } = await local.desk.watch();
    return { desk: data.desk, backupId: data.id, ...restored, findings };
  } finally {
    await local.close();
  }
}

async function readManifest(folder: string, part: Manifest['part']): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new DeskError(
      'desk/damaged',
      `There is no backup.json in the ${part} part: name the folder a backup was made in.`,
      { cause },
    );
  });
  const manifest = manifestSchema.safeParse(JSON.parse(text));
  if (!manifest.success || manifest.data.part !== part) {
    throw new DeskError('desk/damaged', `This is not the ${part} part of a backup.`);
  }
  return manifest.data;
}

/** A keys folder that survived is kept; the list of the destroyed becomes the union of both. */
async function putKeys(from: string, keys: string): Promise<void> {
  const hasSurvived = existsSync(join(keys, LAYOUT.keyFile));
  if (!hasSurvived) {
    await mkdir(keys, { recursive: true, mode: 0o700 });
    await copyPrivate(join(from, LAYOUT.keyFile), join(keys, LAYOUT.keyFile));
  }
  const list = openDestroyed(join(keys, LAYOUT.destroyed), true);
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
