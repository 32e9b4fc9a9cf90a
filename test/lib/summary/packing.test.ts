// Streams packed beside the drawing: the same bytes in the same order, however many cores there are.
import { describe, expect, it } from '@jest/globals';
import { inflateSync } from 'node:zlib';
import { FIRST_STREAMS, openPacking, type Packing } from '../../../lib/summary/packing.ts';

/** Digits that hardly repeat, the same every time. */
function digits(length: number, seed: number): Buffer {
  let state = seed + 1;
  return Buffer.from(Array.from({ length }, () => 48 + ((state = (state * 48_271) % 2_147_483_647) % 10)));
}

/** Of a few bytes, of a page, and much larger. */
const CONTENTS = Array.from({ length: 100 }, (_, n) => digits(n % 7 === 0 ? 120_000 : (n * 997) % 40_000, n));

function filled(packing: Packing, content: Uint8Array): Uint8Array {
  const room = packing.room(content.length);
  room.set(content);
  return room;
}

/** @param often after how many streams what was added is begun  @param before how many streams the process has had */
async function packed(cores: number, often: number, before = FIRST_STREAMS): Promise<string[]> {
  const packing = openPacking(cores, { streams: before });
  const found: string[] = [];
  for (const [n, content] of CONTENTS.entries()) {
    packing.add(filled(packing, content), (each) => found.push(Buffer.from(each).toString('base64')));
    if (n % often === often - 1) await packing.begin();
  }
  expect(found).toEqual([]);
  await packing.finish();
  packing.add(filled(packing, Buffer.from('the end')), (each) => found.push(Buffer.from(each).toString('base64')));
  return found;
}

/** How many rooms so many streams take. */
async function rooms(cores: number, often: number): Promise<number> {
  const packing = openPacking(cores, { streams: FIRST_STREAMS });
  const found = new Set<ArrayBufferLike>();
  for (let n = 0; n < 400; n++) {
    const room = packing.room(20_000 + n);
    found.add(room.buffer);
    packing.add(room.fill(n), () => undefined);
    if (n % often === often - 1) await packing.begin();
  }
  await packing.finish();
  return found.size;
}

describe('packing', () => {
  it('gives every stream, in the order in which they came', async () => {
    const found = await packed(2, 9);
    const unpacked = found.map((each) => inflateSync(Buffer.from(each, 'base64')).toString());
    expect(unpacked).toEqual([...CONTENTS.map(String), 'the end']);
  });

  it.each([
    ['two cores, often', 2, 3],
    ['two cores, more at once than may wait', 2, 50],
    ['two cores, all at the end', 2, 1_000],
    ['one core', 1, 9],
    ['two cores, a new process', 2, 9, 0],
    ['two cores, a process that has been new until a moment ago', 2, 9, FIRST_STREAMS - 50],
  ])('gives the same bytes: %s', async (_, cores, often, before = FIRST_STREAMS) => {
    expect(await packed(cores, often, before)).toEqual(await packed(2, 9));
  });

  it('of a new process does not use another thread', async () => {
    const begun = async (streams: number): Promise<boolean> => {
      const packing = openPacking(2, { streams });
      const room = packing.room(20_000);
      packing.add(room, () => undefined);
      const isFree = packing.room(20_000).buffer === room.buffer; // given back, since it is packed
      await packing.finish();
      return !isFree;
    };
    expect(await begun(FIRST_STREAMS - 1)).toBe(false);
    expect(await begun(FIRST_STREAMS)).toBe(true);
  });

  it('fills the same rooms again, so that what waits does not grow with what is drawn', async () => {
    expect(await rooms(2, 8)).toBeLessThanOrEqual(32);
    expect(await rooms(2, 1_000)).toBeLessThanOrEqual(32);
    expect(await rooms(1, 1_000)).toBe(1);
  });

  it('has room for nothing', async () => {
    const packing = openPacking(2, { streams: FIRST_STREAMS });
    const found: string[] = [];
    packing.add(packing.room(0), (each) => found.push(inflateSync(each).toString()));
    await packing.finish();
    expect(found).toEqual(['']);
  });

  it('tells what zlib threw, and does not wait for it', async () => {
    const packing = openPacking(2, { streams: FIRST_STREAMS });
    const room = packing.room(100);
    structuredClone(room.buffer, { transfer: [room.buffer as ArrayBuffer] });
    packing.add(room, () => undefined);
    await expect(packing.finish()).rejects.toThrow();
  });
});
