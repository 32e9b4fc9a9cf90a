// How a packet is made for its agency: what the order said, else what is kept of the agency, else the plain form. The terms are
// sealed and committed to with the order, and stand in the case manifest.
// Always true: two packets of one referral, one order each, differ by nothing but their terms and what was ordered before them.
import * as z from 'zod';
import { LANGUAGES, PROFILES, type PacketRequest } from '../../schemas/index.ts';
import type { AgencyRecord } from '../actors.ts';
import { profileOf } from '../profile/index.ts';

/** In the case manifest and in the words of the order. */
export const packetTerms = z.strictObject({
  /** What goes into the packet and how its PDF is laid out (lib/profile). */
  profile: z.enum(PROFILES),
  /** Of the PDF's own words: BCP 47. */
  language: z.enum(LANGUAGES),
});
export type PacketTerms = z.infer<typeof packetTerms>;

/** What applies to an order. */
export function termsOf(asked: PacketRequest, agency: AgencyRecord): PacketTerms {
  const profile = asked.profile ?? agency.profile ?? 'general';
  return {
    profile,
    language: asked.language ?? agency.language ?? profileOf(profile).language,
  };
}
