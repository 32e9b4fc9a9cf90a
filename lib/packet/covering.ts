// The first checkpoint of the log that covers an entry: what a packet carries, so that the same order carries the same one for ever.
import type { Core } from '../core.ts';
import type { LogState } from '../ports.ts';

export interface Covering {
  readonly state: LogState;
  /** The entry's place in that log. */
  readonly index: number;
}

const PAGE = 50;

/** Undefined while the entry waits to be taken in. */
export async function checkpointCovering(core: Core, chain: string, seq: number): Promise<Covering | undefined> {
  const index = await core.ledger.leafIndex(chain, seq);
  if (index === undefined) return undefined;
  let first: LogState | undefined;
  let after: string | undefined;
  do {
    const page = await core.ledger.checkpoints({ after, limit: PAGE });
    for (const state of page.items) {
      const covers = state.size > index && (first === undefined || state.log === first.log);
      if (!covers) return first === undefined ? undefined : { state: first, index };
      first = state;
    }
    after = page.next;
  } while (after !== undefined);
  return first === undefined ? undefined : { state: first, index };
}
