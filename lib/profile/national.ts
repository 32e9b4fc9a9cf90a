// For a national unit: persons and places to go to first. Its digests are also SHA-512, which some courts' rules name.
import type { Profile } from './profile.ts';

export const national: Profile = {
  name: 'national',
  sections: [
    'leftOut',
    'people',
    'places',
    'times',
    'incident',
    'handling',
    'groups',
    'messages',
    'files',
    'observations',
    'sources',
    'missing',
    'custody',
    'log',
    'checking',
    'everyMember',
    'everyMessage',
    'everyFile',
    'everyLook',
    'rest',
  ],
  leftOut: [],
  stressesHandling: true,
  countriesFirst: false,
  language: 'en',
  digests: ['sha256', 'sha512'],
  eEvidence: false,
};
