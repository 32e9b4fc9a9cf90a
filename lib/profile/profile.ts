// What a profile says.
import type { ProfileName } from '../../schemas/index.ts';

export interface Profile {
  readonly name: ProfileName;
}
