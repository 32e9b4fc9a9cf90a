// Who owns a data folder: the one process that holds a lock on its `owner.db`. The system lets go of the lock when the
// process dies, however it dies, so the next owner need not wait or clean up.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../errors.ts';
import { isBusy, makeEmpty, rightsFaultOf } from './sqlite.ts';

export interface Ownership {
  /** Gives the folder up. Again is fine. */
  release(): void;
}

/**
 * Undefined while a living process owns the folder, this one included. Nothing else may open `owner.db`: closing it
 * anywhere in a process gives up the locks which that process holds on it.
 * @throws DeskError desk/not-allowed; desk/damaged when the lock cannot be had for another reason
 */
export function ownFolder(dir: string): Ownership | undefined {
  const file = join(dir, OWNER);
  const db = new DatabaseSync(file, { open: false });
  try {
    makeEmpty(file);
    db.open();
    db.exec('PRAGMA journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    if (db.isOpen) db.close();
    if (isBusy(error)) return undefined;
    throw (
      rightsFaultOf(error) ??
      new DeskError('desk/damaged', 'owner.db in the data folder cannot be locked.', { cause: error })
    );
  }
  held.add(db);
  return {
    release: () => {
      held.delete(db);
      if (db.isOpen) db.close();
    },
  };
}

const OWNER = 'owner.db';

/** Locks live as long as the process, even where nobody keeps what would release them. */
const held = new Set<DatabaseSync>();
