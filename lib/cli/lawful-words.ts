// What the law asks of a referral and what cleared it, in words for `status` and `regime`.
import type { RegimeShown } from '../../schemas/index.ts';
import type { ReferralStatus } from '../status.ts';

type Lawful = Pick<ReferralStatus, 'regimes' | 'conflicts' | 'clearances' | 'consents' | 'packets'>;

export function lawfulWords({ regimes, conflicts, clearances = [], consents = [], packets }: Lawful): string[] {
  return [
    ...clearances.map(
      ({ finding, about, at, withdrawn }) =>
        `  ${withdrawn === undefined ? 'CLEARED  ' : 'WITHDRAWN'}   ${at}: ${finding}, ${about === 'referral' ? 'the whole referral' : 'a person or file in it'}`,
    ),
    ...consents.map(({ to, at, endedAt }) => {
      return `  may go to   ${to}, by its reporter’s word of ${at}${endedAt === undefined ? '' : `; ended ${endedAt}`}`;
    }),
    ...regimes.flatMap((each) => [...regimeWords(each), ...packetWords(each, packets)]),
    ...conflicts.map(({ keeps, deletes }) => `  conflict    ${keeps} keeps it longer than ${deletes} allows: decide`),
  ];
}

export function regimeWords(shown: RegimeShown): string[] {
  const { regime, law, standing, deadline, met, missing, keepUntil, deleteBy } = shown;
  const until = deadline === undefined ? 'without delay' : `before ${deadline}`;
  const done = met === undefined ? '' : `, ${met.at} by ${BY[met.how]}`;
  return [
    `  ${regime.padEnd(12)}${law}: ${standing}${done} (${until})`,
    ...(missing.length === 0 ? [] : [`    missing: ${missing.join(', ')}`]),
    ...(keepUntil === undefined ? [] : [`    kept at least until ${keepUntil}`]),
    ...(deleteBy === undefined ? [] : [`    kept no longer than ${deleteBy}`]),
  ];
}

const BY = { packet: 'a packet', filing: 'a filing', hand: 'hand' } as const;

function packetWords({ regime }: RegimeShown, packets: Lawful['packets']): string[] {
  return packets
    .filter((packet) => packet.regime === regime)
    .map(({ packetId, agency, state }) => `    packet ${packetId} for ${agency}, ${state}`);
}
