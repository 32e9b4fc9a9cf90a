// For NCMEC: in the order of a CyberTipline report, and behind it what such a report has no words for.
import type { Profile } from './profile.ts';

export const ncmec: Profile = {
  name: 'ncmec',
  sections: [
    'leftOut',
    'incident',
    'times',
    'people',
    'files',
    'groups',
    'messages',
    'observations',
    'places',
    'sources',
    'handling',
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
  stressesHandling: false,
  countriesFirst: false,
  language: 'en',
  digests: ['sha256'],
  eEvidence: false,
};
