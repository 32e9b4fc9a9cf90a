// Under which law a referral falls: a supervisor names the regime, and from then on the desk knows by when what must be done, what is
// missing for it and how long the referral is kept. Naming one lengthens that, never shortens it.
import type { MetRequest, RegimeRequest, RegimeShown } from '../schemas/index.ts';
import { metRequest, regimeRequest } from '../schemas/lawful.ts';
import { demandOn, type Caller } from './access.ts';
import { append, type Chain, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { chainOf, findReferral, readReferral, type ReferralRecord } from './referral.ts';
import { deadlineOf, isZone, type Counting } from './regime/deadline.ts';
import { lawOf, regimeOn, type Law } from './regime/index.ts';
import { missingFor } from './regime/missing.ts';
import { extended, metRows } from './regime/met.ts';
import { latestFloor, readRegimes, regimeRow, shownRegime, type RegimeRecord } from './regime/record.ts';
import { deleteByOf, keepUntilOf } from './regime/retention.ts';
import { sealJson } from './seal.ts';

export interface Assigned extends Taken {
  readonly regimes: readonly RegimeShown[];
}

/**
 * Names a regime that a referral falls under: every rule of it that is in force, or one rule by its name.
 * @throws DeskError absent/referral, absent/destroyed, absent/regime (no such rule, or none in force), input/invalid, input/rule (a
 *   beginning in the future), state/not-open (taken back, expired, destroyed), state/not-finished (an order to preserve what is open), state/exists (named
 *   before)
 */
export async function assignRegime(
  core: Core,
  caller: Caller,
  referralId: string,
  asked: RegimeRequest,
): Promise<Assigned> {
  demandOn(caller, 'regime:assign', await findReferral(core, referralId));
  const request = inForm(regimeRequest, asked);
  const laws = lawsFor(request, core.now().toISOString());
  const first = await readReferral(core, referralId);
  demandKept(first);
  demandFinishedFor(laws, first);
  const since = sinceOf(core, request, first);
  const counting = countingOf(request);
  const chain = await chainOf(core, referralId);
  const gaps = await gapsOf(core, chain);
  const { regime } = request;
  const said = { regime, laws: laws.map(({ id }) => id), since, ...counting };
  const words = await sealJson(core, chain, { version: 1, ...said });
  let named: RegimeRecord[] = [];
  const taken = await append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    demandKept(record);
    const place = { referral: referralId, since, at: at.toISOString(), seq };
    named = laws.map((law) => {
      const missing = missingFor(law, gaps).map(({ gap }) => gap);
      return dated({ ...place, law: law.id, regime, missing, told: {} }, record.closedAt, counting);
    });
    return {
      act: 'assign-regime',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'regime', type: 'text', value: committed(said) }],
      put: [...named.map(regimeRow), ...extended(core, record, seq, named)],
      absent: named.map(regimeRow).map(({ kind, id }) => ({ kind, id })),
    };
  });
  return { ...taken, regimes: named.map((record) => shownRegime(record, core.now().toISOString())) };
}

/** @throws DeskError absent/regime */
function lawsFor({ regime, law: id }: RegimeRequest, now: string): readonly Law[] {
  const one = id === undefined ? undefined : lawOf(id);
  const laws = id === undefined ? regimeOn(regime, now.slice(0, 10)) : one?.regime === regime ? [one] : [];
  if (laws.length > 0) return laws;
  throw new DeskError('absent/regime', 'There is no such rule of this regime, or none is in force: see "regimes".');
}

/** @throws DeskError state/not-open */
function demandKept({ state }: ReferralRecord): void {
  if (state === 'open' || state === 'finished') return;
  throw new DeskError('state/not-open', `The referral is ${state}: no law asks anything of it any more.`);
}

/** An unfinished referral is destroyed in time, whatever a rule asks for. @throws DeskError state/not-finished */
function demandFinishedFor(laws: readonly Law[], { state }: ReferralRecord): void {
  const isToKeep = laws.some(({ retention }) => retention?.least !== undefined && retention.from === 'since');
  if (state === 'open' && isToKeep)
    throw new DeskError(
      'state/not-finished',
      'What must be preserved from now on is finished first, or held by order.',
    );
}

