// Step 4, packet: what was ordered is made once its order stands in the log, sealed as one object of its referral, and entered. The
// same order gives the same packet to the byte, so one cut short is simply made again; where it is encrypted, around it are other bytes.
// Always true: what is entered of a packet was found by reading every byte of it.
import { append, entryAt, rowsOf, type Chain, type Core, type SealedObject } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { usedUp } from '../formats/used-up.ts';
import { DESK } from '../ports.ts';
import { chainOf, nthObject, readReferral } from '../referral.ts';
import { sealJson, sealStream } from '../seal.ts';
import { composePacket } from './compose.ts';
import { checkpointCovering, stampsOfCheckpoint, type Covering } from './covering.ts';
import { sealDelivered } from './deliver.ts';
import { attemptEach, type Failures } from './failures.ts';
import { wordsOfFreezing, type FreezeWords } from './freezing.ts';
import { openInParts } from './in-parts.ts';
import { IN_PARTS_LIST, isToBeWhole, ORDERED_LIST, packetRow, readPacket, type PacketRecord } from './record.ts';

/**
 * Makes every packet that is ordered and whose order stands in the log; and, on a desk that lends what is sealed, whole those that were kept in
 * parts where it was before. One that fails raises an alarm, once for each code, is tried
 * again at longer and longer intervals of its own, and does not stop the others.
 * @param failures what failed before, kept by whoever asks again
 * @returns how many were made
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told
 */
export async function freezePackets(core: Core, failures: Failures): Promise<number> {
  const ids: string[] = [];
  for await (const { id } of rowsOf(core, ORDERED_LIST)) ids.push(id);
  ids.push(...(await toBeWhole(core)));
  let made = 0;
  const attempts = { failures, now: core.now, tell: (id: string, code: string) => tell(core, id, code) };
  await attemptEach(ids, attempts, async (id) => {
    if (await core.inTurn(`packet ${id}`, () => freezePacket(core, id))) made++;
  });
  return made;
}

/** The smallest first: where time is short, one that is too large keeps none of the others from being made whole. */
async function toBeWhole(core: Core): Promise<string[]> {
  if (core.vault.lend === undefined) return [];
  const found: PacketRecord[] = [];
  for await (const { value } of rowsOf(core, IN_PARTS_LIST)) found.push(value as unknown as PacketRecord);
  const sizeOf = ({ frozen }: PacketRecord): number => frozen?.sizeBytes ?? 0;
  return found.toSorted((a, b) => sizeOf(a) - sizeOf(b)).map(({ id }) => id);
}

function tell(core: Core, id: string, code: string): Promise<void> {
  const message = `A packet could not be made (${code}); the desk tries again by itself.`;
  return core.alarm({ code: 'packet/not-made', where: `packet ${id}`, message });
}

/** False when there is nothing to be made now. */
async function freezePacket(core: Core, id: string): Promise<boolean> {
  const record = await readPacket(core, id);
  const isDue = record.state === 'ordered' || isToBeWhole(core, record);
  if (!isDue || (await isEnding(core, record))) return false;
  try {
    return await (record.state === 'ordered' ? make(core, record) : makeWhole(core, record));
  } catch (error) {
    const isGone = isCode(error, 'keys/absent') || isCode(error, 'absent/destroyed');
    if (isGone && (await isEnding(core, record))) return false; // destroyed meanwhile
    throw error;
  }
}

async function make(core: Core, record: PacketRecord): Promise<boolean> {
  const { id } = record;
  const place = await checkpointCovering(core, record.referral, record.seq);
  if (place === undefined) return false;
  const covering = { ...place, stamps: await stampsOfCheckpoint(core, place.state) };
  if (isStampAwaited(core, record, covering)) return false;
  const chain = await chainOf(core, record.referral);
  const composed = await composePacket(core, chain, record, covering);
  const { object, sha256, sizeBytes, plain, listBytes } = await sealDelivered(core, chain, record, composed);
  const { caseSha256, tagManifestSha256 } = composed;
  const inside = plain === undefined ? {} : { plain };
  const said: FreezeWords = { packet: id, sizeBytes, sha256, ...inside, caseSha256, tagManifestSha256 };
  return enter(core, chain, said, { object, listBytes }, ({ state }) => state === 'ordered');
}

/** The very bytes of a packet that is kept in parts, sealed in one, which can be lent. */
async function makeWhole(core: Core, { referral, frozen }: PacketRecord): Promise<boolean> {
  const { seq, sizeBytes, listBytes } = frozen ?? {};
  if (seq === undefined || sizeBytes === undefined || listBytes === undefined) return false;
  const chain = await chainOf(core, referral);
  const said = await wordsOfFreezing(core, referral, seq);
  const { stored } = await entryAt(core, referral, seq);
  const bytes = openInParts(core, { object: nthObject(stored, 0), listBytes }, { offset: 0, sizeBytes });
  const { object, sha256 } = await sealStream(core, chain, 'packet', usedUp(bytes));
  if (sha256 !== said.sha256) throw new DeskError('sealed/damaged', 'A packet in parts is not what was entered of it.');
  return enter(core, chain, said, { object }, (now) => now.frozen?.listBytes !== undefined);
}

interface Kept {
  readonly object: SealedObject;
  readonly listBytes?: number | undefined;
}

/** False, with nothing entered, where the packet is not as it was found any more: what was sealed for nothing is an orphan, and harmless. */
async function enter(
  core: Core,
  chain: Chain,
  said: FreezeWords,
  { object, listBytes }: Kept,
  isStill: (now: PacketRecord) => boolean,
): Promise<boolean> {
  const { packet: id, sizeBytes, sha256, plain } = said;
  const words = await sealJson(core, chain, { version: 1, ...said });
  try {
    await append(core, chain, async (seq, at) => {
      const now = await readPacket(core, id);
      if (!isStill(now)) throw new DeskError('state/exists', 'The packet was made meanwhile.');
      const frozen = { seq, at: at.toISOString(), sizeBytes, ...(listBytes === undefined ? {} : { listBytes }) };
      return {
        act: 'freeze-packet',
        actorId: DESK,
        objects: [object, words],
        commitments: [
          { label: 'packet', type: 'sha256', value: sha256 },
          ...(plain === undefined ? [] : [{ label: 'plain', type: 'sha256' as const, value: plain.sha256 }]),
        ],
        put: [packetRow({ ...now, state: 'frozen', frozen })],
      };
    });
    return true;
  } catch (error) {
    if (isCode(error, 'state/exists')) return false;
    throw error;
  }
}

/** How long a packet waits for the time stamps of its checkpoint. */
const WAIT_MS = 120_000;

/** Whether an authority may still stamp its checkpoint in time; without it the packet says that it is not stamped. */
function isStampAwaited({ stamps = [], now }: Core, { orderedAt }: PacketRecord, covering: Covering): boolean {
  const isWhole = stamps.every(({ name }) => covering.stamps.some(({ authority }) => authority === name));
  return !isWhole && now().getTime() < Date.parse(orderedAt) + WAIT_MS;
}

/** What is being destroyed, or was, is packed no more. */
async function isEnding(core: Core, { referral }: PacketRecord): Promise<boolean> {
  return (await readReferral(core, referral)).state !== 'finished';
}
