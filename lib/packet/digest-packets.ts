// Step 4, packet: those that nobody has taken whole since they were made are read by the desk itself, to the last byte, so that their digests stand
// in the book, and what cannot be read is found before somebody asks for it.
import { rowsOf, type Core } from '../core.ts';
import { isCode } from '../errors.ts';
import { giveBack } from '../formats/used-up.ts';
import { attemptEach, type Failures } from './failures.ts';
import { frozenBytes } from './frozen.ts';
import { isEnding, readPacket, UNREAD_LIST, type PacketRecord } from './record.ts';

/** Whoever waited for a packet is let come first, so that it is read once and not twice: for this long, and as long as taking it takes on one machine. */
const GRACE_MS = 1500;
const TAKEN_BYTES_PER_MS = 200_000;

export interface DigestOptions {
  /** What was made a moment ago is read too. */
  readonly isAtOnce: boolean;
  /** Ends the reading; what was not read to its end stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads every packet whose digests are not known, the smallest first. One that fails raises an alarm, once for each code, is tried again at longer
 * and longer intervals of its own, and does not stop the others.
 * @param failures what failed before, kept by whoever asks again
 * @returns how many were read
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
 */
export async function digestPackets(
  core: Core,
  failures: Failures,
  { isAtOnce, signal }: DigestOptions,
): Promise<number> {
  if (core.vault.lend !== undefined) return 0; // there a packet is whole, or is made whole and read for that
  const due: PacketRecord[] = [];
  for await (const { value } of rowsOf(core, UNREAD_LIST)) {
    const record = value as unknown as PacketRecord;
    if (isAtOnce || !isFresh(core, record)) due.push(record);
  }
  const ids = due.toSorted((a, b) => sizeOf(a) - sizeOf(b)).map(({ id }) => id);
  let read = 0;
  const attempts = { failures, now: core.now, tell: (id: string, code: string) => tell(core, id, code) };
  await attemptEach(ids, attempts, async (id) => {
    if (await core.inTurn(`digests of packet ${id}`, () => readOne(core, id, () => signal?.aborted === true))) read++;
  });
  return read;
}

function sizeOf({ frozen }: PacketRecord): number {
  return frozen?.sizeBytes ?? 0;
}

/** A clock put back ends it. */
function isFresh({ now }: Core, record: PacketRecord): boolean {
  const age = now().getTime() - Date.parse(record.frozen?.at ?? '');
  return age >= 0 && age < GRACE_MS + sizeOf(record) / TAKEN_BYTES_PER_MS;
}

/** False when there is nothing to be read now, or it was not read to its end. */
async function readOne(core: Core, id: string, isOver: () => boolean): Promise<boolean> {
  if (isOver()) return false;
  const record = await readPacket(core, id);
  if (record.frozen?.digestSeq !== null || (await isEnding(core, record))) return false;
  try {
    const { read, sizeBytes } = await frozenBytes(core, record);
    for await (const piece of read({ offset: 0, sizeBytes })) {
      giveBack(piece);
      if (isOver()) return false;
    }
    return true;
  } catch (error) {
    const isGone = isCode(error, 'keys/absent') || isCode(error, 'absent/destroyed');
    if (isGone && (await isEnding(core, record))) return false; // destroyed meanwhile
    throw error;
  }
}

function tell(core: Core, id: string, code: string): Promise<void> {
  const message = `A packet was made and cannot be read to its end (${code}); the desk tries again by itself.`;
  return core.alarm({ code: 'packet/not-read', where: `packet ${id}`, message });
}
