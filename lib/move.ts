// A desk is carried over to another place: its secrets, sealed bytes, chains, rows and log, word for word. Always true: what was carried already
// is left as it is, so a move cut short is simply begun again; the old place stays the desk until its owner says that it is not.
import { append, assemble, entriesOf, rowsOf, type Core, type Settings } from './core.ts';
import { parseEntry } from './custody.ts';
import { DeskError, isCode } from './errors.ts';
import { enterKeys } from './house.ts';
import { integrate } from './log.ts';
import { lookupsOf } from './lookup.ts';
import { carryActors } from './move-actors.ts';
import { carryLog } from './move-log.ts';
import {
  DESK,
  PURPOSES,
  type Keys,
  type KeyContext,
  type ObjectRecord,
  type Owner,
  type Ports,
  type PublicKey,
  type Purpose,
  type RowKey,
  type StoredEntry,
} from './ports.ts';
import { callLookup, type LookupWords } from './receive.ts';
import { chainOf, findReferral } from './referral.ts';
import { reportLookup } from './report/find.ts';
import { rewrap, sealJson } from './seal.ts';
import { rememberFailures } from './packet/failures.ts';
import { inspect } from './uploads/inspect.ts';
import { UNPROVED_UPLOADS } from './uploads/record.ts';
import { wordsOf } from './words.ts';

