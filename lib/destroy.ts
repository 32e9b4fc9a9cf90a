// The lawful end: entry, then secret, then certificate. When the secret is gone, every sealed byte of the referral is noise
// wherever a copy lies; the chain stays and still verifies. A destruction cut short is finished by the clock.
import { destructionRequest } from '../schemas/api.ts';
import { demandOn, type Caller } from './access.ts';
import { append, entriesOf, rowsOf, rowValue, type Core, type RowDraft, type Taken } from './core.ts';
import { entryHash, parseEntry } from './custody.ts';
import { DeskError, isCode } from './errors.ts';
import { inForm } from './form.ts';
import { canonicalBytes, sha256 } from './formats/canonical.ts';
import { leafHash, rootOf } from './formats/merkle.ts';
import { filingList, filingRow, filingsOf } from './filing/record.ts';
import { lookupKeysOf } from './lookup.ts';
import { noticeList, noticesOf, readNotice } from './notice.ts';
import { packetList, packetRow, type PacketRecord } from './packet/record.ts';
import { DESK, type Json } from './ports.ts';
import { chainOf, findReferral, readReferral, referralRow, type ReferralRecord } from './referral.ts';
import { nextReminder, regimeList, regimeRow, regimesOf } from './regime/record.ts';
import { sealJson } from './seal.ts';
import { signNamed } from './sign.ts';
import { endingRows } from './uploads/end.ts';
import { uploadList } from './uploads/record.ts';

export interface DestructionRequest {
  readonly reason: string;
  readonly legalBasis: string;
}

/** What remains of a destroyed referral, signed with the packets key. Opaque ids, times and counts only. */
export interface Certificate {
  readonly version: 1;
  readonly desk: string;
  readonly referralId: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly destroyedAt: string;
  /** SHA-256 of the last entry of its chain, hex. */
  readonly chainHead: string;
  /** How many sealed objects can no longer be opened. */
  readonly sealedObjects: number;
  /** Reads, exports of keys and releases of packets before: copies that may exist outside the desk. */
  readonly copies: readonly {
    readonly act: string;
    readonly seq: number;
    readonly time: string;
    readonly actorId: string;
  }[];
  /** Backups of secrets and lookup rows known to the desk, and when each is to be gone. */
  readonly backups: readonly { readonly id: string; readonly madeAt: string; readonly expiresAt: string }[];
  readonly keyId: string;
  /** Ed25519 over `referral-desk/certificate/1\n` and the SHA-256 of the canonical JSON of all the fields above, base64. */
  readonly signature: string;
}

/**
 * Asks for the destruction of a finished referral; another person must approve it.
 * @throws DeskError state/retained, state/held, state/not-open (not finished, or asked for already), access/denied (no person)
 */
export async function requestDestruction(
  core: Core,
  caller: Caller,
  referralId: string,
  request: DestructionRequest,
): Promise<Taken & { destructionId: string }> {
  demandOn(caller, 'destruction:request', await findReferral(core, referralId));
  demandPerson(caller);
  inForm(destructionRequest, request);
  const chain = await chainOf(core, referralId);
  const id = core.newId();
  const words = await sealJson(core, chain, { version: 1, destruction: id, ...request });
  const taken = await append(core, chain, async (_seq, at) => {
    const record = await readReferral(core, referralId);
    demandEnded(core, record);
    if (record.destruction !== undefined)
      throw new DeskError('state/exists', 'Destruction was asked for already: approve that.');
    const destruction = { id, requestedBy: caller.actorId, requestedAt: at.toISOString() };
    return {
      act: 'request-destruction',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'request', type: 'text', value: [id, request.reason, request.legalBasis] }],
      put: [referralRow(core, { ...record, destruction })],
    };
  });
  return { ...taken, destructionId: id };
}

/**
 * Approves a destruction and carries it out.
 * @throws DeskError access/same-person, absent/destruction, state/retained, state/held
 */
export async function approveDestruction(
  core: Core,
  caller: Caller,
  referralId: string,
  destructionId: string,
): Promise<Certificate> {
  demandOn(caller, 'destruction:approve', await findReferral(core, referralId));
  demandPerson(caller);
  const before = await readReferral(core, referralId);
  if (before.destruction?.id !== destructionId) {
    throw new DeskError('absent/destruction', 'No destruction of this name was asked for on this referral.');
  }
  if (before.destruction.requestedBy === caller.actorId) {
    throw new DeskError('access/same-person', 'Another person than the one who asked must approve.');
  }
  if (before.state === 'finished') {
    await enterDestruction(core, referralId, caller.actorId, async (record) => {
      await demandNoFiling(core, referralId);
      await demandNoNotice(core, referralId);
      demandEnded(core, record);
    });
  }
  return completeDestruction(core, referralId);
}

