// The directory: who may act, and for whom. Names are sealed under the actor's own secret; the book
// holds roles, opaque ids and the SHA-256 of keys. A key is shown once and can be revoked, never read again.
import { randomBytes } from 'node:crypto';
import { UUID } from '../schemas/index.ts';
import { demand, type Caller, type Role } from './access.ts';
import { append, entryAt, rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import { sha256, sha256Hex } from './formats/canonical.ts';
import { sameBytes } from './formats/derive.ts';
import { DESK, type Json, type StoredRow } from './ports.ts';
import { chainOf, nthObject } from './referral.ts';
import { openSmall, sealJson } from './seal.ts';
import { isVouched } from './vouch.ts';

export interface NewActor {
  readonly role: Role;
  /** What she is called; sealed. */
  readonly name: string;
  /** A reporter's organisation: the id of one that exists, or left out for a new one. */
  readonly organisation?: string | undefined;
  /** An investigator's agency, by its id. */
  readonly agency?: string | undefined;
}

export interface ActorRecord {
  readonly id: string;
  readonly role: Role;
  readonly organisation?: string;
  readonly agency?: string;
  readonly addedAt: string;
  readonly revokedAt?: string;
  /** SHA-256 of the key's secret half, hex; absent on the house's own actors, who have no key. */
  readonly keySha256?: string;
  /** The entry beside which the name is sealed. */
  readonly seq: number;
}

const HOUSE: Caller = { actorId: DESK, role: 'operator', isHouse: true };

/**
 * Adds an actor and answers the key, which is shown this once.
 * @throws DeskError access/denied, input/invalid (an investigator without an agency that exists, an organisation
 *   that is no id)
 */
export async function addActor(core: Core, caller: Caller, actor: NewActor): Promise<{ actorId: string; key: string }> {
  demand(caller, 'desk:actors');
  const secret = randomBytes(32);
  const actorId = await enterActor(core, caller, actor, sha256Hex(secret));
  return { actorId, key: `rdk_${actorId.replaceAll('-', '')}_${secret.toString('base64url')}` };
}

/** The house's own actor of a role: who acts when somebody at the machine shows no key. */
export async function addHouseActor(core: Core, actor: NewActor): Promise<string> {
  return enterActor(core, HOUSE, actor, undefined);
}

async function enterActor(core: Core, caller: Caller, actor: NewActor, keySha256: string | undefined): Promise<string> {
  await checkActor(core, actor);
  const id = core.newId();
  const own = { owner: id, secret: await core.newSecret(id) };
  const words = await sealJson(core, own, { version: 1, name: actor.name });
  const organisation = actor.role === 'reporter' ? (actor.organisation ?? core.newId()) : undefined;
  await append(core, await chainOf(core, DESK), (seq) => {
    const record: ActorRecord = {
      id,
      role: actor.role,
      ...(organisation === undefined ? {} : { organisation }),
      ...(actor.agency === undefined ? {} : { agency: actor.agency }),
      addedAt: core.now().toISOString(),
      ...(keySha256 === undefined ? {} : { keySha256 }),
      seq,
    };
    return Promise.resolve({ act: 'add-actor', actorId: caller.actorId, objects: [words], put: [actorRow(record)] });
  });
  return id;
}

async function checkActor(core: Core, { role, organisation, agency }: NewActor): Promise<void> {
  // Lists are named by it, so that any other text could name somebody else's.
  if (organisation !== undefined && !UUID.test(organisation)) {
    throw new DeskError(
      'input/invalid',
      'An organisation is named by the id the desk gave it; leave it out for a new one.',
    );
  }
  if (role === 'investigator' && agency === undefined) {
    throw new DeskError('input/invalid', 'An investigator belongs to an agency: name it.');
  }
  if (agency !== undefined && (await core.ledger.row({ kind: 'agency', id: agency })) === undefined) {
    throw new DeskError('input/invalid', 'There is no such agency: add it first.');
  }
}

const HOUSE_LIST = 'house';

function actorRow(record: ActorRecord): RowDraft {
  return {
    kind: 'actor',
    id: record.id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: 'actors', sort: record.addedAt },
      ...(record.keySha256 === undefined ? [{ list: HOUSE_LIST, sort: record.role }] : []),
    ],
  };
}

/**
 * Ends an actor's key. Doing it twice is done. It stands in the list of the destroyed first, so that no older book revives it.
 * @throws DeskError access/denied, absent/actor
 */
export async function revokeActor(core: Core, caller: Caller, actorId: string): Promise<void> {
  demand(caller, 'desk:actors');
  await readActor(core, actorId);
  await core.keys.destroySecret(revocationOf(actorId));
  await recordRevoked(core, caller.actorId, actorId);
}

