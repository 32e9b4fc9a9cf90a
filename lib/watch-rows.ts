// Watch, rows: what the desk knows right now is what the newest entry about it vouches for, and what is gone was lawfully destroyed.
import type { ActorRecord } from './actors.ts';
import { entriesOf, rowsOf, rowValue, type Core } from './core.ts';
import { commitment, commitmentKey, parseEntry, type CommitmentType } from './custody.ts';
import { remainsRoot, type Certificate } from './destroy.ts';
import { keyLabel } from './house.ts';
import { LOOKUP_LABEL, lookupsOf } from './lookup.ts';
import { IN_PARTS_LIST, isToBeWhole, ORDERED_LIST, type PacketRecord } from './packet/record.ts';
import { DESK, type RowKind, type StoredRow } from './ports.ts';
import { findReferral, vaultNamesOf } from './referral.ts';
import { isVouched } from './vouch.ts';
import type { ChainSeen, Vouch, Watching } from './watching.ts';

/** Every row that the chain vouches for must be there, just so. */
export async function checkRows(watching: Watching, seen: ChainSeen, secret: Uint8Array): Promise<void> {
  const { chain } = seen;
  const [lookup, ...others] = await lookupRows(watching, chain);
  if (others.length > 0) watching.say('ledger/row-altered', `lookup of chain ${chain}`);
  const isDestroying = await isBeingDestroyed(watching, chain);
  for (const vouch of seen.latest.values()) {
    const { label } = vouch;
    if (!label.startsWith('row:')) continue;
    const isLookup = label === LOOKUP_LABEL;
    if (isLookup && (isDestroying || chain === DESK)) continue; // persons are gone over by their actors
    const row = isLookup ? lookup : await rowOfLabel(watching, label);
    const where = `${label.slice(4)} of chain ${chain}`;
    if (row === undefined) watching.say('ledger/row-missing', where);
    else if (!(await isAsVouched(watching, seen, secret, row, vouch))) watching.say('ledger/row-altered', where);
  }
}

async function isAsVouched(
  { core, checked, deskLabels }: Watching,
  seen: ChainSeen,
  secret: Uint8Array,
  row: StoredRow,
  vouch: Vouch,
): Promise<boolean> {
  checked.rows++;
  if (row.label !== vouch.label) return false;
  // what the desk's chain wrote last was gone over with that chain, or came since
  if (row.chain !== seen.chain) return row.chain === DESK && (deskLabels.has(row.label) || isVouched(core, row));
  if (row.seq >= seen.entries) return isVouched(core, row); // written since the chain was gone over
  return row.seq === vouch.seq && opens(secret, seen.chain, vouch, 'row', rowValue(row));
}

function opens(secret: Uint8Array, chain: string, vouch: Vouch, type: CommitmentType, value: unknown): boolean {
  const key = commitmentKey(secret, chain, vouch.seq, vouch.label);
  return commitment(key, vouch.label, type, value) === vouch.value;
}

async function lookupRows({ core }: Watching, chain: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const row of rowsOf(core, lookupsOf(chain))) rows.push(row);
  return rows;
}

function rowOfLabel({ core }: Watching, label: string): Promise<StoredRow | undefined> {
  const [, kind = '', id = ''] = /^row:([a-z]+)\/(.*)$/.exec(label) ?? [];
  return core.ledger.row({ kind: kind as RowKind, id });
}

/** A destruction that was entered but not completed has already taken the lookup rows away. */
async function isBeingDestroyed({ core }: Watching, chain: string): Promise<boolean> {
  return (await core.ledger.row({ kind: 'referral', id: chain }))?.value['state'] === 'destroying';
}

/** What is called destroyed must be; every lock must reach as far as the record says. */
export async function checkReferral({ core, say }: Watching, chain: string): Promise<void> {
  const record = await findReferral(core, chain);
  if (record === undefined) return;
  if (record.state === 'destroyed') say('destroy/secret-remains', `referral ${chain}`);
  for await (const name of vaultNamesOf(core, chain)) {
    const file = await core.vault.stat(name);
    const isShort =
      file !== undefined && file.lockedUntil.getTime() + LOCK_TOLERANCE_MS < Date.parse(record.lockedUntil);
    if (isShort) say('vault/lock', `vault file ${name}`);
  }
}

/** A record's date is taken a moment before its bytes are locked, and stores keep whole seconds. */
const LOCK_TOLERANCE_MS = 60_000;

const MAKING_MS = 3_600_000;

/**
 * What was ordered an hour ago, and stands in the log, must be made, and on a desk that was moved to where bytes are lent what was kept in parts
 * must be whole, unless its referral is being destroyed. A desk that was put back from a backup, or moved, has an hour from then.
 */
