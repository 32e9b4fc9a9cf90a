// The originator's consent that a referral goes on to somebody else than it was handed to (handling code H2), and its end.
// Always true: only the reporter's own people enter either, each with a key of her own; why stays sealed.
import type { ConsentRequest } from '../schemas/index.ts';
import { consentRequest } from '../schemas/lawful.ts';
import { demandOn, type Caller } from './access.ts';
import { readAgency } from './agencies.ts';
import { append, type Core, type Taken } from './core.ts';
import { DeskError } from './errors.ts';
import { inForm } from './form.ts';
import { chainOf, findReferral, readReferral, referralRow, type Consent, type ReferralRecord } from './referral.ts';
import { sealJson } from './seal.ts';

const MOST_CONSENTS = 100;

/**
 * Enters that the reporter lets a referral go to an agency, or to a recipient of filings; or, with `end`, that she does so no longer: then
 * nothing more is ordered for it and no link made; what is ordered stands.
 * @throws DeskError absent/referral, absent/destroyed, input/invalid (the form, somebody the desk does not know, no consent to end),
 *   state/exists (it stands already), state/not-open (taken back, or being destroyed), state/too-many
 */
export async function consent(core: Core, caller: Caller, referralId: string, asked: ConsentRequest): Promise<Taken> {
  demandOn(caller, 'referral:consent', await findReferral(core, referralId));
  const { to, reason, end = false } = inForm(consentRequest, asked);
  if (core.recipients?.some(({ name }) => name === to) !== true) await readAgency(core, to);
  const chain = await chainOf(core, referralId);
  const ends = end ? demandStanding(await readReferral(core, referralId), to).seq : undefined;
  const said = ends === undefined ? { to } : { ends };
  const words = await sealJson(core, chain, { version: 1, ...said, reason });
  return append(core, chain, async (seq, at) => {
    const record = await readReferral(core, referralId);
    demandTaken(record);
    const now = at.toISOString();
    const consents = ends === undefined ? given(record, { to, at: now, seq }) : ended(record, to, ends, now);
    return {
      act: ends === undefined ? 'consent' : 'end-consent',
      actorId: caller.actorId,
      objects: [words],
      commitments: [
        ends === undefined
          ? { label: 'consent', type: 'text', value: to }
          : { label: 'ends', type: 'text', value: ends },
        { label: 'reason', type: 'text', value: reason },
      ],
      put: [referralRow(core, { ...record, consents })],
    };
  });
}

/** The consent to this agency or recipient that was given and not ended. */
export function standingConsent({ consents = [] }: Pick<ReferralRecord, 'consents'>, to: string): Consent | undefined {
  return consents.find((each) => each.to === to && each.endedAt === undefined);
}

/** @throws DeskError state/not-open */
function demandTaken({ state }: ReferralRecord): void {
  if (state === 'open' || state === 'finished') return;
  throw new DeskError('state/not-open', 'The referral was taken back, or is being destroyed: it goes to nobody.');
}

/** @throws DeskError state/exists, state/too-many */
function given(record: ReferralRecord, one: Consent): Consent[] {
  const { consents = [] } = record;
  if (standingConsent(record, one.to) !== undefined)
    throw new DeskError('state/exists', 'This consent was entered before, and stands.');
  if (consents.length >= MOST_CONSENTS) throw new DeskError('state/too-many', 'Too many consents on one referral.');
  return [...consents, one];
}

/** @throws DeskError input/invalid */
function ended(record: ReferralRecord, to: string, seq: number, endedAt: string): Consent[] {
  demandStanding(record, to, seq);
  return (record.consents ?? []).map((each) => (each.seq === seq ? { ...each, endedAt } : each));
}

/** @param seq where it must be just this one. @throws DeskError input/invalid */
function demandStanding(record: ReferralRecord, to: string, seq?: number): Consent {
  const standing = standingConsent(record, to);
  if (standing !== undefined && (seq === undefined || standing.seq === seq)) return standing;
  throw new DeskError('input/invalid', 'There is no consent to this agency that could be ended.', {
    findings: [{ code: 'absent', path: '/to', message: 'Name whom it was given for; "status" shows it.' }],
  });
}
