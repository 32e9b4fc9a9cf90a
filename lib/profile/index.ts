// Profiles: what an agency's packets hold and how their PDF is laid out, one file each. Adding one is adding its file, its name in
// schemas/codes.ts and its line here.
import type { ProfileName } from '../../schemas/index.ts';
import { court } from './court.ts';
import { eEvidence } from './e-evidence.ts';
import { europol } from './europol.ts';
import { general } from './general.ts';
import { national } from './national.ts';
import { ncmec } from './ncmec.ts';
import type { Profile } from './profile.ts';

export { OMISSIONS, type Omission, type Profile } from './profile.ts';
export { SECTIONS, type SectionName } from './sections.ts';

const PROFILE: Readonly<Record<ProfileName, Profile>> = {
  general,
  europol,
  ncmec,
  national,
  court,
  'e-evidence': eEvidence,
};

export function profileOf(name: ProfileName): Profile {
  return PROFILE[name];
}