export async function checkOrders({ core, say }: Watching): Promise<void> {
  const latest = core.now().getTime() - MAKING_MS;
  const late: PacketRecord[] = [];
  for await (const { value } of rowsOf(core, ORDERED_LIST)) {
    const record = value as unknown as PacketRecord;
    const { referral, seq, orderedAt } = record;
    if (Date.parse(orderedAt) >= latest || (await core.ledger.leafIndex(referral, seq)) === undefined) continue;
    late.push(record);
  }
  for await (const { value } of rowsOf(core, IN_PARTS_LIST)) {
    const record = value as unknown as PacketRecord;
    if (isToBeWhole(core, record)) late.push(record);
  }
  const named: PacketRecord[] = [];
  for (const record of late) {
    if ((await findReferral(core, record.referral))?.state === 'finished') named.push(record);
  }
  if (named.length === 0 || (await begunHereAt(core)) >= latest) return;
  for (const { id } of named) say('packet/not-made', `packet ${id}`);
}

/** When the desk was last put back from a backup or moved, in milliseconds. */
async function begunHereAt(core: Core): Promise<number> {
  let at = 0;
  for await (const { text } of entriesOf(core, DESK)) {
    const { act, time } = parseEntry(text);
    if (act === 'restore' || act === 'move') at = Date.parse(time);
  }
  return at;
}

// ── what was destroyed ────────────────────────────────────────────────────────────────────────────────────────────────

/** A secret may be gone only with a certificate, and nothing may lead to what is gone. */
export async function checkDestroyed(watching: Watching, chain: string): Promise<void> {
  const row = await watching.core.ledger.row({ kind: 'certificate', id: chain });
  if (row === undefined) watching.say('destroy/uncertified', `referral ${chain}`);
  if ((await lookupRows(watching, chain)).length > 0) watching.say('destroy/lookup-remains', `referral ${chain}`);
}

/** A certificate must be of the very chain that is there. */
export async function checkCertificate({ core, say }: Watching, seen: ChainSeen): Promise<void> {
  const row = await core.ledger.row({ kind: 'certificate', id: seen.chain });
  if (row === undefined) return;
  const { chainHead, sealedObjects } = row.value as unknown as Certificate;
  if (chainHead !== seen.head || sealedObjects !== seen.objects) say('destroy/certificate', `referral ${seen.chain}`);
}

// ── the desk's own chain ──────────────────────────────────────────────────────────────────────────────────────────────

/** What remains of the destroyed must be what the desk vouched for when it certified their end. */
export async function checkRemains({ core, say }: Watching, seen: ChainSeen, secret: Uint8Array): Promise<void> {
  for (const vouch of seen.latest.values()) {
    const referralId = /^remains\/(.*)$/.exec(vouch.label)?.[1];
    if (referralId === undefined) continue;
    if (!opens(secret, seen.chain, vouch, 'root', await remainsRoot(core, referralId)))
      say('ledger/row-altered', `remains of referral ${referralId}`);
  }
}

/** Who signs in must be found by one row that the book vouches for, and nothing may lead to anybody else. */
export async function checkPersons(watching: Watching): Promise<void> {
  const { core, say } = watching;
  for await (const row of rowsOf(core, 'actors')) {
    const { id, signsIn, revokedAt } = row.value as unknown as ActorRecord;
    const [found, ...others] = await lookupRows(watching, id);
    const isFound = found !== undefined && found.value['actor'] === id && (await isVouched(core, found));
    const mayBeFound = signsIn === true && revokedAt === undefined;
    if (mayBeFound ? isFound && others.length === 0 : found === undefined) continue;
    if ((await core.ledger.row(row))?.seq !== row.seq) continue; // revoked meanwhile
    say(found === undefined ? 'ledger/row-missing' : 'ledger/row-altered', `lookup of actor ${id}`);
  }
}

/** Every signing key that replaced another must have been entered. */
export async function checkKeys({ core, say }: Watching, seen: ChainSeen, secret: Uint8Array): Promise<void> {
  const purposes = new Set<string>();
  for (const key of await core.keys.publicKeys()) {
    const isFirst = !purposes.has(key.purpose);
    purposes.add(key.purpose);
    if (isFirst) continue;
    const vouch = seen.latest.get(keyLabel(key));
    const isEntered =
      vouch?.act === 'rotate-key' && opens(secret, seen.chain, vouch, 'text', [key.purpose, key.publicKey, key.from]);
    if (!isEntered) say('keys/unentered', `key ${key.id}`);
  }
}
