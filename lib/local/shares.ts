// Which of a stream's digests is taken where it is asked for, and which on the other core, so that neither rests for long. Decided when a stream begins.
import type { DigestName } from '../ports.ts';
import { SLOT_BYTES, SLOTS } from './ring.ts';

/** Of a file that is smaller, what the desk does for each (its entry, its keys, its commit) takes its thread longer than SHA-256. */
const FEW_BYTES = 3 * 1024 * 1024;
/** With more slots before a stream (1.5 MiB) the other core is behind. */
const MOST_BEFORE = 12;

/** What the other core has to do. */
export interface OtherCore {
  /** Whether a stream runs there. */
  readonly isBusy: boolean;
  /** Slots that it was given and has not done. */
  readonly undone: number;
}

/**
 * The digest that is kept, if any. With MD5 that is SHA-256, but of small files of which there are many at once: alone, a file is done sooner when both
 * cores share its digests. Whoever asks for MD5 without it, as verifying does, takes SHA-256 himself and has a little more to do than the other core: so
 * SHA-1 goes there now and then, of a file that begins when that core is not behind. Of one that the ring cannot even out it stays.
 * @param sizeBytes Infinity where it is not known
 */
export function keptHere(names: readonly DigestName[], sizeBytes: number, other: OtherCore): DigestName | undefined {
  if (!names.includes('md5')) return undefined;
  if (names.includes('sha256')) return sizeBytes < FEW_BYTES && other.isBusy ? undefined : 'sha256';
  const isMore = sizeBytes > SLOTS * SLOT_BYTES || other.undone > MOST_BEFORE;
  return isMore ? 'sha1' : undefined;
}
