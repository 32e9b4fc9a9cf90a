// After a backup was put back: what the desk must enter before it goes on. It never claims a log it cannot continue, and nothing that
// was destroyed comes back.
import { isRevoked, recordRevoked } from './actors.ts';
import { append, rowsOf, type Core } from './core.ts';
import { entryHash } from './custody.ts';
import { recordDestroyed } from './destroy.ts';
import { DeskError } from './errors.ts';
import { canonical } from './formats/canonical.ts';
import { logOrigin, openCheckpoint } from './formats/checkpoint.ts';
import { sameBytes } from './formats/derive.ts';
import { beginNewLog, integrate, rootAt } from './log.ts';
import { settleFilings } from './filing/restored.ts';
import type { PacketRecord } from './packet/record.ts';
import { DESK, PURPOSES, type LogState } from './ports.ts';
import { chainOf, findReferral, type ReferralRecord } from './referral.ts';
import { enterEndOfLinks } from './links.ts';
import { sealJson } from './seal.ts';
import { checkTrust, logKeys, makeTrust, type Trust } from './trust.ts';
import { isVouched } from './vouch.ts';

export interface Restored {
  /** `held`: the restored log holds the checkpoint. `behind`: entries were lost, and a new log was begun that names the old one. */
  readonly log: 'unchecked' | 'held' | 'behind';
  /** Referrals that were destroyed after the backup was made; they stay destroyed. */
  readonly destroyedSince: number;
  /** Actors whose keys were revoked after the backup was made; they stay revoked. */
  readonly revokedSince: number;
  /** Filings that were under way; all are given up, since some may have been delivered after the backup was made. */
  readonly filingsStopped: number;
  /** Links that could still be used; all are ended, since some may have been used after the backup was made. */
  readonly linksEnded: number;
}

/** What somebody kept of the desk elsewhere. */
export interface Kept {
  /** The newest checkpoint, as a signed note; without one nothing is known of what came after the backup. */
  readonly checkpoint?: string | undefined;
  /** The newest trust.json: a checkpoint may be signed by a log key that is younger than the backup. */
  readonly trust?: Trust | undefined;
}

/**
 * Enters the restoration in the desk's chain and squares book and log with what is known from elsewhere.
 * @throws DeskError proof/malformed (no checkpoint or trust.json of this desk), desk/damaged (the restored log is not the
 *   checkpoint's); then nothing was entered
 */
export async function enterRestore(core: Core, backupId: string, { checkpoint, trust }: Kept = {}): Promise<Restored> {
  const log = checkpoint === undefined ? 'unchecked' : await compare(core, checkpoint, trust);
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
  const revokedSince = await settleRevoked(core);
  const linksEnded = await settleLinks(core);
  const filingsStopped = await settleFilings(core);
  await integrate(core);
  return { log, destroyedSince, revokedSince, linksEnded, filingsStopped };
}

async function compare(core: Core, note: string, trust: Trust | undefined): Promise<'held' | 'behind'> {
  const kept = openCheckpoint(note, await knownLogKeys(core, trust));
  const log = Number(kept?.origin.split('/').at(-1));
  if (kept === undefined || kept.origin !== logOrigin(core.desk, log)) throw unknownCheckpoint(trust);
  const state = await core.ledger.logState();
  if (state === undefined || !(await reaches(core, state, log, kept.size))) return 'behind';
  if (!sameBytes(await rootAt(core, { ...state, log, size: kept.size }, kept.size), kept.root)) {
    throw new DeskError(
      'desk/damaged',
      'The restored log is not the one this checkpoint is of: this backup was altered.',
    );
  }
  return 'held';
}

/** Whether one of the desk's logs has that many leaves. An older log ended wherever the next one was begun. */
async function reaches(core: Core, state: LogState, log: number, size: number): Promise<boolean> {
  if (log === state.log) return size <= state.size;
  return log < state.log && (size === 0 || (await core.ledger.leaves(log, size - 1, 1)).length > 0);
}

async function knownLogKeys(core: Core, trust: Trust | undefined): Promise<Uint8Array[]> {
  const own = makeTrust(core.desk, await core.keys.publicKeys());
  if (trust === undefined) return logKeys(own);
  if (trust.desk !== own.desk || checkTrust(trust).length > 0 || firstKeys(trust) !== firstKeys(own)) {
    throw new DeskError('proof/malformed', 'This trust.json does not speak for this desk: give its newest one.');
  }
  return [...logKeys(own), ...logKeys(trust)];
}

/** What every later key goes back to. */
function firstKeys({ keys }: Trust): string {
  return canonical(PURPOSES.map((purpose) => keys.find((key) => key.purpose === purpose)?.publicKey ?? null));
}

function unknownCheckpoint(trust: Trust | undefined): DeskError {
  const more =
    trust === undefined
      ? ' If the key of the log was replaced after the backup was made, give the newest trust.json too: pass --trust.'
      : '';
  return new DeskError(
    'proof/malformed',
    `This is no checkpoint signed by a known key of this desk: give one that somebody kept.${more}`,
  );
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

/** So are its revocations: what stands there is entered as revoked. */
async function settleRevoked(core: Core): Promise<number> {
  let settled = 0;
  for await (const { id, value } of rowsOf(core, 'actors')) {
    if (value['revokedAt'] !== undefined || !(await isRevoked(core, id))) continue;
    await recordRevoked(core, DESK, id);
    settled++;
  }
  return settled;
}

/** Nobody can tell which links were used since the backup: none works again. A row that was altered leads nowhere by itself. */
async function settleLinks(core: Core): Promise<number> {
  let settled = 0;
  for await (const row of rowsOf(core, 'packets')) {
    const record = row.value as unknown as PacketRecord;
    const state = (await findReferral(core, record.referral))?.state;
    const isGone = state === 'destroying' || state === 'destroyed';
    if (isGone || !(await isVouched(core, row))) continue;
    settled += await enterEndOfLinks(core, DESK, record);
  }
  return settled;
}
