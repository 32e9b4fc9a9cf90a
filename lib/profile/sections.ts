// The sections of the PDF by name, in the plain order. A profile may put them in another one (lib/profile/profile.ts).

export const SECTIONS = [
  'leftOut', // only where the packet shows a part of its referral
  'incident',
  'times',
  'people',
  'places',
  'handling',
  'observations',
  'groups',
  'messages',
  'files',
  'sources',
  'custody',
  'log',
  'checking',
  'missing',
  'everyMember',
  'everyMessage',
  'everyFile',
  'everyLook',
  'rest',
] as const;
export type SectionName = (typeof SECTIONS)[number];
