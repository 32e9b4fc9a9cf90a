// The first checkpoint of the log that covers an entry: what a packet carries, so that the same order carries the same one for ever; and
// the time stamps that were given of it so far.
import type { Core } from '../core.ts';
import type { LogState } from '../ports.ts';
import { stampRecords, type StampRecord } from '../stamp-record.ts';

export interface Place {
  readonly state: LogState;
  /** The entry's place in that log. */
  readonly index: number;
}

export interface Covering extends Place {
  /** Of just that checkpoint, in the order of the authorities' names. */
  readonly stamps: readonly StampRecord[];
}

const PAGE = 50;

/** Undefined while the entry waits to be taken in. */
export async function checkpointCovering(core: Core, chain: string, seq: number): Promise<Place | undefined> {
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

/** The stamps of a checkpoint that the desk has by now. */
export async function stampsOfCheckpoint(core: Core, { log, size, checkpoint }: LogState): Promise<StampRecord[]> {
  const found: StampRecord[] = [];
  for await (const stamp of stampRecords(core, log)) {
    if (stamp.size < size) break; // the newest come first
    if (stamp.checkpoint === checkpoint) found.push(stamp);
  }
  return found.toSorted((a, b) => (a.authority < b.authority ? -1 : 1));
}
