// What the desk says of a referral without opening anything: its state, its dates, which attachments have arrived. And its custody,
// in a form that anyone can check without the desk.
import * as z from 'zod';
import { demand, demandOn, type Caller } from './access.ts';
import { entriesOf, rowsOf, type Core } from './core.ts';
import { entryHash } from './custody.ts';
import { declaredOf } from './declared.ts';
import { DeskError } from './errors.ts';
import { pageLimit } from './form.ts';
import { proveConsistency, proveInclusion } from './log.ts';
import { filingsOf } from './filing/record.ts';
import { shownFiling, type FilingShown } from './filing/shown.ts';
import type { Failures } from './packet/failures.ts';
import { packetList, shownAnswers, type PacketRecord, type PacketShown } from './packet/record.ts';
import type { Page } from './ports.ts';
import { conflictsOf, regimesOf, shownRegime } from './regime/record.ts';
import type { RegimeShown } from '../schemas/index.ts';
import {
  absentReferral,
  attachmentsOf,
  findReferral,
  readReferral,
  type ReferralRecord,
  type ReferralState,
} from './referral.ts';
import { unprovedOf } from './uploads/record.ts';

/** Whether an attachment has arrived. */
export interface AttachmentStatus {
  readonly id: string;
  /** `missing`: declared and not received; `unproved`: sent directly, and not looked at by the desk yet. */
  readonly state: 'sealed' | 'missing' | 'unproved';
  /** Its place among the referral's `attachments`, or null when the referral does not declare it. */
  readonly declared: number | null;
  readonly sizeBytes?: number;
  /** RFC 3339 UTC. */
  readonly sealedAt?: string;
}

/** What the desk says of a referral: its record, and what it consists of. */
export interface ReferralStatus extends Omit<ReferralRecord, 'id'> {
  readonly referralId: string;
  readonly attachments: readonly AttachmentStatus[];
  /** The chain as it stands: how many entries, and the SHA-256 of the last, hex. */
  readonly custody: { readonly entries: number; readonly head: string };
  /** What was packed for agencies, and what they answered. */
  readonly packets: readonly Pick<PacketShown, 'packetId' | 'agency' | 'state' | 'regime' | 'orderedAt' | 'answers'>[];
  /** Under which rules of law it falls, and how that stands. */
  readonly regimes: readonly RegimeShown[];
  /** Rules that contradict each other. */
  readonly conflicts: readonly { readonly keeps: string; readonly deletes: string }[];
  /** With whom it was filed, and how that stands. */
  readonly filings: readonly FilingShown[];
}

/** @param failures why filings did not get through so far. @throws DeskError absent/referral */
export async function statusOf(
  core: Core,
  failures: Pick<Failures, 'of'>,
  caller: Caller,
  referralId: string,
): Promise<ReferralStatus> {
  demandOn(caller, 'referral:state', await findReferral(core, referralId));
  const { id, ...record } = await readReferral(core, referralId);
  const declared = await declaredOf(core, id);
  const unproved = new Map((await unprovedOf(core, id)).map((slot) => [slot.attachment, slot])); // first: what is proved meanwhile is found below
  const arrived = new Map((await attachmentsOf(core, id)).map((record) => [record.attachment, record]));
  const isDeclared = new Set(declared.map((each) => each.id));
  const others = [...new Set([...arrived.keys(), ...unproved.keys()])].filter((each) => !isDeclared.has(each));
  const head = await core.ledger.head(id);
  if (head === undefined) throw absentReferral();
  const statusOfOne = (attachment: string, n: number | null): AttachmentStatus => {
    const [found, slot] = [arrived.get(attachment), unproved.get(attachment)];
    if (found === undefined && slot !== undefined)
      return { id: attachment, state: 'unproved', declared: n, sizeBytes: slot.sizeBytes };
    if (found === undefined) return { id: attachment, state: 'missing', declared: n };
    return { id: attachment, state: 'sealed', declared: n, sizeBytes: found.sizeBytes, sealedAt: found.sealedAt };
  };
  return {
    referralId: id,
    ...record,
    attachments: [
      ...declared.map((each, n) => statusOfOne(each.id, n)),
      ...others.map((attachment) => statusOfOne(attachment, null)),
    ],
    custody: { entries: head.seq + 1, head: entryHash(head.text) },
    packets: await packetsOf(core, id),
    ...(await lawsOf(core, id)),
    filings: (await filingsOf(core, id)).map((record) => shownFiling(record, failures)),
  };
}

