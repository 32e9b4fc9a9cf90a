// Row 4, on a running desk: how long a reader waits for the first byte of a packet, whole or a stretch of it, and from its order on.
import { deskClient } from '../../lib/client/index.ts';
import { deskNames } from './desk.ts';
import { median, type Figures, type Place } from './measured.ts';
import { finished, ORDER } from './packet.ts';
import { serving } from './serving.ts';

const TIMES = 5;
const STRETCH_BYTES = 1000;
const ASK_MS = 5;

/** Milliseconds: `large` and `small` whole, `middle` a stretch of the large one, `age` and `ageMiddle` the same encrypted to age, `ordered` from an order to its packet's first byte. */
export async function firstBytes({ scratch, prepared }: Place): Promise<Figures> {
  const { large, small, sealed } = finished(prepared);
  const { keys } = deskNames(prepared);
  const { url, peakMiB, stop } = await serving(scratch, prepared);
  const [supervisor, investigator] = [
    deskClient({ url, key: keys.supervisor }),
    deskClient({ url, key: keys.investigator }),
  ];
  const take = (packetId: string, range?: string, key = keys.investigator): Promise<number> =>
    firstByteMs(`${url}/v1/packets/${packetId}`, key, range);
  const ordered = async (): Promise<number> => {
    const started = performance.now();
    const { packetId } = await supervisor.orderPacket(large.referralId, ORDER);
    while ((await investigator.packet(packetId)).state === 'ordered') await soon();
    await take(packetId);
    return performance.now() - started;
  };
  try {
    const middle = Math.floor(((await investigator.packet(large.packetId)).sizeBytes ?? 0) / 2);
    const stretch = `bytes=${middle}-${middle + STRETCH_BYTES - 1}`;
    return {
      large: await inMedian(() => take(large.packetId)),
      small: await inMedian(() => take(small.packetId)),
      middle: await inMedian(() => take(large.packetId, stretch)),
      age: await inMedian(() => take(sealed.packetId, undefined, keys.supervisor)),
      ageMiddle: await inMedian(() => take(sealed.packetId, stretch, keys.supervisor)),
      ordered: await ordered(),
      peakMiB: peakMiB(),
    };
  } finally {
    await stop();
  }
}

async function inMedian(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) times.push(await measure());
  return median(times);
}

async function firstByteMs(url: string, key: string, range: string | undefined): Promise<number> {
  const started = performance.now();
  const headers = { authorization: `Bearer ${key}`, ...(range === undefined ? {} : { range }) };
  const response = await fetch(url, { headers });
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
  let ms: number | undefined;
  for await (const piece of body) {
    if (piece.length === 0) continue;
    ms = performance.now() - started;
    break;
  }
  if (ms === undefined || !response.ok) throw new Error(`no bytes came: ${response.status}`);
  return ms;
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ASK_MS));
}
