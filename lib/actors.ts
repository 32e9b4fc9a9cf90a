// The directory: who may act, and for whom. Names are sealed under the actor's own secret; the book
// holds roles, opaque ids and the SHA-256 of keys. A key is shown once and can be revoked, never read again. A person
// who signs in with an issuer has no key: what her tokens call her is sealed with her name, and she is found by a lookup row.
import { randomBytes } from 'node:crypto';
import type { SignIn } from '../schemas/index.ts';
import { signIn as signInForm } from '../schemas/api.ts';
import { UUID } from '../schemas/uuid.ts';
import { demand, type Caller, type Role } from './access.ts';
import { append, entryAt, rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { sha256Hex } from './formats/canonical.ts';
import { lookupKey, lookupKeysOf, lookupRow } from './lookup.ts';
import { DESK, type Json, type RowKey } from './ports.ts';
import { chainOf } from './referral.ts';
import { sealJson } from './seal.ts';
import { isVouched } from './vouch.ts';
import { wordsOf } from './words.ts';

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
  /** SHA-256 of the key's secret half, hex; absent on the house's own actors, and on persons, who have no key. */
  readonly keySha256?: string;
  /** She signs in with an issuer. */
  readonly signsIn?: true;
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
  const actorId = await enterActor(core, caller, actor, { keySha256: sha256Hex(secret) });
  return { actorId, key: `rdk_${actorId.replaceAll('-', '')}_${secret.toString('base64url')}` };
}

/**
 * Adds a person who signs in with an OpenID Connect issuer: she acts by its tokens, and has no key.
 * @throws DeskError as addActor; input/invalid (an issuer that is no https address, no subject), input/not-unicode; state/exists (she may act already)
 */
export async function addPerson(
  core: Core,
  caller: Caller,
  actor: NewActor,
  signIn: SignIn,
): Promise<{ actorId: string }> {
  demand(caller, 'desk:actors');
  const lookup = await personLookup(core, inForm(signInForm, signIn));
  if ((await core.ledger.row(lookup)) !== undefined)
    throw new DeskError('state/exists', 'This person may act already: revoke that actor before you add her anew.');
  return { actorId: await enterActor(core, caller, actor, { signIn, lookup }) };
}

/** The row by which a person is found. */
export function personLookup(core: Pick<Core, 'keys'>, { issuer, subject }: SignIn): Promise<RowKey> {
  return lookupKey(core, ['person', issuer, subject]);
}

/** The house's own actor of a role: who acts when somebody at the machine shows no key. */
export async function addHouseActor(core: Core, actor: NewActor): Promise<string> {
  return enterActor(core, HOUSE, actor, {});
}

/** By what an actor is known: her key, or her tokens; of the house's own, nothing. */
interface Known {
  readonly keySha256?: string;
  readonly signIn?: SignIn;
  readonly lookup?: RowKey;
}

