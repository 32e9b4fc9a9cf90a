// For whoever has no profile of its own: everything, in the plain order.
import type { Profile } from './profile.ts';

export const general: Profile = { name: 'general', digests: ['sha256'], eEvidence: false };