/** Enters in the book that an actor's key has ended. @throws DeskError absent/actor */
export async function recordRevoked(core: Core, by: string, actorId: string): Promise<void> {
  await append(core, await chainOf(core, DESK), async () => {
    const record = await readActor(core, actorId);
    const revoked = { ...record, revokedAt: record.revokedAt ?? core.now().toISOString() };
    return { act: 'revoke-actor', actorId: by, put: [actorRow(revoked)] };
  });
}

/** Whether an actor's key ended, even where the book is older than that. */
export function isRevoked(core: Core, actorId: string): Promise<boolean> {
  return core.keys.isDestroyed(revocationOf(actorId));
}

/** How a revocation stands in the list of the destroyed. */
function revocationOf(actorId: string): string {
  return `revoked:${actorId}`;
}

/** Everyone, names opened. @throws DeskError access/denied */
export async function listActors(
  core: Core,
  caller: Caller,
): Promise<(Omit<ActorRecord, 'keySha256' | 'seq'> & { name: string; hasKey: boolean })[]> {
  demand(caller, 'desk:actors');
  const all = [];
  for await (const row of rowsOf(core, 'actors')) {
    const { keySha256, seq, ...record } = row.value as unknown as ActorRecord;
    all.push({ ...record, name: await openName(core, seq), hasKey: keySha256 !== undefined });
  }
  return all;
}

/** What somebody is called, and her role. @throws DeskError ledger/failed where the book does not vouch for it */
export async function nameOf(core: Core, actorId: string): Promise<{ role: Role; name: string }> {
  const row = await core.ledger.row({ kind: 'actor', id: actorId });
  if (row === undefined || !(await isVouched(core, row)))
    throw new DeskError('ledger/failed', 'The record of an actor was altered past the desk: run watch, then restore.');
  const { role, seq } = row.value as unknown as ActorRecord;
  return { role, name: await openName(core, seq) };
}

async function openName(core: Core, seq: number): Promise<string> {
  const { stored } = await entryAt(core, DESK, seq);
  return (JSON.parse((await openSmall(core, nthObject(stored, 0))).toString('utf8')) as { name: string }).name;
}

/** @throws DeskError absent/actor */
async function readActor(core: Core, actorId: string): Promise<ActorRecord> {
  const row = await core.ledger.row({ kind: 'actor', id: actorId });
  if (row === undefined) throw new DeskError('absent/actor', 'There is no such actor.');
  return row.value as unknown as ActorRecord;
}

const KEY = /^rdk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/**
 * Who shows this key. The same answer, in the same time, whatever is wrong with it: only to whom it belongs is more looked at.
 * @throws DeskError access/unauthenticated
 */
export async function authenticate(core: Core, key: string): Promise<Caller> {
  const [, a, b, c, d, e, secret = ''] = KEY.exec(key) ?? [];
  const row = await core.ledger.row({ kind: 'actor', id: [a, b, c, d, e].join('-') });
  const record = row?.value as unknown as ActorRecord | undefined;
  const expected = Buffer.from(record?.keySha256 ?? '00'.repeat(32), 'hex');
  const isRight = sameBytes(sha256(Buffer.from(secret, 'base64url')), expected);
  if (isRight && row !== undefined && record?.keySha256 !== undefined && (await mayAct(core, row))) {
    return callerOf(record, false);
  }
  throw new DeskError('access/unauthenticated', 'Show a key of this desk that has not been revoked.');
}

/** The house's own actor of a role, as a caller. @throws DeskError absent/actor */
export async function houseCaller(core: Core, role: Role): Promise<Caller> {
  for await (const row of rowsOf(core, HOUSE_LIST)) {
    const record = row.value as unknown as ActorRecord;
    if (record.role === role && (await mayAct(core, row))) return callerOf(record, true);
  }
  throw new DeskError('absent/actor', `The house has no ${role} of its own: show a key.`);
}

/** Whether the book vouches for an actor's row, and neither it nor the list of the destroyed says that she was revoked. */
async function mayAct(core: Core, row: StoredRow): Promise<boolean> {
  if (row.value['revokedAt'] !== undefined || (await isRevoked(core, row.id))) return false;
  return isVouched(core, row);
}

function callerOf(record: ActorRecord, isHouse: boolean): Caller {
  const { id, role, organisation, agency } = record;
  return {
    actorId: id,
    role,
    isHouse,
    ...(organisation === undefined ? {} : { organisation }),
    ...(agency === undefined ? {} : { agency }),
  };
}
