// The agencies the desk knows: whom packets are for, the key by which each signs its answers, and those to which its packets are
// encrypted. Always true: no private key is ever taken in.
import type { AgencyKeysRequest, AgencyKind, Language, ProfileName } from '../schemas/index.ts';
import { agencyKeysRequest, agencyRequest } from '../schemas/api.ts';
import { demand, type Caller } from './access.ts';
import { append, rowsOf, type Core, type RowDraft } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { packetKeysOf, withKeys, type PacketKey } from './packet/keys.ts';
import { DESK, type Json } from './ports.ts';
import { chainOf } from './referral.ts';
import { isVouched } from './vouch.ts';

/** Public: an agency's id is a short word (`europol`), and so are its keys. */
export interface AgencyRecord {
  readonly id: string;
  readonly name: string;
  readonly country?: string;
  readonly addedAt: string;
  /** `ed25519:<base64>`: the key by which it signs its answers. */
  readonly keys: readonly string[];
  /** Absent: not known. */
  readonly kind?: AgencyKind;
  /** How its packets are made, where an order does not say. */
  readonly profile?: ProfileName;
  readonly language?: Language;
  /** To which its packets are encrypted, at most one of each method, in the order in which one is chosen. */
  readonly packetKeys?: readonly PacketKey[];
}

export interface NewAgency {
  readonly id: string;
  readonly name: string;
  readonly country?: string | undefined;
  /** Ed25519 public key (RFC 8032), 32 bytes, base64: signs its answers. */
  readonly signingKey?: string | undefined;
  readonly kind?: AgencyKind | undefined;
  readonly profile?: ProfileName | undefined;
  readonly language?: Language | undefined;
  /** To which its packets are encrypted: of age (`age1…`, X25519). */
  readonly ageRecipient?: string | undefined;
  /** An X.509 certificate for RSA, PEM. */
  readonly certificate?: string | undefined;
  /** Armored; for a desk with a plug-in for OpenPGP. */
  readonly openpgpKey?: string | undefined;
}

/** @throws DeskError access/denied, input/invalid, state/exists */
export async function addAgency(core: Core, caller: Caller, agency: NewAgency): Promise<AgencyRecord> {
  demand(caller, 'desk:agencies');
  const { id, name, country, kind, signingKey, profile, language, ...keys } = inForm(agencyRequest, agency);
  const packetKeys = await packetKeysOf(core, keys);
  const record: AgencyRecord = {
    id,
    name,
    ...(country === undefined ? {} : { country }),
    addedAt: core.now().toISOString(),
    keys: signingKey === undefined ? [] : [`ed25519:${signingKey}`],
    ...(kind === undefined ? {} : { kind }),
    ...(profile === undefined ? {} : { profile }),
    ...(language === undefined ? {} : { language }),
    ...(packetKeys.length === 0 ? {} : { packetKeys }),
  };
  const put = [agencyRow(record)];
  await append(core, await chainOf(core, DESK), () =>
    Promise.resolve({ act: 'add-agency', actorId: caller.actorId, put, absent: [{ kind: 'agency', id }] }),
  );
  return record;
}

function agencyRow(record: AgencyRecord): RowDraft {
  const { id } = record;
  const value = record as unknown as Record<string, Json>;
  return { kind: 'agency', id, value, lists: [{ list: 'agencies', sort: id }] };
}

/**
 * Changes the keys to which an agency's packets are encrypted from now on; null takes one away, what is left out stays. A packet that
 * was ordered keeps the key it was ordered with.
 * @throws DeskError access/denied, input/invalid (no such agency, no such key)
 */
export async function changeAgencyKeys(
  core: Core,
  caller: Caller,
  id: string,
  asked: AgencyKeysRequest,
): Promise<AgencyRecord> {
  demand(caller, 'desk:agencies');
  const keys = inForm(agencyKeysRequest, asked);
  const added = await packetKeysOf(core, keys);
  let changed = await readAgency(core, id);
  await append(core, await chainOf(core, DESK), async () => {
    const { packetKeys = [], ...record } = await readAgency(core, id);
    const now = withKeys(packetKeys, keys, added);
    changed = { ...record, ...(now.length === 0 ? {} : { packetKeys: now }) };
    return { act: 'change-agency', actorId: caller.actorId, put: [agencyRow(changed)] };
  });
  return changed;
}

/** @throws DeskError input/invalid */
export async function readAgency(core: Core, id: string): Promise<AgencyRecord> {
  const row = await core.ledger.row({ kind: 'agency', id });
  if (row === undefined || !(await isVouched(core, row)))
    throw new DeskError('input/invalid', 'There is no such agency: add it first.');
  return row.value as unknown as AgencyRecord;
}

/** @throws DeskError access/denied */
export async function listAgencies(core: Core, caller: Caller): Promise<AgencyRecord[]> {
  demand(caller, 'desk:agencies');
  const all: AgencyRecord[] = [];
  for await (const row of rowsOf(core, 'agencies')) all.push(row.value as unknown as AgencyRecord);
  return all;
}