async function enterActor(core: Core, caller: Caller, actor: NewActor, known: Known): Promise<string> {
  await checkActor(core, actor);
  const id = core.newId();
  const { keySha256, signIn, lookup } = known;
  const own = { owner: id, secret: await core.newSecret(id) };
  const words = await sealJson(core, own, { version: 1, name: actor.name, signIn });
  const organisation = actor.role === 'reporter' ? (actor.organisation ?? core.newId()) : undefined;
  await append(core, await chainOf(core, DESK), (seq) => {
    const record: ActorRecord = {
      id,
      role: actor.role,
      ...(organisation === undefined ? {} : { organisation }),
      ...(actor.agency === undefined ? {} : { agency: actor.agency }),
      addedAt: core.now().toISOString(),
      ...(keySha256 === undefined ? {} : { keySha256 }),
      ...(lookup === undefined ? {} : { signsIn: true }),
      seq,
    };
    const found = lookup === undefined ? [] : [lookup];
    return Promise.resolve({
      act: 'add-actor',
      actorId: caller.actorId,
      objects: [words],
      put: [actorRow(record), ...found.map((key) => lookupRow(key, id, { actor: id }))],
      absent: found,
    });
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

/** The actors that are known by nothing. */
export const HOUSE_LIST = 'house';

function actorRow(record: ActorRecord): RowDraft {
  return {
    kind: 'actor',
    id: record.id,
    value: record as unknown as Record<string, Json>,
    lists: [
      { list: 'actors', sort: record.addedAt },
      ...(isOfHouse(record) ? [{ list: HOUSE_LIST, sort: record.role }] : []),
    ],
  };
}

/** Known by nothing: who acts when nobody shows who she is. */
function isOfHouse({ keySha256, signsIn }: ActorRecord): boolean {
  return keySha256 === undefined && signsIn === undefined;
}

/**
 * Ends an actor's key, or what her tokens let her do. Doing it twice is done. It stands in the list of the destroyed first, so that no older book revives it.
 * @throws DeskError access/denied, absent/actor
 */
export async function revokeActor(core: Core, caller: Caller, actorId: string): Promise<void> {
  demand(caller, 'desk:actors');
  await readActor(core, actorId);
  await markRevoked(core, actorId);
  await recordRevoked(core, caller.actorId, actorId);
}

/** Enters in the book that an actor has been revoked, and takes away what leads to her. @throws DeskError absent/actor */
export async function recordRevoked(core: Core, by: string, actorId: string): Promise<void> {
  await append(core, await chainOf(core, DESK), async () => {
    const record = await readActor(core, actorId);
    const revoked = { ...record, revokedAt: record.revokedAt ?? core.now().toISOString() };
    const lookups = await lookupKeysOf(core, actorId);
    return { act: 'revoke-actor', actorId: by, put: [actorRow(revoked)], remove: lookups };
  });
}

/** Puts an actor in the list of the destroyed, which no older book undoes. Again is fine. */
export function markRevoked(core: Core, actorId: string): Promise<void> {
  return core.keys.destroySecret(revocationOf(actorId));
}

/** Whether an actor was revoked, even where the book is older than that. */
export function isRevoked(core: Core, actorId: string): Promise<boolean> {
  return core.keys.isDestroyed(revocationOf(actorId));
}

/** How a revocation stands in the list of the destroyed. */
function revocationOf(actorId: string): string {
  return `revoked:${actorId}`;
}

/** An actor as the operator sees her. */
export interface ActorShown extends Omit<ActorRecord, 'keySha256' | 'signsIn' | 'seq'> {
  readonly name: string;
  readonly hasKey: boolean;
  /** Of a person. */
  readonly signIn?: SignIn;
}

/** Everyone, names opened. @throws DeskError access/denied */
export async function listActors(core: Core, caller: Caller): Promise<ActorShown[]> {
  demand(caller, 'desk:actors');
  const all = [];
  for await (const row of rowsOf(core, 'actors')) {
    const { keySha256, signsIn, seq, ...record } = row.value as unknown as ActorRecord;
    const { name, signIn } = await openWords(core, seq);
    const shown = { ...record, name, hasKey: keySha256 !== undefined };
    all.push(signsIn === undefined || signIn === undefined ? shown : { ...shown, signIn });
  }
  return all;
}

/** What somebody is called, and her role. @throws DeskError ledger/failed where the book does not vouch for it */
export async function nameOf(core: Core, actorId: string): Promise<{ role: Role; name: string }> {
  const row = await core.ledger.row({ kind: 'actor', id: actorId });
  if (row === undefined || !(await isVouched(core, row)))
    throw new DeskError('ledger/failed', 'The record of an actor was altered past the desk: run watch, then restore.');
  const { role, seq } = row.value as unknown as ActorRecord;
  return { role, name: (await openWords(core, seq)).name };
}

/** What is sealed beside the entry that added an actor. */
export async function openWords(core: Core, seq: number): Promise<{ readonly name: string; readonly signIn?: SignIn }> {
  const { stored } = await entryAt(core, DESK, seq);
  return wordsOf(core, stored);
}

/** @throws DeskError absent/actor */
async function readActor(core: Core, actorId: string): Promise<ActorRecord> {
  const row = await core.ledger.row({ kind: 'actor', id: actorId });
  if (row === undefined) throw new DeskError('absent/actor', 'There is no such actor.');
  return row.value as unknown as ActorRecord;
}
