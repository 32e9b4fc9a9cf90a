// Acts about the desk itself, each an entry in the desk's own chain: its founding, its keys, its backups.
import { demand, type Caller, type Role } from './access.ts';
import { addActor, addHouseActor } from './actors.ts';
import { addAgency } from './agencies.ts';
import { append, entriesOf, type Core } from './core.ts';
import { parseEntry } from './custody.ts';
import { DeskError } from './errors.ts';
import { demandPurpose } from './form.ts';
import { KEY_NAMESPACE } from './formats/message/index.ts';
import { DESK, type Json, type Place, type PublicKey, type Purpose } from './ports.ts';
import { chainOf } from './referral.ts';
import { objectKey, sealJson } from './seal.ts';
import { makeTrust } from './trust.ts';

/** The actors a new desk begins with; two supervisors, so that two persons exist. */
export const FIRST_ACTORS = ['reporter', 'investigator', 'supervisor', 'supervisor2', 'auditor', 'operator'] as const;
export type FirstActor = (typeof FIRST_ACTORS)[number];

export interface Founded {
  /** Shown this once. */
  readonly keys: Readonly<Record<FirstActor, string>>;
}

/**
 * Founds a desk on empty ports: its secret, its first entry, the agencies ncmec and europol (without keys yet), its first actors.
 * @throws DeskError state/exists when the desk was founded before
 */
export async function foundDesk(core: Core): Promise<Founded> {
  const chain = { owner: DESK, secret: await core.newSecret(DESK) };
  const trust = makeTrust(core.desk, await core.keys.publicKeys());
  await append(core, chain, () =>
    Promise.resolve({
      act: 'init',
      actorId: DESK,
      commitments: [{ label: 'fingerprint', type: 'text', value: trust.fingerprint }],
    }),
  );
  const founder: Caller = { actorId: DESK, role: 'operator', isHouse: true };
  await addAgency(core, founder, {
    id: 'ncmec',
    name: 'National Center for Missing & Exploited Children',
    country: 'US',
  });
  await addAgency(core, founder, { id: 'europol', name: 'Europol', kind: 'police' });
  const organisation = core.newId();
  const key = async (role: Role, name: string): Promise<string> => {
    const more = role === 'reporter' ? { organisation } : role === 'investigator' ? { agency: 'europol' } : {};
    return (await addActor(core, founder, { role, name, ...more })).key;
  };
  const keys = {
    reporter: await key('reporter', 'first reporter'),
    investigator: await key('investigator', 'first investigator'),
    supervisor: await key('supervisor', 'first supervisor'),
    supervisor2: await key('supervisor', 'second supervisor'),
    auditor: await key('auditor', 'first auditor'),
    operator: await key('operator', 'first operator'),
  };
  for (const role of ['reporter', 'supervisor', 'auditor', 'operator'] as const) {
    const more = role === 'reporter' ? { organisation } : {};
    await addHouseActor(core, { role, name: `${role} at the machine, without a key`, ...more });
  }
  return { keys };
}

// ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What opens one sealed object in any AWS Encryption SDK: a raw AES keyring with this namespace, name and key. */
export interface ExportedKey {
  readonly object: string;
  readonly owner: string;
  readonly keyNamespace: string;
  readonly keyName: string;
  /** 32 bytes, hex. */
  readonly key: string;
  readonly encryptionContext: { readonly owner: string; readonly object: string };
  /** Where the ciphertext lies. */
  readonly place: Place;
}

/**
 * Hands out the raw key of one object, after entering who asked and why.
 * @throws DeskError access/denied, input/missing-header (no purpose), absent/object, absent/destroyed
 */
export async function exportKey(core: Core, caller: Caller, objectId: string, purpose: string): Promise<ExportedKey> {
  demand(caller, 'object:export-key');
  demandPurpose(purpose);
  const entry = await core.ledger.entryOfObject(objectId);
  const record = entry?.objects.find(({ id }) => id === objectId);
  if (entry === undefined || record === undefined)
    throw new DeskError('absent/object', 'There is no such sealed object.');
  const chain = await chainOf(core, entry.chain);
  const words = await sealJson(core, chain, { version: 1, purpose, object: objectId });
  await append(core, chain, () =>
    Promise.resolve({
      act: 'export-key',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'purpose', type: 'text', value: [purpose, objectId] }],
    }),
  );
  const { key, context } = await objectKey(core, record);
  return {
    object: objectId,
    owner: record.owner,
    keyNamespace: KEY_NAMESPACE,
    keyName: objectId,
    key: Buffer.from(key).toString('hex'),
    encryptionContext: { ...context },
    place: record.place,
  };
}

/** Replaces a signing key; the old one signs the new one, and the desk's chain says so. @throws DeskError access/denied */
export async function rotateKey(core: Core, caller: Caller, purpose: Purpose): Promise<PublicKey> {
  demand(caller, 'desk:keys');
  const key = await core.keys.rotate(purpose, core.now());
  await enterKey(core, caller.actorId, key);
  return key;
}

/** Enters keys that were replaced by a run which was cut short before it could say so. */
export async function enterKeys(core: Core): Promise<void> {
  const later = (await core.keys.publicKeys()).filter(({ endorsement }) => endorsement !== undefined);
  if (later.length === 0) return;
  const entered = new Set<string>();
  for await (const { text } of entriesOf(core, DESK)) {
    for (const label of Object.keys(parseEntry(text).commitments)) entered.add(label);
  }
  for (const key of later) if (!entered.has(keyLabel(key))) await enterKey(core, DESK, key);
}

async function enterKey(core: Core, actorId: string, key: PublicKey): Promise<void> {
  await append(core, await chainOf(core, DESK), () =>
    Promise.resolve({
      act: 'rotate-key',
      actorId,
      commitments: [{ label: keyLabel(key), type: 'text', value: [key.purpose, key.publicKey, key.from] }],
    }),
  );
}

/** The label under which the desk's chain names a key that replaced another. */
export function keyLabel({ id }: Pick<PublicKey, 'id'>): string {
  return `key/${id}`;
}

// ── backups ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface NewBackup {
  readonly id: string;
  /** When every copy of it is to be gone; a certificate of destruction names this date. RFC 3339 UTC. */
  readonly expiresAt: string;
}

/** Enters that a copy of secrets and lookup rows exists from now on. @throws DeskError access/denied */
export async function recordBackup(core: Core, caller: Caller, backup: NewBackup): Promise<void> {
  demand(caller, 'desk:backup');
  const value: Record<string, Json> = { ...backup, madeAt: core.now().toISOString() };
  await append(core, await chainOf(core, DESK), () =>
    Promise.resolve({
      act: 'backup',
      actorId: caller.actorId,
      put: [{ kind: 'backup', id: backup.id, value, lists: [{ list: 'backups', sort: backup.expiresAt }] }],
    }),
  );
}
