// Streams packed beside the drawing: the same bytes in the same order, however many cores there are.
import { describe, expect, it } from '@jest/globals';
import { inflateSync } from 'node:zlib';
import { openPacking, type Packing } from '../../../lib/summary/packing.ts';

/** Some of a page, some of a few bytes, some much larger. */
const CONTENTS = Array.from({ length: 100 }, (_, n) =>
  Buffer.from(`${n} `.repeat(n % 7 === 0 ? 40_000 : (n * 37) % 4_000)),
);

function filled(packing: Packing, content: Uint8Array): Uint8Array {
  const room = packing.room(content.length);
  room.set(content);
  return room;
}

/** @param often after how many streams what was added is begun */
async function packed(cores: number, often: number): Promise<string[]> {
  const packing = openPacking(cores);
  const found: string[] = [];
  for (const [n, content] of CONTENTS.entries()) {
    packing.add(filled(packing, content), (each) => found.push(Buffer.from(each).toString('base64')));
    if (n % often === often - 1) await packing.begin();
  }
  expect(found).toEqual([]);
  await packing.finish();
  packing.add(filled(packing, Buffer.from('the end')), (each) => found.push(Buffer.from(each).toString('base64')));
  await packing.close();
  return found;
}

describe('packing', () => {
  it('gives every stream, in the order in which they came', async () => {
    const found = await packed(2, 9);
    const unpacked = found.map((each) => inflateSync(Buffer.from(each, 'base64')).toString());
    expect(unpacked).toEqual([...CONTENTS.map(String), 'the end']);
  });

  it.each([
    ['two cores, often', 2, 3],
    ['two cores, more at once than are packed beside', 2, 50],
    ['two cores, all at the end', 2, 1_000],
    ['one core', 1, 9],
  ])('gives the same bytes: %s', async (_, cores, often) => {
    expect(await packed(cores, often)).toEqual(await packed(2, 9));
  });

  it('fills the same rooms again, so that what waits does not grow with what is drawn', async () => {
    const packing = openPacking(2);
    const rooms = new Set<ArrayBufferLike>();
    for (let n = 0; n < 200; n++) {
      const room = packing.room(20_000 + n);
      rooms.add(room.buffer);
      packing.add(room.fill(n), () => undefined);
      if (n % 8 === 7) await packing.begin();
    }
    await packing.close();
    expect(rooms.size).toBeLessThan(40);
  });

  it('can be given up in the middle', async () => {
    const packing = openPacking(2);
    const written: Uint8Array[] = [];
    for (const content of CONTENTS) packing.add(filled(packing, content), (each) => written.push(each));
    await packing.begin();
    await packing.close();
    expect(written).toEqual([]);
  });
});