/** Whoever sits at the machine without a key of her own is no particular person, so she can be neither of the two. */
function demandPerson(caller: Caller): void {
  if (caller.isHouse)
    throw new DeskError('access/denied', 'Destruction takes two persons, each with a key of her own: pass --key.');
}

function demandEnded(core: Core, record: ReferralRecord): void {
  if (record.state !== 'finished') {
    throw new DeskError(
      'state/not-open',
      `The referral is ${record.state}: only a finished one is destroyed on request.`,
    );
  }
  demandNotHeld(record);
  if (record.keepUntil === undefined || core.now() < new Date(record.keepUntil)) {
    throw new DeskError(
      'state/retained',
      "It is kept until its retention ends, a law's or the desk's own period: see keepUntil in its status.",
    );
  }
}

/** What is being filed may just be arriving: nobody could tell afterwards. @throws DeskError state/held */
async function demandNoFiling(core: Core, referralId: string): Promise<void> {
  const isUnderWay = (await filingsOf(core, referralId)).some(
    ({ state, step }) => state === 'ordered' && step !== undefined,
  );
  if (isUnderWay) throw new DeskError('state/held', 'It is being filed: wait until that has ended, see its status.');
}

/** What a notice says dies with the referral: who has not heard of it yet never would. @throws DeskError state/held */
async function demandNoNotice(core: Core, referralId: string): Promise<void> {
  const notices = await Promise.all((await noticesOf(core, referralId)).map(({ id }) => readNotice(core, id)));
  if (notices.some(({ acknowledged }) => acknowledged === undefined))
    throw new DeskError('state/held', 'A notice of clearance is not acknowledged: see "notices", and tell them first.');
}

function demandNotHeld(record: ReferralRecord): void {
  if (record.holds.length > 0)
    throw new DeskError('state/held', 'A hold stands on the referral: it must be ended first.');
}

/** Destroys what was retracted or has expired; nobody needs to approve. Holds stand. @throws DeskError state/held */
export async function destroyUnfinished(core: Core, referralId: string): Promise<Certificate> {
  await enterDestruction(core, referralId, DESK, demandNotHeld);
  return completeDestruction(core, referralId);
}

/** From this entry on the referral cannot be found by its sender's key, and its end is decided. */
async function enterDestruction(
  core: Core,
  referralId: string,
  actorId: string,
  demandAllowed: (record: ReferralRecord) => void | Promise<void>,
): Promise<void> {
  const chain = await chainOf(core, referralId);
  const lookups = await lookupKeysOf(core, referralId);
  const entered = append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    await demandAllowed(record);
    const rest = [...(await dropped(core, referralId)), ...(await endingRows(core, referralId, seq, at))];
    const put = [referralRow(core, { ...record, state: 'destroying' }), ...rest];
    return { act: 'destroy', actorId, put, remove: lookups };
  });
  await entered.catch((error: unknown) => {
    if (!isCode(error, 'absent/destroyed')) throw error; // decided by another at the same moment: carried out all the same
  });
}

/** What was ordered and is not made, or not filed, yet never will be. */
async function dropped(core: Core, referralId: string): Promise<RowDraft[]> {
  const rows: RowDraft[] = [];
  for await (const { value } of rowsOf(core, packetList(referralId))) {
    const record = value as unknown as PacketRecord;
    if (record.state === 'ordered') rows.push(packetRow({ ...record, state: 'dropped' }));
  }
  for (const record of await filingsOf(core, referralId))
    if (record.state === 'ordered') rows.push(filingRow({ ...record, state: 'dropped' }));
  for (const record of await regimesOf(core, referralId))
    if (nextReminder(record) !== undefined) rows.push(regimeRow({ ...record, isOver: true }));
  return rows;
}

/** Destroys the secret and certifies it. Done twice, it is done: the first certificate is answered again. */
export async function completeDestruction(core: Core, referralId: string): Promise<Certificate> {
  const record = await readReferral(core, referralId);
  if (record.state !== 'destroying') return storedCertificate(core, referralId);
  await core.keys.destroySecret(referralId);
  return recordDestroyed(core, record);
}

