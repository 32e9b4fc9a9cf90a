// What a profile says.
import type { ProfileName } from '../../schemas/index.ts';

export interface Profile {
  readonly name: ProfileName;
  /** Of the bag's manifests; SHA-256 is always among them. */
  readonly digests: readonly ('sha256' | 'sha512')[];
  /** Whether the packet holds the manifest that goes with an answer under Regulation (EU) 2023/1543; it needs SHA-512. */
  readonly eEvidence: boolean;
}
