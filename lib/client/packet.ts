// Taking a packet from a desk: waiting until it is made, then all of its bytes, in stretches, going on where a connection was cut.
import { setTimeout as wait } from 'node:timers/promises';
import { DeskError, isCode } from '../errors.ts';
import type { PacketStatus } from '../index.ts';
import type { DeskClient } from './desk-client.ts';

export interface WaitOptions {
  /** Milliseconds; half an hour without it. */
  readonly withinMs?: number | undefined;
  /** Waits this many milliseconds; for tests. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** A packet that can be taken. @throws DeskError state/not-frozen when it is not made in time, and what the desk refuses */
export async function waitForPacket(
  client: Pick<DeskClient, 'packet'>,
  packetId: string,
  { withinMs = 1_800_000, pause = (ms: number) => wait(ms) }: WaitOptions = {},
): Promise<PacketStatus & { readonly sizeBytes: number }> {
  const until = performance.now() + withinMs;
  for (let ms = 50; ; ms = Math.min(2 * ms, 1000)) {
    const status = await client.packet(packetId);
    if (status.sizeBytes !== undefined) return { ...status, sizeBytes: status.sizeBytes };
    if (performance.now() >= until) {
      throw new DeskError('state/not-frozen', 'The packet is ordered and still not made: look at the desk, ask again.');
    }
    await pause(ms);
  }
}

export interface TakeOptions {
  /** Begin here; what lies before it was taken earlier. */
  readonly from?: number | undefined;
  /** At most so many bytes in one request, which is one entry at the desk; 256 MiB without it. */
  readonly stretchBytes?: number | undefined;
  /** How often in a row a stretch may be cut off without a single byte; 5 without it. */
  readonly tries?: number | undefined;
  readonly pause?: (ms: number) => Promise<void>;
}

const STRETCH_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a packet from `from` to its end.
 * @throws DeskError what the desk refuses; desk/unreachable when it stays cut off: go on later from where this ended
 */
export async function* takeWhole(
  client: Pick<DeskClient, 'takePacket'>,
  packetId: string,
  sizeBytes: number,
  options: TakeOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { from = 0, stretchBytes = STRETCH_BYTES, tries = 5, pause = (ms: number) => wait(ms) } = options;
  let at = from;
  for (let failures = 0; at < sizeBytes;) {
    const before = at;
    try {
      const range = { offset: at, sizeBytes: Math.min(stretchBytes, sizeBytes - at) };
      const taken = await client.takePacket(packetId, range);
      if (taken.range.offset !== at || taken.sizeBytes !== sizeBytes) throw notAsked();
      for await (const piece of taken.bytes) {
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

function notAsked(): DeskError {
  return new DeskError('desk/unreachable', 'The desk answered other bytes than were asked for: try again.');
}