/**
 * Enters in the desk's chain that a referral's secret is gone, with the certificate, and vouches anew for the rows that no secret
 * vouches for any more. Of two that come at once, both are answered the certificate of the first.
 */
export async function recordDestroyed(core: Core, record: ReferralRecord): Promise<Certificate> {
  const certificate = await certify(core, record);
  const lookups = await lookupKeysOf(core, record.id); // gone already, unless a backup brought them back
  const destroyed = { ...record, state: 'destroyed' as const, destroyedAt: certificate.destroyedAt };
  const remains = { label: remainsLabel(record.id), type: 'root' as const, value: await remainsRoot(core, record.id) };
  const desk = await chainOf(core, DESK);
  try {
    await append(core, desk, () =>
      Promise.resolve({
        act: 'certify',
        actorId: DESK,
        commitments: [remains],
        put: [referralRow(core, destroyed), certificateRow(certificate)],
        remove: lookups,
        absent: [{ kind: 'certificate', id: record.id }],
      }),
    );
    return certificate;
  } catch (error) {
    if (isCode(error, 'state/exists')) return storedCertificate(core, record.id);
    throw error;
  }
}

/** The label under which the desk's chain vouches for what rows remain of a destroyed referral. */
export function remainsLabel(referralId: string): string {
  return `remains/${referralId}`;
}

/** The RFC 6962 root over the attachment, declared, packet, filing, regime, notice and upload rows of a referral, in the order of their lists, hex. */
export async function remainsRoot(core: Core, referralId: string): Promise<string> {
  const leaves: Buffer[] = [];
  for (const list of [
    `attachments/${referralId}`,
    `declared/${referralId}`,
    packetList(referralId),
    filingList(referralId),
    regimeList(referralId),
    noticeList(referralId),
    uploadList(referralId),
  ]) {
    for await (const row of rowsOf(core, list)) leaves.push(leafHash(canonicalBytes(rowValue(row))));
  }
  return rootOf(leaves).toString('hex');
}

/** Acts after which a copy may lie outside the desk. */
const COPYING: ReadonlySet<string> = new Set(['read', 'export-key', 'release', 'order-filing']);

async function certify(core: Core, record: ReferralRecord): Promise<Certificate> {
  const copies: Certificate['copies'][number][] = [];
  let sealedObjects = 0;
  let chainHead = '';
  let approvedBy: string = DESK;
  for await (const stored of entriesOf(core, record.id)) {
    const { act, seq, time, actorId } = parseEntry(stored.text);
    if (COPYING.has(act)) copies.push({ act, seq, time, actorId });
    if (act === 'destroy') approvedBy = actorId;
    sealedObjects += stored.objects.length;
    chainHead = entryHash(stored.text);
  }
  const backups: Certificate['backups'][number][] = [];
  for await (const row of rowsOf(core, 'backups')) backups.push(row.value as unknown as Certificate['backups'][number]);
  const unsigned = {
    version: 1 as const,
    desk: core.desk,
    referralId: record.id,
    requestedBy: record.destruction?.requestedBy ?? DESK,
    approvedBy,
    destroyedAt: core.now().toISOString(),
    chainHead,
    sealedObjects,
    copies,
    backups,
  };
  const { keyId, signature } = await signNamed(core, 'packets', (keyId) => certificateMessage({ ...unsigned, keyId }));
  return { ...unsigned, keyId, signature };
}

/** The bytes a certificate's signature is over. */
export function certificateMessage(unsigned: Omit<Certificate, 'signature'>): Buffer {
  return Buffer.concat([Buffer.from('referral-desk/certificate/1\n', 'utf8'), sha256(canonicalBytes(unsigned))]);
}

function certificateRow(certificate: Certificate): RowDraft {
  return { kind: 'certificate', id: certificate.referralId, value: certificate as unknown as Record<string, Json> };
}

/** The certificate of a referral that was destroyed. @throws DeskError absent/referral, absent/destruction */
export async function certificateOf(core: Core, caller: Caller, referralId: string): Promise<Certificate> {
  demandOn(caller, 'custody:read', await findReferral(core, referralId));
  return storedCertificate(core, referralId);
}

async function storedCertificate(core: Core, referralId: string): Promise<Certificate> {
  const row = await core.ledger.row({ kind: 'certificate', id: referralId });
  if (row === undefined) throw new DeskError('absent/destruction', 'This referral was not destroyed.');
  return row.value as unknown as Certificate;
}
