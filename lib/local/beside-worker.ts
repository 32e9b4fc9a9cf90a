// The other core: takes digests of the streams that come through the ring, and answers each when it ends.
import { createHash, type Hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { empty, LAST, type Slot } from './ring.ts';

/** What the thread that asks hands over when it starts this one. */
export interface BesideData {
  readonly ring: SharedArrayBuffer;
}

/** Somebody waited for a free slot; or a stream's digests, hex, in the order in which their names were told. */
export type BesideAnswer = { readonly room: true } | { readonly run: number; readonly digests: readonly string[] };

const runs = new Map<number, Hash[]>();

/** A stream's first slot holds the names of its digests, with blanks between. */
function take({ run, bytes, last }: Slot): void {
  const hashes = runs.get(run);
  if (hashes === undefined)
    runs.set(
      run,
      Buffer.from(bytes)
        .toString('latin1')
        .split(' ')
        .map((name) => createHash(name)),
    );
  else for (const hash of hashes) hash.update(bytes);
  if (last === LAST.no) return;
  runs.delete(run);
  if (last === LAST.end) answer({ run, digests: hashes?.map((hash) => hash.digest('hex')) ?? [] });
}

function answer(message: BesideAnswer): void {
  parentPort?.postMessage(message);
}

empty((workerData as BesideData).ring, take, () => {
  answer({ room: true });
});
