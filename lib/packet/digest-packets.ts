// Step 4, packet: those that nobody has taken whole since they were made are read by the desk itself, to the last byte, so that their digests stand
// in the book, and what cannot be read is found before somebody asks for it.
import { rowsOf, type Core } from '../core.ts';
import { isCode } from '../errors.ts';
import { usedUp } from '../formats/used-up.ts';
import { attemptEach, type Failures } from './failures.ts';
import { frozenBytes } from './frozen.ts';
import type { Readers } from './readers.ts';
import { isEnding, readPacket, UNREAD_LIST, type PacketRecord } from './record.ts';

/** For so long after it was made whoever waited for a packet is let come first, so that it is read once and not twice. */
const GRACE_MS = 1500;

/** Nobody who takes one is waited for longer than this, and as long as it takes to read all of it at 50 MB a second. */
const PATIENCE_MS = 120_000;
const READ_BYTES_PER_MS = 50_000;

/**
 * Reads every packet whose digests are not known. One that fails raises an alarm, once for each code, is tried again at longer and longer intervals
 * of its own, and does not stop the others.
 * @param failures what failed before, kept by whoever asks again
 * @param readers those who are reading one now are let end; nobody is waited for without it
 * @returns how many were read
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
 */
export async function digestPackets(core: Core, failures: Failures, readers?: Readers): Promise<number> {
  if (core.vault.lend !== undefined) return 0; // there a packet is whole, or is made whole and read for that
  const ids: string[] = [];
  for await (const { value } of rowsOf(core, UNREAD_LIST)) {
    const record = value as unknown as PacketRecord;
    const isWaiting =
      readers !== undefined && (isFresh(core, record) || (isPatient(core, record) && readers.isReading(record.id)));
    if (!isWaiting || failures.of(record.id) !== undefined) ids.push(record.id);
  }
  let read = 0;
  const attempts = { failures, now: core.now, tell: (id: string, code: string) => tell(core, id, code) };
  await attemptEach(ids, attempts, async (id) => {
    if (await core.inTurn(`digests of packet ${id}`, () => readOne(core, id))) read++;
  });
  return read;
}

function isFresh({ now }: Core, { frozen }: PacketRecord): boolean {
  const age = now().getTime() - Date.parse(frozen?.at ?? '');
  return age >= 0 && age < GRACE_MS;
}

/** A slow reader is not waited for without end: whoever takes the rest of what he has waits for the digests. */
function isPatient({ now }: Core, { frozen }: PacketRecord): boolean {
  const age = now().getTime() - Date.parse(frozen?.at ?? '');
  return age >= 0 && age < PATIENCE_MS + (frozen?.sizeBytes ?? 0) / READ_BYTES_PER_MS;
}

/** False when there is nothing to be read now. */
async function readOne(core: Core, id: string): Promise<boolean> {
  const record = await readPacket(core, id);
  if (record.frozen?.digestSeq !== null || (await isEnding(core, record))) return false;
  try {
    const { read, sizeBytes } = await frozenBytes(core, record);
    const pieces = usedUp(read({ offset: 0, sizeBytes }));
    while ((await pieces.next()).done !== true);
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
