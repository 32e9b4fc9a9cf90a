// Holds: while one stands, nothing of the referral may be destroyed, and its locks are kept from running out (clock.ts). A hold
// ends only by an order of its own.
import { endHoldRequest, holdRequest } from '../schemas/api.ts';
import { demandOn, type Caller } from './access.ts';
import { append, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { chainOf, findReferral, readReferral, referralRow } from './referral.ts';
import { sealJson } from './seal.ts';

export interface HoldOrder {
  readonly reason: string;
  readonly legalBasis: string;
  /** When to look at it again, RFC 3339; the hold stands until it is ended all the same. */
  readonly until?: string | undefined;
}

/** @throws DeskError absent/referral, state/not-open when destruction has been entered */
export async function orderHold(
  core: Core,
  caller: Caller,
  referralId: string,
  asked: HoldOrder,
): Promise<Taken & { holdId: string }> {
  demandOn(caller, 'hold:order', await findReferral(core, referralId));
  const order = inForm(holdRequest, asked);
  const chain = await chainOf(core, referralId);
  const holdId = core.newId();
  const words = await sealJson(core, chain, { version: 1, hold: holdId, ...order });
  const taken = await append(core, chain, async (_seq, at) => {
    const record = await readReferral(core, referralId);
    if (record.state === 'destroying' || record.state === 'destroyed') {
      throw new DeskError('state/not-open', 'The referral is being destroyed or was: a hold comes too late.');
    }
    const hold = {
      id: holdId,
      from: at.toISOString(),
      ...(order.until === undefined ? {} : { until: order.until }),
    };
    return {
      act: 'hold',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'order', type: 'text', value: [holdId, order.reason, order.legalBasis] }],
      put: [referralRow(core, { ...record, holds: [...record.holds, hold] })],
    };
  });
  return { ...taken, holdId };
}

/** @throws DeskError absent/referral, absent/hold */
export async function endHold(
  core: Core,
  caller: Caller,
  referralId: string,
  holdId: string,
  reason: string,
): Promise<Taken> {
  demandOn(caller, 'hold:end', await findReferral(core, referralId));
  inForm(endHoldRequest, { reason });
  const chain = await chainOf(core, referralId);
  const words = await sealJson(core, chain, { version: 1, hold: holdId, reason });
  return append(core, chain, async () => {
    const record = await readReferral(core, referralId);
    const holds = record.holds.filter(({ id }) => id !== holdId);
    if (holds.length === record.holds.length)
      throw new DeskError('absent/hold', 'There is no such hold on this referral.');
    return {
      act: 'end-hold',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'order', type: 'text', value: [holdId, reason] }],
      put: [referralRow(core, { ...record, holds })],
    };
  });
}
