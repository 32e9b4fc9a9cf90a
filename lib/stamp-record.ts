// A time stamp of the log as the book keeps it, and a log's stamps one after another.
import { rowsOf, type Core } from './core.ts';

/** A time stamp as the book keeps it: row `stamp`, id `<log>/<size>/<authority>`. */
export interface StampRecord {
  readonly log: number;
  readonly size: number;
  /** The name of whoever stamped it, as the desk calls him. */
  readonly authority: string;
  /** The checkpoint, as a signed note; the stamp is over its SHA-256. */
  readonly checkpoint: string;
  /** The reply (TimeStampResp, DER), base64. */
  readonly reply: string;
  /** When the authority says it was; RFC 3339 UTC. */
  readonly time: string;
  /** When the desk had it. */
  readonly at: string;
}

/** The list of a log's stamps, the newest first. */
export function stampsOf(log: number): string {
  return `stamps/${log}`;
}

/** Every stamp of a log, the newest first. */
export async function* stampRecords(core: Pick<Core, 'ledger'>, log: number): AsyncGenerator<StampRecord> {
  for await (const { value } of rowsOf(core, stampsOf(log))) yield value as unknown as StampRecord;
}
