// RFC 3161 time stamps over the log's checkpoints: from then on nobody, the desk included, can say that what the log holds is younger. One that
// cannot be had is asked for again later; neither intake nor the log ever waits for it.
import { randomBytes } from 'node:crypto';
import { append, entryAt, rowsOf, type Core } from './core.ts';
import { DeskError, isCode } from './errors.ts';
import { sha256 } from './formats/canonical.ts';
import { DESK, type LogState, type TimeStamper } from './ports.ts';
import { checkpointCovering } from './packet/covering.ts';
import { ORDERED_LIST, type PacketRecord } from './packet/record.ts';
import { chainOf } from './referral.ts';
import { stampsOf, type StampRecord } from './stamp-record.ts';

export interface Stamped {
  /** How many stamps were taken. */
  readonly taken: number;
  /** How many could not be had; they are asked for again. */
  readonly failed: number;
}

const MOST_BYTES = 64 * 1024;
const NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/**
 * Asks each authority for a stamp of the checkpoints that ordered packets will carry, and of the newest one, where the log has grown by more
 * than stamps since the last one and that is long enough ago. What it remembers is only of whom it was told that he gives none.
 */
export function stamping(core: Core): () => Promise<Stamped> {
  const silent = new Set<string>();
  return async () => {
    let [taken, failed] = [0, 0];
    for (const stamper of core.stamps ?? []) {
      try {
        for (const state of await dueOf(core, stamper)) {
          await takeStamp(core, state, stamper);
          silent.delete(stamper.name);
          taken++;
        }
      } catch (error) {
        if (!(error instanceof DeskError) || !error.code.startsWith('stamp/')) throw error;
        failed++;
        if (!silent.has(stamper.name)) await tell(core, stamper, error);
        silent.add(stamper.name);
      }
    }
    return { taken, failed };
  };
}

/** What an authority is to stamp now, the older first: what packets wait for, and the newest checkpoint when that is due. */
async function dueOf(core: Core, stamper: TimeStamper): Promise<LogState[]> {
  const state = await core.ledger.logState();
  if (state === undefined) return [];
  const waited = await waitedFor(core, state, stamper);
  const isThere = waited.some(({ size }) => size === state.size);
  return !isThere && (await isDue(core, state, stamper)) ? [...waited, state] : waited;
}

/**
 * The checkpoints that ordered packets will carry, as far as they are no older than what was stamped already: the stamps of a log grow with
 * it, so that who has read the list reads only its end again.
 */
async function waitedFor(core: Core, { log }: LogState, { name }: TimeStamper): Promise<LogState[]> {
  const [newest] = (await core.ledger.list(stampsOf(log), { limit: 1 })).items;
  const from = (newest?.value as unknown as StampRecord | undefined)?.size ?? 0;
  const due = new Map<number, LogState>();
  for await (const { value } of rowsOf(core, ORDERED_LIST)) {
    const { referral, seq } = value as unknown as PacketRecord;
    const state = (await checkpointCovering(core, referral, seq))?.state;
    if (state === undefined || state.log !== log || state.size < from) continue;
    const row = await core.ledger.row({ kind: 'stamp', id: `${log}/${state.size}/${name}` });
    if (row === undefined) due.set(state.size, state);
  }
  return [...due.values()].sort((a, b) => a.size - b.size);
}

async function isDue(core: Core, { log, size }: LogState, { name }: TimeStamper): Promise<boolean> {
  const [newest] = (await core.ledger.list(`${stampsOf(log)}/${name}`, { limit: 1 })).items;
  if (newest === undefined) return size > 0;
  const last = newest.value as unknown as StampRecord;
  const next = Date.parse(last.at) + core.settings.stampEveryMinutes * 60_000;
  return core.now().getTime() >= next && hasNews(core, log, last.size, size);
}

/** Whether anything but stamps came into the log since: else each stamp would ask for the next. */
async function hasNews(core: Core, log: number, from: number, to: number): Promise<boolean> {
  for (let at = from; at < to; at += 256) {
    for (const { chain, seq } of await core.ledger.leaves(log, at, Math.min(256, to - at))) {
      if (chain !== DESK || (await entryAt(core, chain, seq)).entry.act !== 'stamp') return true;
    }
  }
  return false;
}

/** Bytes first, book second: a stamp that was given and not entered is asked for again. @throws DeskError stamp/failed, stamp/refused */
async function takeStamp(core: Core, { log, size, checkpoint }: LogState, stamper: TimeStamper): Promise<void> {
  const { name, authorities } = stamper;
  if (!NAME.test(name)) throw new DeskError('stamp/failed', 'The name of an authority is none: a-z, 0-9, - and dots.');
  const { stampRequest } = await import('./formats/time-stamp.ts');
  const { checkTimeStamp } = await import('./formats/time-stamp-check.ts');
  const digest = sha256(checkpoint);
  const nonce = BigInt(`0x${randomBytes(8).toString('hex')}`);
  const reply = await stamper.stamp(stampRequest(digest, nonce));
  const { wrong, time } =
    reply.length > MOST_BYTES ? { wrong: [] } : checkTimeStamp(reply, { digest, nonce, authorities });
  if (wrong.length > 0 || time === undefined) {
    throw new DeskError(
      'stamp/refused',
      `What the authority answered is no stamp of this checkpoint (${wrong.join(', ')}).`,
    );
  }
  const value = {
    log,
    size,
    authority: name,
    checkpoint,
    reply: Buffer.from(reply).toString('base64'),
    time: time.toISOString(),
  };
  await enter(core, value);
}

async function enter(core: Core, stamp: Omit<StampRecord, 'at'>): Promise<void> {
  const { log, size, authority } = stamp;
  const key = { kind: 'stamp', id: `${log}/${size}/${authority}` } as const;
  const sort = String(Number.MAX_SAFE_INTEGER - size).padStart(16, '0'); // lists go up, and the newest is wanted first
  const lists = [stampsOf(log), `${stampsOf(log)}/${authority}`].map((list) => ({ list, sort }));
  const put = (at: Date) => [{ ...key, value: { ...stamp, at: at.toISOString() }, lists }];
  await append(core, await chainOf(core, DESK), (_seq, at) =>
    Promise.resolve({ act: 'stamp', actorId: DESK, put: put(at), absent: [key] }),
  ).catch((error: unknown) => {
    if (!isCode(error, 'state/exists')) throw error; // another run of the desk was first
  });
}

async function tell(core: Core, { name }: TimeStamper, { code }: DeskError): Promise<void> {
  const message = 'No time stamp of the log could be had; it is asked for again until there is one.';
  await core.alarm({ code, where: `authority ${name}`, message });
}
