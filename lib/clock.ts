// What time alone brings about: warnings, expiry, the end of what was taken back, locks that must not run out, and the completion
// of a destruction that was cut short. Asked every so often; asking twice changes nothing.
import { append, daysAfter, type Core } from './core.ts';
import { completeDestruction, destroyUnfinished } from './destroy.ts';
import { DESK, type StoredRow } from './ports.ts';
import { chainOf, demandOpen, vaultNamesOf, readReferral, referralRow, type ReferralRecord } from './referral.ts';

export interface Ticked {
  readonly warned: number;
  readonly expired: number;
  readonly destroyed: number;
  readonly locksExtended: number;
}

const PAGE = 100;

/** Looks at every referral that is due. One that fails raises an alarm and does not stop the others. */
export async function tick(core: Core): Promise<Ticked> {
  const ticked = { warned: 0, expired: 0, destroyed: 0, locksExtended: 0 };
  const now = core.now().toISOString();
  for (let after: string | undefined; ;) {
    const page = await core.ledger.list('due', { after, limit: PAGE });
    for (const row of page.items) {
      if (dueOf(row) > now) return ticked;
      await attend(core, row.id, ticked);
    }
    if (page.next === undefined) return ticked;
    after = page.next;
  }
}

function dueOf(row: StoredRow): string {
  return row.lists.find(({ list }) => list === 'due')?.sort ?? '';
}

async function attend(
  core: Core,
  referralId: string,
  ticked: { -readonly [K in keyof Ticked]: Ticked[K] },
): Promise<void> {
  try {
    let record = await readReferral(core, referralId);
    if (record.state === 'open' && core.now() >= new Date(record.expiresAt)) {
      record = await expire(core, referralId);
      ticked.expired++;
    } else if (record.state === 'open') {
      await warn(core, referralId);
      ticked.warned++;
      return;
    }
    if (record.state === 'destroying') await completeDestruction(core, referralId);
    else if (record.state !== 'finished' && record.holds.length === 0) await destroyUnfinished(core, referralId);
    else {
      await keepLocked(core, record);
      ticked.locksExtended++;
      return;
    }
    ticked.destroyed++;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    await core.alarm({
      code,
      where: `referral ${referralId}`,
      message: 'The clock could not attend to this referral.',
    });
  }
}

async function warn(core: Core, referralId: string): Promise<void> {
  const chain = await chainOf(core, referralId);
  await append(core, chain, async () => {
    const record = await readReferral(core, referralId);
    demandOpen(record);
    const warned = { ...record, warnedAt: core.now().toISOString() };
    return { act: 'warn', actorId: DESK, put: [referralRow(core, warned)] };
  });
  await core.alarm({
    code: 'referral/expires',
    where: `referral ${referralId}`,
    message: 'An unfinished referral will be destroyed soon: its reporter should finish or retract it.',
  });
}

async function expire(core: Core, referralId: string): Promise<ReferralRecord> {
  const chain = await chainOf(core, referralId);
  let expired: ReferralRecord | undefined;
  await append(core, chain, async () => {
    const record = await readReferral(core, referralId);
    demandOpen(record);
    expired = { ...record, state: 'expired', closedAt: core.now().toISOString() };
    return { act: 'expire', actorId: DESK, put: [referralRow(core, expired)] };
  });
  return expired ?? (await readReferral(core, referralId));
}

/** Extends the locks of everything sealed for a referral that must still be kept. */
async function keepLocked(core: Core, before: ReferralRecord): Promise<void> {
  const chain = await chainOf(core, before.id);
  const until = daysAfter(core.now(), core.settings.lockDays);
  for await (const name of vaultNamesOf(core, before.id)) await core.vault.extendLock(name, until);
  await append(core, chain, async () => {
    const record = await readReferral(core, before.id);
    return {
      act: 'keep-locked',
      actorId: DESK,
      put: [referralRow(core, { ...record, lockedUntil: until.toISOString() })],
    };
  });
}
