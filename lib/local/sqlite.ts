// The desk's SQLite files: opened so that a commit is on the disk when it returns (WAL, synchronous=FULL), refused when
// they are missing, foreign, damaged or newer than this program.
import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../errors.ts';
import { notAllowed, rightsFault } from './rights.ts';

export interface Layout {
  /** What messages call the file. */
  readonly what: string;
  readonly version: number;
  /** SQLite's application_id: tells the desk's files from others'. */
  readonly application: number;
  readonly schema: string;
}

/**
 * Opens a database of a layout; makes it first where `create` is true and there is none.
 * @throws DeskError desk/absent, desk/newer, desk/damaged, desk/owned, desk/not-allowed
 */
export function openDatabase(file: string, layout: Layout, create: boolean): DatabaseSync {
  if (!isThere(file)) {
    if (!create) throw new DeskError('desk/absent', `There is no ${layout.what} here. Restore it from a backup.`);
    makeEmptyOrSay(file);
  }
  const db = new DatabaseSync(file, { open: false, enableDoubleQuotedStringLiterals: false });
  try {
    db.open();
    db.exec(BUSY_TIMEOUT);
    if (create && isEmpty(db)) createSchema(db, layout);
    checkLayout(db, layout); // before anything is written: a file that is not ours stays as it is
    makeDurable(db);
    return db;
  } catch (error) {
    if (db.isOpen) db.close();
    if (error instanceof DeskError) throw error;
    if (isBusy(error))
      throw new DeskError('desk/owned', `Another program has the ${layout.what} open.`, { cause: error });
    throw rightsFaultOf(error) ?? damaged(layout, error);
  }
}

/** A file in a folder that may not be entered is not said to be missing. */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw rightsFault(error) ?? error;
  }
}

function makeEmptyOrSay(file: string): void {
  try {
    makeEmpty(file);
  } catch (error) {
    throw rightsFault(error) ?? error;
  }
}

/** Runs `work` in one transaction: all of it is durable when this returns, or nothing of it happened. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The port's verbs answer promises; SQLite answers at once, or throws. */
export function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

/**
 * Moves the write-ahead log into the file and empties it. Whoever reads meanwhile is waited for so long; false when he reads
 * on after that.
 */
export function emptyLog(db: DatabaseSync, waitMs: number): boolean {
  db.exec(`PRAGMA busy_timeout = ${waitMs}`);
  try {
    return Number(db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']) === 0;
  } finally {
    db.exec(BUSY_TIMEOUT);
  }
}

/** True for SQLite's word that the disk is full. */
export function isFull(error: unknown): boolean {
  return resultCode(error) === SQLITE_FULL;
}

/** True for SQLite's word that somebody else holds the lock. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE_BUSY;
}

/** SQLite's word, or the system's, that this user may not; undefined for any other. */
export function rightsFaultOf(error: unknown): DeskError | undefined {
  return FORBIDDEN.has(resultCode(error) ?? 0) ? notAllowed(error) : rightsFault(error);
}

/** A limit that is bound, as an expression: of a bare one SQLite looks at the value, and plans the statement anew each time one is bound. */
export const LIMIT = 'LIMIT ? + 0';

const BUSY_TIMEOUT = 'PRAGMA busy_timeout = 5000';
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
/** SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_AUTH. */
const FORBIDDEN: ReadonlySet<number> = new Set([3, 8, 14, 23]);

function resultCode(error: unknown): number | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/**
 * Makes an empty file where there is none. SQLite gives a file's mode to those beside it, so it is made for its owner alone
 * before SQLite sees it. One that is there is not even opened: closing it would give up the locks SQLite has on it.
 */
export function makeEmpty(file: string): void {
  if (existsSync(file)) return;
  closeSync(openSync(file, 'wx', 0o600));
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function makeDurable(db: DatabaseSync): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal') throw new DeskError('desk/damaged', 'This file system cannot hold a database safely.');
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA secure_delete = ON');
  db.exec('PRAGMA temp_store = MEMORY');
  db.exec('PRAGMA trusted_schema = OFF');
}

function isEmpty(db: DatabaseSync): boolean {
  return number(db, 'user_version') === 0 && schemaOf(db) === '[]';
}

function createSchema(db: DatabaseSync, layout: Layout): void {
  transact(db, () => {
    db.exec(layout.schema);
    db.exec(`PRAGMA application_id = ${layout.application}`);
    db.exec(`PRAGMA user_version = ${layout.version}`);
  });
}

function checkLayout(db: DatabaseSync, layout: Layout): void {
  if (number(db, 'application_id') !== layout.application) throw damaged(layout);
  const version = number(db, 'user_version');
  if (version > layout.version) {
    throw new DeskError('desk/newer', `The ${layout.what} was written by a newer program. Use that one.`);
  }
  if (version !== layout.version || schemaOf(db) !== wantedSchema(layout)) throw damaged(layout);
}

function wantedSchema(layout: Layout): string {
  const fresh = new DatabaseSync(':memory:');
  try {
    fresh.exec(layout.schema);
    return schemaOf(fresh);
  } finally {
    fresh.close();
  }
}

function schemaOf(db: DatabaseSync): string {
  return JSON.stringify(db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all());
}

function number(db: DatabaseSync, pragma: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function damaged(layout: Layout, cause?: unknown): DeskError {
  return new DeskError('desk/damaged', `The ${layout.what} is not one of this desk's. Restore it from a backup.`, {
    cause,
  });
}
