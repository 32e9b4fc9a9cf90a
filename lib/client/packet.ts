// Taking a packet from a desk: waiting until it is made, then all of its bytes, going on where a connection was cut; and what they are held against.
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError, isCode } from '../errors.ts';
import type { Range } from '../ports.ts';
import type { PacketStatus, PacketTaken } from '../release.ts';
import type { DeskClient } from './desk-client.ts';

/** How long to wait for a packet. */
export interface WaitOptions {
  /** Milliseconds; half an hour without it. */
  readonly withinMs?: number | undefined;
  /** Waits this many milliseconds; for tests. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** A packet that can be taken. */
export type MadePacket = PacketStatus & { readonly sizeBytes: number };

/** How long a desk rests at most before it tries again to make a packet, and a little more. */
const RETRIED_WITHIN_MS = 75_000;

/**
 * Asks for a packet until it can be taken, and answers how it stands.
 * @throws DeskError state/not-made when the desk tried meanwhile and could not make it (the message says its code), state/not-frozen
 *   when it is not made within `withinMs`, absent/destroyed, and what `DeskClient.packet` throws
 */
export async function waitForPacket(
  client: Pick<DeskClient, 'packet'>,
  packetId: string,
  options: WaitOptions = {},
): Promise<MadePacket> {
  return waitUntil(client, packetId, options, (status) => {
    const { sizeBytes } = status;
    return sizeBytes === undefined ? undefined : { ...status, sizeBytes };
  });
}

/**
 * Asks for the SHA-256 of a packet as it is taken, lower-case hex, until the desk knows it: that of one that somebody took whole at once, very soon;
 * else when the desk itself has read it, which one that serves does soon after it was made.
 * @throws DeskError as `waitForPacket`
 */
export async function waitForDigest(
  client: Pick<DeskClient, 'packet'>,
  packetId: string,
  options: WaitOptions = {},
): Promise<string> {
  return waitUntil(client, packetId, options, ({ sha256 }) => sha256);
}

async function waitUntil<T>(
  client: Pick<DeskClient, 'packet'>,
  packetId: string,
  { withinMs = 1_800_000, pause = (ms: number) => wait(ms) }: WaitOptions,
  found: (status: PacketStatus) => T | undefined,
): Promise<T> {
  const began = performance.now();
  let before: PacketStatus | undefined;
  for (let ms = 50; ; ms = Math.min(2 * ms, 1000)) {
    const status = await client.packet(packetId);
    const answer = found(status);
    if (answer !== undefined) return answer;
    if (status.state === 'dropped')
      throw new DeskError('absent/destroyed', 'Its referral was destroyed before it was made.');
    before ??= status;
    const waited = performance.now() - began;
    demandHope(status, before, waited);
    if (waited >= withinMs) throw new DeskError('state/not-frozen', status.state === 'ordered' ? NOT_MADE : NOT_READ);
    await pause(ms);
  }
}

const NOT_MADE = 'The packet is ordered and still not made: look at the desk, ask again.';
const NOT_READ = 'The packet is made and the desk has not read it to its end yet: look at the desk, ask again.';

/** A failure from before the waiting may be mended by now; the desk's next try tells. @throws DeskError state/not-made */
function demandHope({ making, state }: PacketStatus, before: PacketStatus, waited: number): void {
  if (making === undefined || (making.at === before.making?.at && waited < RETRIED_WITHIN_MS)) return;
  const what = state === 'ordered' ? 'made' : 'read to its end';
  throw new DeskError('state/not-made', `The packet could not be ${what} (${making.code}): tell the desk's operator.`);
}

/** How to take a packet. */
export interface TakeOptions {
  /** Begin at this byte; what lies before it was taken earlier. */
  readonly from?: number | undefined;
  /** Under which name that was (`PacketTaken.etag`), where it is known. */
  readonly etag?: string | undefined;
  /** At most so many bytes in one request, which is one entry at the desk; without it all that are missing. */
  readonly stretchBytes?: number | undefined;
  /** How often in a row a stretch may be cut off without a single byte; 5 without it. */
  readonly tries?: number | undefined;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * The bytes of a packet from `from` to its end, going on by itself where a connection was cut. Each request is an entry.
 * All are of the same making.
 * @param sizeBytes of the whole packet, as `waitForPacket` answers it
 * @throws DeskError what the desk refuses; desk/unreachable when it stays cut off: go on later from where this ended;
 *   state/packet-changed when the desk has other bytes than before: begin anew; desk/other-bytes when what came was not asked for
 */
export async function* takeWhole(
  client: Pick<DeskClient, 'takePacket'>,
  packetId: string,
  sizeBytes: number,
  options: TakeOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { from = 0, stretchBytes = Infinity, tries = 5, pause = (ms: number) => wait(ms) } = options;
  let { etag } = options;
  let at = from;
  for (let failures = 0; at < sizeBytes;) {
    const before = at;
    try {
      const range = { offset: at, sizeBytes: Math.min(stretchBytes, sizeBytes - at) };
      const taken = await client.takePacket(packetId, range, etag);
      await demandAsked(taken, range, sizeBytes, etag);
      ({ etag } = taken);
      for await (const piece of taken.bytes) {
        if (at + piece.length > range.offset + range.sizeBytes) throw notAsked();
        at += piece.length;
        yield piece;
      }
      if (at === before) throw notAsked();
    } catch (error) {
      if (!isCode(error, 'desk/unreachable')) throw error;
      failures = at > before ? 1 : failures + 1;
      if (failures >= tries) throw error;
      await pause(250 * 2 ** failures);
    }
  }
}

/** What was not asked for is fetched no further. @throws DeskError state/packet-changed, desk/other-bytes */
async function demandAsked(
  taken: PacketTaken,
  asked: Range,
  sizeBytes: number,
  etag: string | undefined,
): Promise<void> {
  const isSame = taken.sizeBytes === sizeBytes && (etag === undefined || taken.etag === etag);
  const { offset, sizeBytes: count } = taken.range;
  if (isSame && offset === asked.offset && count > 0 && count <= asked.sizeBytes) return;
  await taken.bytes[Symbol.asyncIterator]().return?.();
  if (isSame) throw notAsked();
  throw new DeskError('state/packet-changed', 'The desk has other bytes of this packet than before: take it anew.');
}

function notAsked(): DeskError {
  return new DeskError('desk/other-bytes', 'The desk answered other bytes than were asked for.');
}
