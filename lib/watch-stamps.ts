// Watch, the time stamps: each still is a stamp of a checkpoint that the desk signed of its log. Who signed it is not held against the
// authorities of today, which may have changed since; whoever verifies a log does that.
import { sha256 } from './formats/canonical.ts';
import { logOrigin, openCheckpoint } from './formats/checkpoint.ts';
import type { Hash } from './formats/merkle.ts';
import { stampRecords, type StampRecord } from './stamp-record.ts';
import { breathe, guarded, type Watching } from './watching.ts';

/** @param expect the root that the log must have had at that size */
export async function watchStamps(
  watching: Watching,
  log: number,
  keys: readonly Uint8Array[],
  expect: (size: number, root: Hash) => void,
): Promise<void> {
  await guarded(watching, `stamps of log ${log}`, async () => {
    for await (const stamp of stampRecords(watching.core, log)) {
      await watchStamp(watching, stamp, keys, expect);
      await breathe();
    }
  });
}

/** Codes: stamp/checkpoint, and those of `checkTimeStamp`. */
async function watchStamp(
  { core, say }: Watching,
  { log, size, authority, checkpoint, reply, time }: StampRecord,
  keys: readonly Uint8Array[],
  expect: (size: number, root: Hash) => void,
): Promise<void> {
  const where = `stamp ${log}/${size}/${authority}`;
  const read = openCheckpoint(checkpoint, keys);
  const isOwn = read?.size === size && read.origin === logOrigin(core.desk, log);
  if (isOwn) expect(size, read.root);
  else say('stamp/checkpoint', where);
  const { checkTimeStamp } = await import('./formats/time-stamp-check.ts');
  const checked = checkTimeStamp(Buffer.from(reply, 'base64'), { digest: sha256(checkpoint) });
  const isTold = checked.time?.toISOString() === time;
  for (const code of checked.wrong) say(code, where);
  if (checked.wrong.length === 0 && !isTold) say('stamp/time', where);
}
