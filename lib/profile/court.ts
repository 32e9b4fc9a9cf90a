// For a court and the defence: how it was kept, checked and seen first. Without what is opinion and no evidence: the reporter's call for
// haste, gradings of source and information, and the desk's advice on what to ask for.
import type { Profile } from './profile.ts';

export const court: Profile = {
  name: 'court',
  sections: [
    'leftOut',
    'custody',
    'checking',
    'log',
    'files',
    'times',
    'incident',
    'people',
    'places',
    'handling',
    'observations',
    'groups',
    'messages',
    'sources',
    'everyMember',
    'everyMessage',
    'everyFile',
    'everyLook',
    'rest',
  ],
  leftOut: ['priority', 'evaluation', 'missing'],
  stressesHandling: false,
  countriesFirst: false,
  language: 'en',
  digests: ['sha256', 'sha512'],
  eEvidence: false,
};
