// Verifying a packet, the originator's consent (H2): the entry that the order names is one, for this agency, and was not ended before.
import { opens } from '../proofs/receipt.ts';
import { CASE, type Told } from './told.ts';

/** Code: packet/consent. */
export function checkConsent(told: Told): void {
  const { report, manifest } = told;
  const { consent, originatorConsent } = manifest.packet?.terms ?? {};
  if (originatorConsent !== undefined)
    report.leave(
      'consent',
      'That its originator lets it go to this agency is as stated by the supervisor who ordered it: no entry of the originator’s own says so.',
    );
  if (consent === undefined) return;
  if (!isGiven(told, consent)) report.say('packet/consent', `${CASE}: entry ${consent} is no consent to this agency`);
  else if (isEnded(told, consent)) report.say('packet/consent', `${CASE}: the consent of entry ${consent} was ended`);
  else report.note(`Its originator consented, with a key of her own: entry ${consent}.`);
}

/** It is entered for this agency, by somebody who refers. */
function isGiven({ manifest: { packet, actors }, entries, openings }: Told, seq: number): boolean {
  const [entry, opening] = [entries[seq], openings.get(`${seq}/consent`)];
  const isReporter = actors.some(({ id, role }) => id === entry?.actorId && role === 'reporter');
  return entry?.act === 'consent' && isReporter && opening !== undefined && opens(opening, 'text', packet?.agency.id);
}

/** Each end that was entered after it must be that of another consent. */
function isEnded({ entries, openings }: Told, seq: number): boolean {
  const others = entries.filter((entry) => entry.act === 'consent' && entry.seq !== seq);
  return entries.some((entry) => {
    if (entry.act !== 'end-consent' || entry.seq < seq) return false;
    const opening = openings.get(`${entry.seq}/ends`);
    return opening === undefined || !others.some((other) => opens(opening, 'text', other.seq));
  });
}
