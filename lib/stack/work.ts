// How much each lambda may take of memory and time. What starts it, and what it may, stands in lambdas/authorities.ts.
import type { AuthorityName } from '../../lambdas/authorities.ts';

export interface Work {
  /** A whole processor comes with 1,769. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

/** The API gives an answer up after 30 seconds; a lambda ends after 15 minutes at the latest. */
const API_SECONDS = 29;
const ROUND_SECONDS = 900;

export type Deployed = AuthorityName;

export const WORK: Readonly<Record<Deployed, Work>> = {
  intake: { memoryMb: 1024, timeoutSeconds: API_SECONDS },
  reading: { memoryMb: 3008, timeoutSeconds: API_SECONDS },
  downloads: { memoryMb: 1024, timeoutSeconds: API_SECONDS },
  inspect: { memoryMb: 1769, timeoutSeconds: ROUND_SECONDS },
  packets: { memoryMb: 3008, timeoutSeconds: ROUND_SECONDS },
  log: { memoryMb: 1769, timeoutSeconds: ROUND_SECONDS },
  clock: { memoryMb: 1024, timeoutSeconds: ROUND_SECONDS },
  courier: { memoryMb: 1769, timeoutSeconds: ROUND_SECONDS },
  destroy: { memoryMb: 1024, timeoutSeconds: ROUND_SECONDS },
  watch: { memoryMb: 3008, timeoutSeconds: ROUND_SECONDS },
  rotate: { memoryMb: 512, timeoutSeconds: API_SECONDS },
  found: { memoryMb: 1024, timeoutSeconds: 300 },
  'keys-authorizer': { memoryMb: 512, timeoutSeconds: 10 },
};

export const LAMBDAS = Object.keys(WORK) as Deployed[];
