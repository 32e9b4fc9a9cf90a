// What time alone brings about: warnings, expiry, the end of what was taken back, locks that must not run out, and the completion
// of a destruction that was cut short; and reminders. Asked every so often; asking twice changes nothing.
import { append, daysAfter, type Core } from './core.ts';
import { completeDestruction, destroyUnfinished } from './destroy.ts';
import { DeskError, isCode } from './errors.ts';
import { enterKeys } from './house.ts';
import { DESK, type StoredRow } from './ports.ts';
import { remindAll } from './remind.ts';
import { abortOpen, endExpired, endingRows } from './uploads/end.ts';
import { chainOf, demandOpen, vaultNamesOf, readReferral, referralRow, type ReferralRecord } from './referral.ts';

export interface Ticked {
  readonly warned: number;
  readonly expired: number;
  readonly destroyed: number;
  readonly locksExtended: number;
  /** Deadlines of laws and notices of clearance that somebody was reminded of. */
  readonly reminded: number;
  /** Slots for large files whose time was over. */
  readonly uploadsEnded: number;
}

const PAGE = 100;

/**
 * Where two authorities share the clock: `time` does all that destroys nothing, `ends` destroys what has ended and completes what was cut
 * short. `all` is both.
 */
export type Duty = 'all' | 'time' | 'ends';

/**
 * Looks at every referral that is due, as far as it is this duty's. One that fails raises an alarm and does not stop the others.
 * @throws DeskError alarm/failed, after all were looked at, when somebody could not be told
 */
export async function tick(core: Core, duty: Duty = 'all'): Promise<Ticked> {
  const ticked = { warned: 0, expired: 0, destroyed: 0, locksExtended: 0, reminded: 0, uploadsEnded: 0 };
  const unheard: unknown[] = [];
  const now = core.now().toISOString();
  for (const id of await dueBy(core, now)) {
    try {
      const done = await attend(core, id, duty);
      if (done !== undefined) ticked[done]++;
    } catch (error) {
      await tell(core, id, error).catch((cause: unknown) => unheard.push(cause));
    }
  }
  if (duty !== 'ends') {
    ticked.uploadsEnded = await endExpired(core, (error) => unheard.push(error));
    ticked.reminded = await remindAll(core, (error) => unheard.push(error));
    await enterKeys(core);
  }
  if (unheard.length > 0) {
    throw new DeskError('alarm/failed', 'Nobody could be told of a referral: mend the webhook or the command.', {
      cause: unheard[0],
    });
  }
  return ticked;
}

async function dueBy(core: Core, now: string): Promise<string[]> {
  const due: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await core.ledger.list('due', { after, limit: PAGE });
    for (const row of page.items) {
      if (dueOf(row) > now) return due;
      due.push(row.id);
    }
    if (page.next === undefined) return due;
    after = page.next;
  }
}

function dueOf(row: StoredRow): string {
  return row.lists.find(({ list }) => list === 'due')?.sort ?? '';
}

function tell(core: Core, referralId: string, error: unknown): Promise<void> {
  const code = error instanceof DeskError ? error.code : 'internal';
  return core.alarm({ code, where: `referral ${referralId}`, message: 'The clock could not attend to this referral.' });
}

type Done = Exclude<keyof Ticked, 'reminded' | 'uploadsEnded'>;

/** Does what is due, and answers what that was; undefined where it is the other duty's. */
async function attend(core: Core, referralId: string, duty: Duty): Promise<Done | undefined> {
  const record = await readReferral(core, referralId);
  if (isEnding(record)) return duty === 'time' ? undefined : end(core, record);
  if (duty === 'ends') return undefined;
  if (record.state !== 'open') return keepLocked(core, record);
  if (record.report === undefined && record.warnedAt === undefined) return warn(core, record);
  if (record.report !== undefined) await tellExpiry(core, referralId);
  const hasExpired = await expire(core, referralId);
  if (hasExpired && record.holds.length === 0 && duty === 'all') await destroyUnfinished(core, referralId);
  return 'expired';
}

/** Whether nothing is left of it to come but its end. */
function isEnding({ state, holds }: ReferralRecord): boolean {
  return state === 'destroying' || ((state === 'retracted' || state === 'expired') && holds.length === 0);
}

async function end(core: Core, { id, state }: ReferralRecord): Promise<'destroyed'> {
  await (state === 'destroying' ? completeDestruction(core, id) : destroyUnfinished(core, id));
  return 'destroyed';
}

/** Somebody is told first: a warning that nobody heard is none. Late as it may come, it leaves the same time as one in time. */
async function warn(core: Core, before: ReferralRecord): Promise<'warned'> {
  await core.alarm({
    code: 'referral/expires',
    where: `referral ${before.id}`,
    message: 'An unfinished referral will be destroyed soon: its reporter should finish or retract it.',
  });
  const chain = await chainOf(core, before.id);
  await append(core, chain, async (_seq, at) => {
    const record = await readReferral(core, before.id);
    demandOpen(record);
    const earliest = daysAfter(at, core.settings.warnDays).toISOString();
    const expiresAt = earliest > record.expiresAt ? earliest : record.expiresAt;
    const warned = { ...record, expiresAt, warnedAt: at.toISOString() };
    return { act: 'warn', actorId: DESK, put: [referralRow(core, warned)] };
  });
  return 'warned';
}

/** A CyberTipline report ends by NCMEC's clock, which nothing stretches; somebody is told before it is gone. */
async function tellExpiry(core: Core, referralId: string): Promise<void> {
  await core.alarm({
    code: 'report/expired',
    where: `referral ${referralId}`,
    message:
      'A CyberTipline report is destroyed unless it was finished this very moment: its sender must submit it again.',
  });
}

/** False when somebody went on with it at the last moment. */
async function expire(core: Core, referralId: string): Promise<boolean> {
  const chain = await chainOf(core, referralId);
  await abortOpen(core, referralId);
  const entered = append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    demandOpen(record);
    if (record.expiresAt > at.toISOString()) throw new DeskError('state/exists', 'It was given more time meanwhile.');
    const expired = { ...record, state: 'expired' as const, closedAt: at.toISOString() };
    const put = [referralRow(core, expired), ...(await endingRows(core, referralId, seq, at))];
    return { act: 'expire', actorId: DESK, put };
  });
  return entered.then(
    () => true,
    (error: unknown) => {
      if (isCode(error, 'state/exists') || isCode(error, 'state/already-finished')) return false;
      throw error;
    },
  );
}

/** Extends the locks of everything sealed for a referral that must still be kept. */
async function keepLocked(core: Core, before: ReferralRecord): Promise<'locksExtended'> {
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
  return 'locksExtended';
}
