// A data folder, opened read-only: the desk's id, its keys, the secrets of all owners, the ledger, trust.json and the vault.
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { demand } from './bytes.ts';
import type { ObjectRecord } from './entry.ts';
import type { Findings } from './findings.ts';
import { Fields, parse, type Json } from './json.ts';
import { openSecret, openWrapped, readKeyFile, type DeskKeys } from './key-file.ts';
import { readLedger, type Ledger } from './ledger.ts';
import { openMessage } from './message.ts';
import { bytesOf, openTables, textOf } from './sqlite.ts';
import { readTrust, type Trust } from './trust.ts';

export interface Folder {
  readonly dir: string;
  readonly desk: string;
  readonly keys: DeskKeys;
  readonly trust: Trust;
  readonly ledger: Ledger;
  /** The secret of each owner; nothing where it was destroyed. */
  readonly secrets: ReadonlyMap<string, Buffer | undefined>;
  /** The owners that keys/destroyed.txt names. */
  readonly destroyed: ReadonlySet<string>;
}

const SECRETS_ID = 0x72647331;

/** Opens all of a folder that the checks need; what cannot be opened at all is one finding and the end. */
export function openFolder(dir: string, passphrase: string | undefined, findings: Findings): Folder | undefined {
  return findings.attempt(dir, () => {
    const about = new Fields(readJson(join(dir, 'desk.json')), 'desk.json', ['version', 'desk', 'keys', 'created']);
    const desk = about.version().id('desk');
    about.time('created');
    const keysDir = resolve(dir, about.text('keys'));
    const keys = readKeyFile(readJson(join(keysDir, 'desk.key')), desk, passphrase);
    const trust = { desk, keys: keys.signing };
    demandTrust(join(dir, 'trust.json'), trust);
    const secrets = readSecrets(join(dir, 'secrets.db'), keys, findings);
    const destroyed = readDestroyed(join(keysDir, 'destroyed.txt'));
    return { dir, desk, keys, trust, ledger: readLedger(join(dir, 'ledger.db')), secrets, destroyed };
  });
}

function readJson(file: string): Json {
  return parse(readFileSync(file, 'utf8'));
}

/** A trust.json that lies here was written for handing out, maybe before the last rotation of a key. */
function demandTrust(file: string, trust: Trust): void {
  if (!existsSync(file)) return;
  const handedOut = readTrust(readJson(file));
  const known = new Set(trust.keys.map(({ id }) => id));
  demand(handedOut.desk === trust.desk, 'trust.json: of another desk');
  demand(
    handedOut.keys.every(({ id }) => known.has(id)),
    'trust.json: has keys that the key file has not',
  );
}

function readSecrets(file: string, keys: DeskKeys, findings: Findings): Folder['secrets'] {
  const tables = openTables(file, SECRETS_ID);
  try {
    const rows = tables.all('secrets', 'n').map((row) => [textOf(row, 'owner'), bytesOf(row, 'sealed')] as const);
    const open = ([owner, sealed]: (typeof rows)[number]): readonly [string, Buffer | undefined] => [
      owner,
      findings.attempt(`secret of ${owner}`, () => openSecret(keys.storage, owner, sealed)),
    ];
    demand(new Set(rows.map(([owner]) => owner)).size === rows.length, 'secrets.db: an owner has two secrets');
    return new Map(rows.map(open));
  } finally {
    tables.close();
  }
}

function readDestroyed(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  return new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean));
}

/** Beneath the first characters of its name: six of a UUID of version 7, else two. */
export function vaultPath(dir: string, name: string): string {
  const isTimed = /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(name);
  return join(dir, 'vault', name.slice(0, isTimed ? 6 : 2), name);
}

/** The stretch of a vault file where an object's ciphertext lies. */
export function readStretch({ dir }: Folder, { place }: ObjectRecord): Buffer {
  const { name, offset, sizeBytes } = place;
  demand(/^[0-9a-zA-Z-]+$/.test(name), 'place: the name is no name of a vault file');
  const file = vaultPath(dir, name);
  demand(existsSync(file), `vault file ${name} is missing`);
  const { mode, size } = statSync(file);
  demand((mode & 0o777) === 0o444, `vault file ${name} can be written to`);
  demand(offset + sizeBytes <= size, `vault file ${name} is too short`);
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(sizeBytes);
    demand(readSync(handle, bytes, 0, sizeBytes, offset) === sizeBytes, `vault file ${name} is too short`);
    return bytes;
  } finally {
    closeSync(handle);
  }
}

/** What was sealed, where its owner's secret still stands. */
export function openObject(folder: Folder, record: ObjectRecord, ciphertext: Uint8Array): Buffer | undefined {
  const { id, owner, kind, wrappedKey } = record;
  const { desk, secrets, keys } = folder;
  demand(secrets.has(owner), `object ${id}: its owner has no secret`);
  const secret = secrets.get(owner);
  if (secret === undefined) return undefined;
  const key = openWrapped(keys.data, secret, wrappedKey, { desk, owner, object: id, kind });
  return openMessage(ciphertext, key, { object: id, owner });
}
