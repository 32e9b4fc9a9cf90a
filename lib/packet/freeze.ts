// Step 4, packet: what was ordered is made once its order stands in the log, sealed as one object of its referral, and entered. The
// same order gives the same packet to the byte, so one cut short is simply made again; where it is encrypted, around it are other bytes.
// Always true: what is entered of a packet is what everybody gets who ever takes it; its exhibits were digested when they came.
import { append, entryAt, rowsOf, type Chain, type Core, type SealedObject } from '../core.ts';
import { DeskError, isCode } from '../errors.ts';
import { usedUp } from '../formats/used-up.ts';
import { DESK } from '../ports.ts';
import { chainOf, nthObject } from '../referral.ts';
import { sealJson, sealStream } from '../seal.ts';
import { composePacket } from './compose.ts';
import { checkpointCovering, stampsOfCheckpoint, type Covering } from './covering.ts';
import { sealDelivered } from './deliver.ts';
import { attemptEach, type Failures } from './failures.ts';
import { wordsOfFreezing, type FreezeWords, type PacketDigests } from './freezing.ts';
import { digestCommitments, digestsOf } from './delivered-digests.ts';
import { readThrough } from './read-through.ts';
import {
  IN_PARTS_LIST,
  isEnding,
  isToBeWhole,
  ORDERED_LIST,
  packetRow,
  readPacket,
  type PacketRecord,
} from './record.ts';

/**
 * Makes every packet that is ordered and whose order stands in the log; and, on a desk that lends what is sealed, whole those that were kept in
 * parts where it was before. One that fails raises an alarm, once for each code, is tried
 * again at longer and longer intervals of its own, and does not stop the others.
 * @param failures what failed before, kept by whoever asks again
 * @param integrate takes what waits into the log, where an order is among it; such an order is left for later without it
 * @returns how many were made
 * @throws DeskError alarm/failed, after all were tried, when somebody could not be told; what `integrate` throws, after that
 */
export async function freezePackets(
  core: Core,
  failures: Failures,
  integrate?: () => Promise<unknown>,
): Promise<number> {
  const ordered: PacketRecord[] = [];
  for await (const { value } of rowsOf(core, ORDERED_LIST)) ordered.push(value as unknown as PacketRecord);
  const integrated = integrate !== undefined && (await isAnyWaiting(core, ordered)) ? integrate() : undefined;
  await integrated?.catch(() => undefined); // what stands in the log already is made all the same
  const ids = [...ordered.map(({ id }) => id), ...(await toBeWhole(core))];
  let made = 0;
  const attempts = { failures, now: core.now, tell: (id: string, code: string) => tell(core, id, code) };
  await attemptEach(ids, attempts, async (id) => {
    if (await core.inTurn(`packet ${id}`, () => freezePacket(core, id))) made++;
  });
  await integrated;
  return made;
}

/** Whether the log lacks one of their orders. */
async function isAnyWaiting(core: Core, ordered: readonly PacketRecord[]): Promise<boolean> {
  for (const { referral, seq } of ordered) if ((await core.ledger.leafIndex(referral, seq)) === undefined) return true;
  return false;
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
  const { object, sizeBytes, digests, listBytes } = await sealDelivered(core, chain, record, composed);
  const { caseSha256, tagManifestSha256 } = composed;
  const said: FreezeWords = { packet: id, sizeBytes, ...digests, caseSha256, tagManifestSha256 };
  return enter(core, chain, said, { object, listBytes }, ({ state }) => state === 'ordered');
}

/** The very bytes of a packet that is kept in parts, sealed in one, which can be lent. */
async function makeWhole(core: Core, record: PacketRecord): Promise<boolean> {
  const { referral, frozen } = record;
  const { seq, sizeBytes, listBytes } = frozen ?? {};
  if (seq === undefined || sizeBytes === undefined || listBytes === undefined) return false;
  const chain = await chainOf(core, referral);
  const said = await wordsOfFreezing(core, referral, seq);
  const entered = await digestsOf(core, record);
  const { stored } = await entryAt(core, referral, seq);
  const kept = { object: nthObject(stored, 0), listBytes };
  let found: PacketDigests | undefined;
  const bytes = readThrough(core, kept, sizeBytes, (digests) => Promise.resolve((found = digests)));
  const object = await sealStream(core, chain, 'packet', usedUp(bytes));
  if (found === undefined || found.sha256 !== (entered ?? found).sha256)
    throw new DeskError('sealed/damaged', 'A packet in parts is not what was entered of it.');
  return enter(core, chain, { ...said, ...found }, { object }, (now) => now.frozen?.listBytes !== undefined);
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
  const { packet: id, sizeBytes, sha256, plain, tagManifestSha256 } = said;
  const words = await sealJson(core, chain, { version: 1, ...said });
  try {
    await append(core, chain, async (seq, at) => {
      const now = await readPacket(core, id);
      if (!isStill(now)) throw new DeskError('state/exists', 'The packet was made meanwhile.');
      const inParts = listBytes === undefined ? {} : { listBytes, digestSeq: null };
      const frozen = { seq, at: at.toISOString(), sizeBytes, ...inParts };
      return {
        act: 'freeze-packet',
        actorId: DESK,
        objects: [object, words],
        commitments: [
          { label: 'manifest', type: 'sha256', value: tagManifestSha256 },
          ...(sha256 === undefined ? [] : digestCommitments({ sha256, ...(plain && { plain }) })),
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