/** Where a desk goes: ports that hold nothing of it yet, or what an earlier try carried; and what only a move may do there. */
export interface Destination {
  readonly ports: Ports;
  /** Takes a secret as it is. Again is fine. @throws DeskError state/exists where another one is there, or it was destroyed */
  takeSecret(owner: Owner, secret: Uint8Array): Promise<void>;
  /** Wraps a key that was made elsewhere, as `generateDataKey` would have. */
  wrapDataKey(key: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  /**
   * Takes the keys that signed so far, and makes one that goes on: each ends the last one and carries its word. Again is fine.
   * @param endorse the last key's signature over what vouches for the new one
   */
  takeKeys(
    purpose: Purpose,
    old: readonly PublicKey[],
    now: Date,
    endorse: (message: Uint8Array) => ReturnType<Keys['sign']>,
  ): Promise<void>;
}

export interface MoveOptions {
  /** The desk's own id. */
  readonly desk: string;
  readonly settings: Settings;
  /** Of the place it goes to, as the desk's chain names it: `aws`. */
  readonly to: string;
  /** What is being carried, and how many of them are there by now. */
  readonly onProgress?: ((what: 'secrets' | 'sealed files' | 'entries', done: number) => void) | undefined;
}

/** How much of everything was carried, or was there before. */
export interface Moved {
  readonly secrets: number;
  readonly files: number;
  readonly entries: number;
  /** Referrals whose rows for finding them were made anew under the new lookup key. */
  readonly lookups: number;
  /** Persons who are found by what their tokens call them, under the new lookup key. */
  readonly persons: number;
  /** Leaves of the log when it went on at its new place. */
  readonly logSize: number;
}

/**
 * Carries a desk over. The old place is only read, but that what is pending there goes into its log first; nobody may act on it meanwhile.
 * @throws DeskError state/exists (something else is there), state/incomplete (what was sent directly could not be looked at), sealed/damaged, ledger/failed, log/damaged, vault/*, keys/*
 */
export async function moveDesk(from: Ports, to: Destination, options: MoveOptions): Promise<Moved> {
  const { desk, settings } = options;
  const old = assemble(desk, from, settings);
  const fresh = assemble(desk, to.ports, settings);
  await demandInspected(old);
  await integrate(old);
  const secrets = await carrySecrets(old, to, options);
  const files = await carryFiles(old, fresh, options);
  for (const purpose of PURPOSES) await carryKeys(old, to, purpose);
  const { entries, chains } = await carryLog(old, fresh, (entry) => rewrapped(old, to, entry), options);
  for (const owner of chains) if (await old.keys.isDestroyed(owner)) await fresh.keys.destroySecret(owner);
  const lookups = await renewLookups(old, fresh, chains);
  await enterMove(fresh, options.to);
  const persons = await carryActors(old, fresh);
  const logSize = (await integrate(fresh))?.size ?? 0;
  return { secrets, files, entries, lookups, persons, logSize };
}

/** What was sent directly is looked at where its key is: what is still on its way there is sent anew. @throws DeskError state/incomplete */
async function demandInspected(old: Core): Promise<void> {
  await inspect(old, rememberFailures());
  const { items } = await old.ledger.list(UNPROVED_UPLOADS, { limit: 1 });
  if (items.length === 0) return;
  throw new DeskError(
    'state/incomplete',
    'A file that was sent directly could not be looked at: see the alarms, then move.',
  );
}

// ── secrets, bytes, keys ──────────────────────────────────────────────────────────────────────────────────────────────

async function carrySecrets(old: Core, to: Destination, { onProgress }: MoveOptions): Promise<number> {
  let carried = 0;
  for await (const owner of old.keys.owners()) {
    await to.takeSecret(owner, await old.keys.readSecret(owner));
    onProgress?.('secrets', ++carried);
  }
  return carried;
}

/** What a lock must reach at least where it is put anew. */
const LEAST_LOCK_MS = 14 * 86_400_000;

async function carryFiles(old: Core, { vault, now }: Core, { onProgress }: MoveOptions): Promise<number> {
  let carried = 0;
  for await (const name of old.vault.list()) {
    const { sizeBytes, lockedUntil } = (await old.vault.stat(name)) ?? absentFile();
    const until = new Date(Math.max(lockedUntil.getTime(), now().getTime() + LEAST_LOCK_MS));
    const there = await vault.stat(name);
    if (there === undefined) await vault.put(name, old.vault.get(name), until);
    else if (there.sizeBytes !== sizeBytes) throw other('A sealed file');
    onProgress?.('sealed files', ++carried);
  }
  return carried;
}

function absentFile(): never {
  throw new DeskError(
    'vault/absent',
    'A sealed file went while the desk was carried over: nobody may act on it meanwhile.',
  );
}

async function carryKeys(old: Core, to: Destination, purpose: Purpose): Promise<void> {
  const keys = (await old.keys.publicKeys()).filter((key) => key.purpose === purpose);
  await to.takeKeys(purpose, keys, old.now(), (message) => old.keys.sign(purpose, message));
}

/** The entry word for word; the keys of what it made wrapped for the new place. What was destroyed stays shut. */
async function rewrapped(old: Core, to: Destination, entry: StoredEntry): Promise<StoredEntry> {
  if (entry.objects.length === 0) return entry;
  const objects: ObjectRecord[] = [];
  for (const record of entry.objects) objects.push(await rewrappedObject(old, to, record));
  return { ...entry, objects };
}

async function rewrappedObject(old: Core, to: Destination, record: ObjectRecord): Promise<ObjectRecord> {
  try {
    return await rewrap(old, record, (key, context) => to.wrapDataKey(key, context));
  } catch (error) {
    if (isCode(error, 'keys/absent')) return record; // its owner's secret was destroyed: nothing opens it, here or there
    throw error;
  }
}

// ── what is new ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Rows by which a referral is found are made of the old lookup key: each is made anew, by an entry of its own. */
async function renewLookups(old: Core, fresh: Core, chains: ReadonlySet<Owner>): Promise<number> {
  let renewed = 0;
  for (const owner of chains) {
    if ((await findReferral(fresh, owner)) === undefined) continue;
    if (await renewLookup(old, fresh, owner)) renewed++;
  }
  return renewed;
}

async function renewLookup(old: Core, fresh: Core, owner: Owner): Promise<boolean> {
  for await (const row of rowsOf(fresh, lookupsOf(owner))) {
    if (row.seq > 0) return true; // an earlier try did
    const chain = await chainOf(fresh, owner);
    const [first] = await old.ledger.entries(owner, 0, 1);
    if (first === undefined) throw new DeskError('ledger/failed', 'The book lacks the first entry of a referral.');
    const last = first.objects.length - 1; // until 2026-11-28 it held nothing but these words
    const words = await wordsOf<LookupWords>(old, first, last);
    const key = await lookupOf(fresh, words);
    await append(fresh, chain, () =>
      Promise.resolve({
        act: 'move',
        actorId: DESK,
        put: [{ ...key, value: row.value, lists: row.lists, label: row.label }],
        remove: [{ kind: row.kind, id: row.id }],
      }),
    );
    return true;
  }
  return false;
}

function lookupOf(core: Core, { organisation, idempotencyKey, reportId }: LookupWords): Promise<RowKey> {
  if (reportId !== undefined) return reportLookup(core, organisation, reportId);
  if (idempotencyKey !== undefined) return callLookup(core, organisation, idempotencyKey);
  throw new DeskError('ledger/failed', 'The book does not say by what a referral was found.');
}

/** The desk's chain names the keys that go on, and says that it moved, before it says so of anybody in it. */
async function enterMove(fresh: Core, to: string): Promise<void> {
  await enterKeys(fresh);
  for await (const { text } of entriesOf(fresh, DESK)) if (parseEntry(text).act === 'move') return;
  const chain = await chainOf(fresh, DESK);
  const words = await sealJson(fresh, chain, { version: 1, to });
  await append(fresh, chain, () =>
    Promise.resolve({
      act: 'move',
      actorId: DESK,
      objects: [words],
      commitments: [{ label: 'to', type: 'text', value: to }],
    }),
  );
}

function other(what: string): DeskError {
  return new DeskError('state/exists', `${what} of another desk is there: carry the desk over to an empty place.`);
}
