// What goes on while a public log is checked: where its files are read, what is known of it, what was found.
import type { Checkpoint } from '../formats/checkpoint.ts';
import type { Hash } from '../formats/merkle.ts';
import type { Trust } from '../trust.ts';
import type { Report, Verdict } from './report.ts';

/** The files of a public log: a folder, a bucket, `/v1/log` of a desk. */
export interface LogSource {
  /** A file by its path beneath the log's prefix (`1/tile/0/000`); undefined where there is none. What it throws passes through. */
  read(path: string): Promise<Uint8Array | undefined>;
}

export interface VerifyLogOptions {
  /** The desk's trust.json, had by another way; without it nobody's signature is held against anything, and the answer is not ok. */
  readonly trust?: Trust | undefined;
  /** A checkpoint of this desk, as a signed note, that was kept elsewhere: the log must have grown out of it. */
  readonly against?: string | undefined;
  /** More authorities (X.509, DER) whose time stamps are believed, beside those of trust.json. */
  readonly authorities?: readonly Uint8Array[] | undefined;
  /** How many entries of how many were gone over, log by log. */
  readonly onProgress?: ((entries: number, total: number) => void) | undefined;
}

/** A log as its checkpoint says. */
export interface LogSeen {
  /** The desk's logs count from 1; a restore that lost entries begins the next one. */
  readonly log: number;
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly root: string;
  /** What stood in it when, as authorities say (RFC 3161), the newest first; none of those that do not hold. */
  readonly stamps: readonly LogStamp[];
}

/** The first `size` entries were there at `time` (RFC 3339 UTC), give or take `accuracyMs`. */
export interface LogStamp {
  readonly size: number;
  /** As the desk calls it. */
  readonly authority: string;
  readonly time: string;
  readonly accuracyMs?: number;
}

export interface LogVerdict extends Verdict {
  readonly logs: readonly LogSeen[];
}

/** What goes on while logs are checked. */
export interface Checking {
  readonly source: LogSource;
  readonly options: VerifyLogOptions;
  readonly report: Report;
  /** Undefined where nobody's signature can be held against anything. */
  readonly keys: readonly Uint8Array[] | undefined;
  readonly desk: string;
}

/** The root a log must have had, and what it means when it had another. */
export interface Expected {
  readonly root: Hash;
  readonly code: string;
  readonly where: string;
}

/** A log whose checkpoint was read, and the roots it must have had at some sizes. */
export interface Known extends Checkpoint {
  readonly log: number;
  /** Where its files lie: empty, or `2/`. */
  readonly prefix: string;
  readonly expected: ReadonlyMap<number, readonly Expected[]>;
  readonly expect: (size: number, root: Expected) => void;
}
