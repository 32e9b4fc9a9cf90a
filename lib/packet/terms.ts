// How a packet is made for its agency: what the order said, else what is kept of the agency, else the plain form. The terms are
// sealed and committed to with the order, and stand in the case manifest.
// Always true: two packets of one referral, one order each, differ by nothing but their terms and what was ordered before them.
import * as z from 'zod';
import { ENCRYPTIONS, LANGUAGES, PROFILES, type PacketRequest } from '../../schemas/index.ts';
import type { AgencyRecord } from '../agencies.ts';
import type { PacketKey } from './keys.ts';

/** In the case manifest and in the words of the order. */
export const packetTerms = z.strictObject({
  /** What goes into the packet and how its PDF is laid out (lib/profile). */
  profile: z.enum(PROFILES),
  /** Of the PDF's own words: BCP 47. */
  language: z.enum(LANGUAGES),
  /** To which key of its agency it is encrypted, by the key's fingerprint. */
  encryption: z.union([z.literal('none'), z.strictObject({ method: z.enum(ENCRYPTIONS), recipient: z.string() })]),
});
export type PacketTerms = z.infer<typeof packetTerms>;
export type Encryption = PacketTerms['encryption'];

/** What applies to an order. */
export function termsOf(asked: PacketRequest, agency: AgencyRecord, encryption: Encryption): PacketTerms {
  return {
    profile: asked.profile ?? agency.profile ?? 'general',
    language: asked.language ?? agency.language ?? 'en',
    encryption,
  };
}

/** How the terms name a key. */
export function encryptionTo(key: PacketKey | undefined): Encryption {
  return key === undefined ? 'none' : { method: key.method, recipient: key.fingerprint };
}