async function lawsOf(core: Core, referral: string): Promise<Pick<ReferralStatus, 'regimes' | 'conflicts'>> {
  const records = await regimesOf(core, referral);
  const now = core.now().toISOString();
  return { regimes: records.map((record) => shownRegime(record, now)), conflicts: conflictsOf(records) };
}

async function packetsOf(core: Core, referral: string): Promise<ReferralStatus['packets']> {
  const packets: ReferralStatus['packets'][number][] = [];
  for await (const { value } of rowsOf(core, packetList(referral))) {
    const record = value as unknown as PacketRecord;
    const { id, agency, state, regime, orderedAt } = record;
    const named = regime === undefined ? {} : { regime };
    packets.push({ packetId: id, agency, state, ...named, orderedAt, answers: shownAnswers(record) });
  }
  return packets;
}

/** Which page of which referrals. */
export interface ListRequest {
  /** Only those in this state. */
  readonly state?: ReferralState | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** 1 to 200; 50 without one. */
  readonly limit?: number | undefined;
}

/** A page of referrals, oldest first: a reporter's own, or everyone's for those who may see them. @throws DeskError access/denied */
export async function listReferrals(core: Core, caller: Caller, request: ListRequest): Promise<Page<ReferralRecord>> {
  demand(caller, 'referral:list');
  const { state, after } = request;
  const limit = pageLimit(request.limit);
  const page = await core.ledger.list(listFor(caller, state), { after, limit });
  const items = page.items.map(({ value }) => value as unknown as ReferralRecord);
  return { items, ...(page.next === undefined ? {} : { next: page.next }) };
}

function listFor(caller: Caller, state: ReferralState | undefined): string {
  const suffix = state === undefined ? '' : `/${state}`;
  if (caller.role === 'reporter') return `reporter/${caller.organisation ?? ''}${suffix}`;
  return state === undefined ? 'referrals' : `state${suffix}`;
}

// ── custody, to be checked by anyone ──────────────────────────────────────────────────────────────────────────────────

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** Exported custody, version 1. */
export const custodySchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  chain: z.string(),
  /** The chained parts, word for word. */
  entries: z.array(z.string()),
  /** The log's signed head (C2SP tlog-checkpoint), where there is one. */
  checkpoint: z.optional(z.string()),
  /** The newest entry that stands in that checkpoint; it vouches for all before it, being chained. */
  inclusion: z.optional(z.strictObject({ seq: z.int(), index: z.int(), hashes: z.array(base64) })),
  /** That the checkpoint's log grew out of an earlier one of `size` leaves, where that was asked for. */
  consistency: z.optional(z.strictObject({ size: z.int(), hashes: z.array(base64) })),
});
/** Exported custody: a chain and its proof in the log (RFC 6962; hashes in base64). */
export type Custody = z.infer<typeof custodySchema>;

/**
 * The chain of a referral with its proof in the log.
 * @param since prove also that the log grew out of the one that had this many leaves
 * @throws DeskError absent/referral, input/invalid (the log is not that large)
 */
export async function exportCustody(core: Core, caller: Caller, referralId: string, since?: number): Promise<Custody> {
  demandOn(caller, 'custody:read', await findReferral(core, referralId));
  return custodyOf(core, referralId, since);
}

/** The desk's own chain. @throws DeskError access/denied */
export async function exportDeskCustody(core: Core, caller: Caller, since?: number): Promise<Custody> {
  demand(caller, 'desk:watch');
  return custodyOf(core, 'desk', since);
}

async function custodyOf(core: Core, chain: string, since?: number): Promise<Custody> {
  const entries: string[] = [];
  for await (const { text } of entriesOf(core, chain)) entries.push(text);
  const custody = { version: 1 as const, desk: core.desk, chain, entries };
  const state = await core.ledger.logState();
  if (state === undefined) return custody;
  for (let seq = entries.length - 1; seq >= 0; seq--) {
    const inclusion = await proveInclusion(core, state, chain, seq);
    if (inclusion === undefined) continue;
    return {
      ...custody,
      checkpoint: state.checkpoint,
      inclusion: { ...inclusion, hashes: [...inclusion.hashes] },
      ...(since === undefined ? {} : { consistency: await consistencySince(core, state, since) }),
    };
  }
  return { ...custody, checkpoint: state.checkpoint };
}

async function consistencySince(
  core: Core,
  state: { log: number; size: number; checkpoint: string },
  size: number,
): Promise<{ size: number; hashes: string[] }> {
  if (!Number.isSafeInteger(size) || size < 0 || size > state.size) {
    throw new DeskError('input/invalid', 'The log is not that large yet.');
  }
  return { size, hashes: await proveConsistency(core, state, size) };
}
