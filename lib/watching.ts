// What the parts of watch share: what was found, what was gone over, and how a fault becomes a finding.
import type { Core } from './core.ts';
import { DeskError } from './errors.ts';

/** One thing that does not hold, or is worth knowing. */
export interface WatchFinding {
  readonly code: string;
  /** The place, by opaque ids only. */
  readonly where: string;
}

/** What was gone over. */
export interface WatchCounts {
  chains: number;
  entries: number;
  rows: number;
  objects: number;
  bytes: number;
  logEntries: number;
}

/** What going over the desk found. */
export interface Watched {
  /** What does not hold; empty when all does. */
  readonly findings: readonly WatchFinding[];
  /** How many of each were gone over. */
  readonly checked: Readonly<WatchCounts>;
  /** True things worth knowing that are no findings: vault files nothing refers to, for one. */
  readonly notes: readonly WatchFinding[];
}

export interface Watching {
  readonly core: Core;
  readonly findings: WatchFinding[];
  readonly notes: WatchFinding[];
  readonly checked: WatchCounts;
  readonly say: (code: string, where: string) => void;
  readonly onProgress: (checked: WatchCounts) => void;
  /** Vault files some entry refers to. */
  readonly referred: Set<string>;
  /** Labels of rows that the desk's own chain vouches for; that chain is gone over first. */
  readonly deskLabels: Set<string>;
}

/** chain → seq → the entry hash that the log holds. */
export type Chains = Map<string, Map<number, string>>;

/** A commitment as the newest entry of a chain that has its label carries it. */
export interface Vouch {
  readonly label: string;
  readonly seq: number;
  readonly act: string;
  readonly value: string;
}

/** What a chain, gone over from its first entry to its last, says. */
export interface ChainSeen {
  readonly chain: string;
  /** label → the newest commitment under it. */
  readonly latest: ReadonlyMap<string, Vouch>;
  readonly entries: number;
  readonly objects: number;
  /** The hash of the last entry, hex. */
  readonly head: string | undefined;
}

/** What throws while being gone over is a finding too. */
export async function guarded(watching: Watching, where: string, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    watching.say(error instanceof DeskError ? error.code : 'internal', where);
  }
}

/** Lets others have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
