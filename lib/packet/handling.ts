// The handling codes of a referral, enforced when a packet of it is ordered, and again when one is given on by a link.
// Always true: a code that nobody can be held to is no reason to let a packet go.
import { HANDLING_CODES, type Referral } from '../../schemas/index.ts';
import type { AgencyRecord } from '../agencies.ts';
import { standingConsent } from '../consent.ts';
import type { Core } from '../core.ts';
import { DeskError, type Finding } from '../errors.ts';
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

/** The agency of the first packet is the one it was handed to. */
async function wentElsewhere(core: Core, referral: string, agency: string): Promise<boolean> {
  const first = await firstPacket(core, referral);
  return first !== undefined && first.agency !== agency;
}

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
