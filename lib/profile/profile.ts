// What a profile says.
import type { Language, ProfileName } from '../../schemas/index.ts';
import type { SectionName } from './sections.ts';

/** What a PDF may be without, each for a reason that the cover gives with it. Nothing else of a referral is ever left out. */
export const OMISSIONS = ['priority', 'evaluation', 'missing'] as const;
export type Omission = (typeof OMISSIONS)[number];

export interface Profile {
  readonly name: ProfileName;
  /** The sections of the PDF in their order, each once. Only one that `leftOut` names may be wanting. */
  readonly sections: readonly SectionName[];
  /** What is not in the PDF; the cover names it, and it stands in the packet's other files. */
  readonly leftOut: readonly Omission[];
  /** Whether the cover says in bold what the handling codes mean. Every page names them, whatever the profile. */
  readonly stressesHandling: boolean;
  /** Whether the countries of all groups stand before the groups. */
  readonly countriesFirst: boolean;
  /** Of the PDF's own words, where neither the order nor the agency names one. */
  readonly language: Language;
  /** Of the bag's manifests; SHA-256 is always among them. */
  readonly digests: readonly ('sha256' | 'sha512')[];
  /** Whether the packet holds the manifest that goes with an answer under Regulation (EU) 2023/1543; it needs SHA-512. */
  readonly eEvidence: boolean;
}
