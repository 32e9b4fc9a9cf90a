// A copy of a desk's folder that harm is done to, and what watch finds in it then.
import { DatabaseSync } from 'node:sqlite';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WatchFinding } from '../../lib/index.ts';
import { openLocalDesk } from '../../lib/local/open.ts';
import type { TestDesk } from '../material.ts';

/** The desk must be closed. */
export async function watchHarmed(
  desk: Pick<TestDesk, 'dir' | 'clock'>,
  harm: (ledger: DatabaseSync) => void,
  against?: string,
): Promise<readonly WatchFinding[]> {
  const dir = mkdtempSync(join(tmpdir(), 'referral-desk-harmed-'));
  execFileSync('cp', ['-a', `${desk.dir}/.`, dir]);
  try {
    inLedger(dir, harm);
    const local = await openLocalDesk({ dir, now: desk.clock.now });
    try {
      return (await local.desk.watch({ against })).findings;
    } finally {
      await local.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function inLedger(dir: string, work: (ledger: DatabaseSync) => void): void {
  const ledger = new DatabaseSync(join(dir, 'ledger.db'));
  work(ledger);
  ledger.close();
}

/** One bit of the bytes in the middle of a stored value. */
export function flipBit(bytes: Uint8Array): Buffer {
  const flipped = Buffer.from(bytes);
  const middle = Math.floor(flipped.length / 2);
  flipped[middle] = (flipped[middle] ?? 0) ^ 1;
  return flipped;
}