/** When it came, where nothing else is said. @throws DeskError input/rule */
function sinceOf(core: Core, { since }: RegimeRequest, { openedAt }: ReferralRecord): string {
  if (since === undefined) return openedAt;
  const at = new Date(since);
  if (at.getTime() <= core.now().getTime() + core.settings.skewSeconds * 1000) return at.toISOString();
  throw new DeskError('input/rule', 'What a deadline begins with lies in the future.', {
    findings: [{ code: 'future', path: '/since', message: 'Write a moment that has come.' }],
  });
}

/** @throws DeskError input/invalid */
function countingOf({ zone, holidays }: RegimeRequest): Counting {
  if (zone !== undefined && !isZone(zone)) {
    throw new DeskError('input/invalid', 'There is no such time zone.', {
      findings: [{ code: 'zone', path: '/zone', message: 'Write a zone of the IANA list, such as Europe/Rome.' }],
    });
  }
  return { ...(zone === undefined ? {} : { zone }), ...(holidays === undefined ? {} : { holidays }) };
}

/** What the referral lacks as it stands. */
async function gapsOf(core: Core, chain: Chain): ReturnType<typeof readGaps> {
  const head = await core.ledger.head(chain.owner);
  return readGaps(core, chain, head?.seq ?? 0);
}

async function readGaps(core: Core, chain: Chain, last: number) {
  const { gather } = await import('./packet/gather.ts');
  const { case: held } = await gather(core, chain, last);
  return held.gaps;
}

function committed({
  regime,
  laws,
  since,
  zone,
  holidays,
}: Counting & { regime: string; laws: string[]; since: string }) {
  return [regime, laws, since, zone ?? null, [...(holidays ?? [])]];
}

/** With the dates that its law asks for, as far as they are known. */
function dated(record: RegimeRecord, closedAt: string | undefined, counting: Counting): RegimeRecord {
  const law = lawOf(record.law);
  if (law === undefined) return record; // a row of an older table
  const since = new Date(record.since);
  const begun = { since, finishedAt: closedAt === undefined ? undefined : new Date(closedAt), counting };
  const [deadline, keepUntil, deleteBy] = [
    law.clock && deadlineOf(law.clock, since, counting),
    keepUntilOf(law, begun),
    deleteByOf(law, begun),
  ].map((date) => date?.toISOString());
  return {
    ...record,
    ...(deadline === undefined ? {} : { deadline }),
    ...(keepUntil === undefined ? {} : { keepUntil }),
    ...(deleteBy === undefined ? {} : { deleteBy }),
  };
}

/**
 * What `finish` sets off: the rules named before it, with what counts from there, and until when the referral is kept: the desk's own
 * period, or what one of them asks for, whichever is longer.
 */
export async function atFinish(
  core: Core,
  referralId: string,
  closedAt: string,
  ownUntil: string,
): Promise<{ readonly rows: ReturnType<typeof regimeRow>[]; readonly keepUntil: string }> {
  const records = (await readRegimes(core, referralId)).map((record) => {
    const { deadline, deleteBy, keepUntil } = record;
    const known = { deadline, deleteBy, keepUntil };
    const again = dated(record, closedAt, {});
    return { ...again, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
  });
  const keepUntil = [ownUntil, latestFloor(records) ?? ''].sort().at(-1) ?? ownUntil;
  return { rows: records.map(regimeRow), keepUntil };
}

/**
 * Enters that what a rule asks for was done by other means.
 * @throws DeskError absent/referral, absent/destroyed, absent/regime (not named for it), state/exists (done before), input/invalid
 */
export async function meetRegime(core: Core, caller: Caller, referralId: string, asked: MetRequest): Promise<Taken> {
  demandOn(caller, 'regime:meet', await findReferral(core, referralId));
  const said = inForm(metRequest, asked);
  const chain = await chainOf(core, referralId);
  const words = await sealJson(core, chain, { version: 1, ...said });
  return append(core, chain, async (seq, at) => {
    const record = (await readRegimes(core, referralId)).find(({ law }) => law === said.law);
    if (record === undefined) throw new DeskError('absent/regime', 'This rule was not named for the referral.');
    if (record.met !== undefined) throw new DeskError('state/exists', 'What it asks for was done before.');
    return {
      act: 'meet-regime',
      actorId: caller.actorId,
      objects: [words],
      commitments: [{ label: 'met', type: 'text', value: [said.law, said.how] }],
      put: await metRows(core, referralId, [record], { at: at.toISOString(), seq, how: 'hand' }),
    };
  });
}
