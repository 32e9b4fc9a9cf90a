// For whoever has no profile of its own: everything, in the plain order.
import type { Profile } from './profile.ts';
import { SECTIONS } from './sections.ts';

export const general: Profile = {
  name: 'general',
  sections: SECTIONS,
  leftOut: [],
  stressesHandling: false,
  countriesFirst: false,
  language: 'en',
  digests: ['sha256'],
  eEvidence: false,
};
