// How a packet is made for its agency: what the order said, else what is kept of the agency, else the plain form. The terms are
// sealed and committed to with the order, and stand in the case manifest.
// Always true: two packets of one referral, one order each, differ by nothing but their terms and what was ordered before them.
import * as z from 'zod';
import type { PacketRequest, ProfileName } from '../../schemas/index.ts';
import { ENCRYPTIONS, LANGUAGES, PACKET_ROLES, PROFILES, REGIMES } from '../../schemas/codes.ts';
import type { AgencyRecord } from '../agencies.ts';
import { profileOf } from '../profile/index.ts';
import type { PacketKey } from './keys.ts';

/** In the case manifest and in the words of the order. */
export const packetTerms = z.strictObject({
  /** What goes into the packet and how its PDF is laid out (lib/profile). */
  profile: z.enum(PROFILES),
  /** Of the PDF's own words: BCP 47. */
  language: z.enum(LANGUAGES),
  /** For which regime it was ordered, where for one (lib/regime). */
  regime: z.optional(z.enum(REGIMES)),
  /** For triage nothing in it names a victim, and the files themselves are not in it. */
  role: z.enum(PACKET_ROLES),
  /** Absent: all is shown. `files` are attachments in the order of exhibits, `leaveOut` JSON pointers, sorted. */
  selection: z.optional(
    z.strictObject({ files: z.optional(z.array(z.string())), leaveOut: z.optional(z.array(z.string())) }),
  ),
  /** Said on behalf of the agency (handling code H3). */
  conditionsAccepted: z.optional(z.literal(true)),
  /** The entry by which the reporter herself consented to this agency (handling code H2). */
  consent: z.optional(z.int().nonnegative()),
  /** Where her consent to a second agency is found, as stated by the supervisor. */
  originatorConsent: z.optional(z.string()),
  /** To which key of its agency it is encrypted, by the key's fingerprint. */
  encryption: z.union([z.literal('none'), z.strictObject({ method: z.enum(ENCRYPTIONS), recipient: z.string() })]),
});
export type PacketTerms = z.infer<typeof packetTerms>;
export type Encryption = PacketTerms['encryption'];
export type Selection = NonNullable<PacketTerms['selection']>;

/** Whether a packet shows a part of its referral only, and proves that the part belongs to the whole. */
export function isPart({ role, selection }: Pick<PacketTerms, 'role' | 'selection'>): boolean {
  return role === 'triage' || selection !== undefined;
}

/**
 * What applies to an order.
 * @param more what it selects, in the desk's own names (select-order.ts), the profile that its regime asks for, and the entry of the
 *   reporter's own consent
 */
export function termsOf(
  asked: PacketRequest,
  agency: AgencyRecord,
  encryption: Encryption,
  more: {
    readonly selection?: Selection | undefined;
    readonly lawful?: ProfileName | undefined;
    readonly consent?: number | undefined;
  } = {},
): PacketTerms {
  const { selection, lawful, consent } = more;
  const profile = asked.profile ?? lawful ?? agency.profile ?? 'general';
  return {
    profile,
    language: asked.language ?? agency.language ?? profileOf(profile).language,
    ...(asked.regime === undefined ? {} : { regime: asked.regime }),
    role: asked.role ?? 'investigation',
    ...(selection === undefined ? {} : { selection }),
    ...(asked.conditionsAccepted === undefined ? {} : { conditionsAccepted: asked.conditionsAccepted }),
    ...(consent === undefined ? {} : { consent }),
    ...(asked.originatorConsent === undefined ? {} : { originatorConsent: asked.originatorConsent }),
    encryption,
  };
}

/** How the terms name a key. */
export function encryptionTo(key: PacketKey | undefined): Encryption {
  return key === undefined ? 'none' : { method: key.method, recipient: key.fingerprint };
}
