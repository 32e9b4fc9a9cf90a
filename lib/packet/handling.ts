// The handling codes of a referral, enforced when a packet or a filing of it is ordered, and again when a packet is given on by a link.
// Always true: a code that nobody can be held to is no reason to let a packet go.
import type { Referral } from '../../schemas/index.ts';
import { HANDLING_CODES } from '../../schemas/codes.ts';
import type { AgencyRecord } from '../agencies.ts';
import { standingConsent } from '../consent.ts';
import type { Core } from '../core.ts';
import { DeskError, type Finding } from '../errors.ts';
import { filingsOf, firstOrder, mayBeThere } from '../filing/record.ts';
import { readReferral } from '../referral.ts';
import { packetList, packetsIn, readPacket, type PacketRecord } from './record.ts';
import type { PacketTerms } from './terms.ts';

export type HandlingCode = (typeof HANDLING_CODES)[number];

/** Each code that applies once, in the order of the codes. */
export function codesOf({ handling }: Pick<Referral, 'handling'>): HandlingCode[] {
  const said = new Set((handling?.codes ?? []).map(({ code }) => code));
  return HANDLING_CODES.filter((code) => said.has(code));
}

interface Asked {
  readonly agency: AgencyRecord;
  readonly terms: PacketTerms;
  /** Whether a packet of the referral went to another agency before. */
  readonly isOnward: boolean;
  /** Whether the consent that the terms name stands. */
  readonly isConsented: boolean;
}

/** What is in the way of each code, and what to do about it; undefined where nothing is. */
const RULES: Readonly<Record<HandlingCode, (asked: Asked) => string | undefined>> = {
  H0: ({ agency: { kind } }) =>
    kind === 'police' ? undefined : 'Police use only: give it to an agency that was added as police (--kind police).',
  H1: ({ terms: { profile } }) =>
    profile === 'court' ? 'Not before a court: order it with another profile.' : undefined,
  H2: ({ isOnward, isConsented, terms: { originatorConsent } }) =>
    isOnward && !isConsented && originatorConsent === undefined
      ? 'Not to be passed on to a second agency: let the reporter enter her consent to it, or state where it is found (originatorConsent).'
      : undefined,
  H3: ({ terms: { conditionsAccepted } }) =>
    conditionsAccepted === true
      ? undefined
      : 'Conditions apply: let the agency read them, and say that it accepts them (conditionsAccepted).',
};

/** @throws DeskError state/handling, with what to do for each code that stands in the way */
export async function demandUsable(
  core: Core,
  referral: string,
  codes: readonly HandlingCode[],
  agency: AgencyRecord,
  terms: PacketTerms,
): Promise<void> {
  if (codes.length === 0) return;
  const isOnward = codes.includes('H2') && (await wentElsewhere(core, referral, agency.id));
  const isConsented =
    terms.consent !== undefined && (await consentTo(core, referral, codes, agency.id)) === terms.consent;
  const findings = codes.flatMap((code): Finding[] => {
    const message = RULES[code]({ agency, terms, isOnward, isConsented });
    return message === undefined ? [] : [{ code, path: '/handling/codes', message }];
  });
  refuse(findings);
}

/** @throws DeskError state/handling */
function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const words = findings.map(({ code, message }) => `${code}: ${message}`).join(' ');
  throw new DeskError('state/handling', `The handling codes of the referral do not allow this. ${words}`, { findings });
}

/** The entry by which the reporter consents to this agency, where that is asked for and stands. */
export async function consentTo(
  core: Core,
  referral: string,
  codes: readonly HandlingCode[],
  to: string,
): Promise<number | undefined> {
  if (!codes.includes('H2')) return undefined;
  return standingConsent(await readReferral(core, referral), to)?.seq;
}

/** Who has the first packet, or the first filing that may be there, is whom it was handed to. */
async function wentElsewhere(core: Core, referral: string, to: string): Promise<boolean> {
  const packet = await firstPacket(core, referral);
  const filings = (await filingsOf(core, referral)).filter((each) => each.state === 'ordered' || mayBeThere(each));
  const given = [
    ...(packet === undefined ? [] : [{ seq: packet.seq, to: packet.agency }]),
    ...filings.map((each) => ({ seq: firstOrder(each).seq, to: each.to })),
  ];
  const [first] = given.toSorted((a, b) => a.seq - b.seq);
  return first !== undefined && first.to !== to;
}

/**
 * The codes held against a filing: its recipient is no police, and of packets and filings the first is whom it was handed to.
 * @returns what the order is to say of how it may be used: that conditions are accepted, the entry of the reporter's consent
 * @throws DeskError state/handling
 */
export async function demandFileable(
  core: Core,
  referral: string,
  codes: readonly HandlingCode[],
  { to, conditionsAccepted }: { readonly to: string; readonly conditionsAccepted?: true | undefined },
): Promise<FilingTerms> {
  const consent = await consentTo(core, referral, codes, to);
  const isOnward = codes.includes('H2') && (await wentElsewhere(core, referral, to));
  refuse(
    codes.flatMap((code): Finding[] => {
      const message = FILING_RULES[code]({ isOnward, isConsented: consent !== undefined, conditionsAccepted });
      return message === undefined ? [] : [{ code, path: '/handling/codes', message }];
    }),
  );
  return {
    ...(conditionsAccepted === undefined ? {} : { conditionsAccepted }),
    ...(consent === undefined ? {} : { consent }),
  };
}

/** In the order of a filing, where there is something to say. */
export interface FilingTerms {
  readonly conditionsAccepted?: true;
  readonly consent?: number;
}

const FILING_RULES: Readonly<
  Record<
    HandlingCode,
    (asked: Omit<Asked, 'agency' | 'terms'> & Pick<PacketTerms, 'conditionsAccepted'>) => string | undefined
  >
> = {
  H0: () => 'Police use only: who takes filings is no police.',
  H1: () => undefined,
  H2: ({ isOnward, isConsented }) =>
    isOnward && !isConsented ? 'Not to be passed on: let the reporter enter her consent to this recipient.' : undefined,
  H3: ({ conditionsAccepted }) =>
    conditionsAccepted === true
      ? undefined
      : 'Conditions apply, for which a filing has no place: let the recipient know them, and say that it accepts them (conditionsAccepted).',
};

/** By its place in the chain: two may be ordered in one moment. */
async function firstPacket(core: Core, referral: string): Promise<PacketRecord | undefined> {
  let first: PacketRecord | undefined;
  let after: string | undefined;
  do {
    const { items, next } = await packetsIn(core, packetList(referral), { after, limit: 100 });
    for (const item of items) if (item.state !== 'dropped' && item.seq < (first?.seq ?? Infinity)) first = item;
    after = next;
  } while (after !== undefined);
  return first === undefined ? undefined : readPacket(core, first.id);
}
