// After a backup was put back: what the desk must enter before it goes on. It never claims a log it cannot continue, and nothing that
// was destroyed comes back.
import { append, rowsOf, type Core } from './core.ts';
import { DeskError } from './errors.ts';
import { logOrigin } from './formats/checkpoint.ts';
import { beginNewLog, integrate, readCheckpoint, rootAt } from './log.ts';
import { entryHash } from './custody.ts';
import { recordDestroyed } from './destroy.ts';
import { DESK } from './ports.ts';
import { sameBytes } from './formats/derive.ts';
import { chainOf, type ReferralRecord } from './referral.ts';
import { sealJson } from './seal.ts';

export interface Restored {
  /** `held`: the restored log holds the checkpoint. `behind`: entries were lost, and a new log was begun that names the old one. */
  readonly log: 'unchecked' | 'held' | 'behind';
  /** Referrals that were destroyed after the backup was made; they stay destroyed. */
  readonly destroyedSince: number;
}

/**
 * Enters the restoration in the desk's chain and squares book and log with what is known from elsewhere.
 * @param checkpoint the newest checkpoint of this desk that somebody kept; without one nothing is known
 * @throws DeskError proof/malformed (no checkpoint of this desk), desk/damaged (the restored log is not the checkpoint's)
 */
export async function enterRestore(core: Core, backupId: string, checkpoint?: string): Promise<Restored> {
  const log = checkpoint === undefined ? 'unchecked' : await compare(core, checkpoint);
  const chain = await chainOf(core, DESK);
  const words = await sealJson(core, chain, { version: 1, backup: backupId, checkpoint });
  const { entry, text } = await append(core, chain, () =>
    Promise.resolve({
      act: 'restore',
      actorId: DESK,
      objects: [words],
      commitments: [{ label: 'reason', type: 'text', value: [backupId, checkpoint ?? null] }],
    }),
  );
  if (log === 'behind') await beginNewLog(core, [{ chain: DESK, seq: entry.seq, hash: entryHash(text) }]);
  const destroyedSince = await settleDestroyed(core);
  await integrate(core);
  return { log, destroyedSince };
}

async function compare(core: Core, note: string): Promise<'held' | 'behind'> {
  const kept = await readCheckpoint(core, note);
  const number = kept?.origin.split('/').at(-1) ?? '';
  if (kept === undefined || kept.origin !== logOrigin(core.desk, Number(number))) {
    throw new DeskError('proof/malformed', 'This is no checkpoint signed by this desk: give one that somebody kept.');
  }
  const state = await core.ledger.logState();
  if (state === undefined || Number(number) > state.log || kept.size > state.size) return 'behind';
  if (Number(number) === state.log && !sameBytes(await rootAt(core, state, kept.size), kept.root)) {
    throw new DeskError(
      'desk/damaged',
      'The restored log is not the one this checkpoint is of: this backup was altered.',
    );
  }
  return 'held';
}

/** The list of the destroyed is newer than the book: what stands on it is entered as destroyed. */
async function settleDestroyed(core: Core): Promise<number> {
  let settled = 0;
  for await (const row of rowsOf(core, 'referrals')) {
    const record = row.value as unknown as ReferralRecord;
    if (record.state === 'destroyed' || !(await core.keys.isDestroyed(record.id))) continue;
    await recordDestroyed(core, record);
    settled++;
  }
  return settled;
}
