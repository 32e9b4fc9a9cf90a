// For Europol, which tells each member state of its own: what it may do with it, then countries and groups, before all else.
import type { Profile } from './profile.ts';

export const europol: Profile = {
  name: 'europol',
  sections: [
    'leftOut',
    'handling',
    'groups',
    'places',
    'people',
    'incident',
    'times',
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
  countriesFirst: true,
  language: 'en',
  digests: ['sha256'],
  eEvidence: false,
};
