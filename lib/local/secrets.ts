// Owners' secrets: one row each, encrypted under the storage key, in a database of their own. Rows are only ever added at
// the end and overwritten in place, never deleted: around a deleted row SQLite moves the others and leaves copies of them
// behind, even with secure_delete. So once a row is overwritten and the log emptied, nothing of the secret is left.
import type { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../errors.ts';
import { keyObject } from '../formats/key-object.ts';
import type { Keys, Owner } from '../ports.ts';
import { isOwner, type Destroyed } from './destroyed.ts';
import type { Probe } from './durable.ts';
import { freshKey, KEY_BYTES, open, OVERHEAD_BYTES, seal } from './seal-bytes.ts';
import { emptyLog, LIMIT, openDatabase, promised, transact, type Layout } from './sqlite.ts';

export interface SecretsOptions {
  readonly file: string;
  readonly storageKey: Uint8Array;
  readonly destroyed: Destroyed;
  readonly create: boolean;
  readonly probe: Probe;
}

export interface Secrets extends Pick<
  Keys,
  'createSecrets' | 'readSecret' | 'destroySecret' | 'isDestroyed' | 'owners'
> {
  readonly close: () => void;
}

/** Opens the secrets and finishes every destruction that was cut short. */
export function openSecrets({ file, storageKey, destroyed, create, probe }: SecretsOptions): Secrets {
  const db = openDatabase(file, LAYOUT, create);
  const rows = rowsOf(db);
  const held = keyObject(storageKey);

  function createSecrets(owners: readonly Owner[]): Uint8Array[] {
    if (!owners.every(isOwner)) throw new DeskError('keys/failed', 'An owner is a short printable text, no blanks.');
    const isTaken = (owner: Owner): boolean => destroyed.has(owner) || rows.find(owner) !== undefined;
    if (new Set(owners).size < owners.length || owners.some(isTaken)) {
      throw new DeskError('state/exists', 'One of these has or had a secret already.');
    }
    const secrets = owners.map(freshKey);
    probe('keys.createSecrets:before');
    rows.insert(owners.map((owner, n) => ({ owner, sealed: seal(held, secrets[n] ?? NONE, bytesOf(owner)) })));
    probe('keys.createSecrets:after');
    return secrets;
  }

  function readSecret(owner: Owner): Uint8Array {
    const sealed = destroyed.has(owner) ? undefined : rows.find(owner);
    if (sealed === undefined) throw new DeskError('keys/absent', 'There is no such secret: never made, or destroyed.');
    const secret = open(held, sealed, bytesOf(owner));
    if (secret === undefined) throw new DeskError('keys/refused', 'A secret was altered. Restore it from a backup.');
    return secret;
  }

  function destroySecret(owner: Owner): void {
    probe('keys.destroySecret:before');
    destroyed.add(owner);
    probe('keys.destroySecret:between');
    rows.overwrite([owner]);
    probe('keys.destroySecret:after-overwrite');
    rows.emptyLog();
    probe('keys.destroySecret:after');
  }

  rows.overwrite([...destroyed.all()]);
  rows.emptyLog();
  return {
    createSecrets: (owners) => promised(() => translated(() => createSecrets(owners))),
    readSecret: (owner) => promised(() => translated(() => readSecret(owner))),
    destroySecret: (owner) =>
      promised(() => {
        translated(() => {
          destroySecret(owner);
        });
      }),
    isDestroyed: (owner) => Promise.resolve(destroyed.has(owner)),
    owners: () => livingOwners(rows.page, destroyed),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

/** Makes an empty database of secrets. */
export function createSecretsFile(file: string): void {
  openDatabase(file, LAYOUT, true).close();
}

/** A row's bytes never change their number: SQLite then overwrites them where they are. */
const SEALED_BYTES = KEY_BYTES + OVERHEAD_BYTES;
const NONE = new Uint8Array();
const PAGE = 500;

const LAYOUT: Layout = {
  what: 'database of secrets',
  version: 1,
  application: 0x72_64_73_31,
  schema: `CREATE TABLE secrets (
    n INTEGER PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL CHECK (typeof(sealed) = 'blob' AND length(sealed) = ${SEALED_BYTES})
  )`,
};

interface Rows {
  find(owner: Owner): Uint8Array | undefined;
  /** All or none, durable. */
  insert(rows: readonly { readonly owner: Owner; readonly sealed: Uint8Array }[]): void;
  overwrite(owners: readonly Owner[]): void;
  emptyLog(): void;
  readonly page: (after: Owner) => Owner[];
}

function rowsOf(db: DatabaseSync): Rows {
  const find = db.prepare('SELECT sealed FROM secrets WHERE owner = ?');
  const insert = db.prepare('INSERT INTO secrets (owner, sealed) VALUES (?, ?)');
  const zeros = `zeroblob(${SEALED_BYTES})`;
  const overwrite = db.prepare(`UPDATE secrets SET sealed = ${zeros} WHERE owner = ? AND sealed <> ${zeros}`);
  const page = db.prepare(`SELECT owner FROM secrets WHERE owner > ? ORDER BY owner ${LIMIT}`);
  return {
    find: (owner) => {
      const sealed = find.get(owner)?.['sealed'];
      return sealed instanceof Uint8Array ? sealed : undefined;
    },
    insert: (rows) => {
      transact(db, () => {
        for (const { owner, sealed } of rows) insert.run(owner, sealed);
      });
    },
    overwrite: (owners) => {
      transact(db, () => {
        for (const owner of owners) overwrite.run(owner);
      });
    },
    emptyLog: () => {
      if (emptyLog(db, 1000)) return;
      throw new DeskError('keys/failed', 'Another program reads the secrets. Stop it and destroy again.');
    },
    page: (after) => page.all(after, PAGE).map((row) => String(row['owner'])),
  };
}

/** Page by page: an open cursor would keep the log from being emptied. */
async function* livingOwners(page: (after: Owner) => Owner[], destroyed: Destroyed): AsyncGenerator<Owner> {
  let after = '';
  for (;;) {
    const owners = await promised(() => translated(() => page(after)));
    for (const owner of owners) if (!destroyed.has(owner)) yield owner;
    after = owners.at(-1) ?? '';
    if (owners.length < PAGE) return;
  }
}

function bytesOf(owner: Owner): Buffer {
  return Buffer.from(owner, 'utf8');
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DeskError) throw cause;
    throw new DeskError('keys/failed', 'The secrets could not be read or written.', { cause });
  }
}
