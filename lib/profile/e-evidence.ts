// For whoever asks by a European Production Order (Regulation (EU) 2023/1543): everything, with the manifest that goes with an answer.
import type { Profile } from './profile.ts';
import { SECTIONS } from './sections.ts';

export const eEvidence: Profile = {
  name: 'e-evidence',
  sections: SECTIONS,
  leftOut: [],
  stressesHandling: false,
  countriesFirst: false,
  language: 'en',
  digests: ['sha256', 'sha512'],
  eEvidence: true,
};
