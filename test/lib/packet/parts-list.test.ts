// The list of a packet in parts: what was written is read, a stretch meets just its exhibits, and what is none is refused.
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PartsList, writeList } from '../../../lib/packet/parts-list.ts';

/** Exhibits end to end and with gaps, empty ones among them. */
const PLACES = [
  [10, 5],
  [15, 0],
  [15, 7],
  [30, 1],
  [2 ** 40, 2 ** 41],
].map(([offset = 0, sizeBytes = 0]) => ({ offset, sizeBytes, object: randomUUID() }));
const SIZE = 2 ** 43;

describe('the list of a packet in parts', () => {
  it('says what was written', () => {
    const age = { head: randomBytes(200), key: randomBytes(32) };
    const { head } = new PartsList(writeList({ sizeBytes: SIZE, age }, PLACES));
    expect(head.sizeBytes).toBe(SIZE);
    expect([head.age?.head, head.age?.key]).toEqual([age.head, age.key]);
    expect(new PartsList(writeList({ sizeBytes: 7 }, [])).head).toEqual({ sizeBytes: 7 });
  });

  it.each([
    [{ offset: 0, sizeBytes: SIZE }, [0, 2, 3, 4]],
    [{ offset: 0, sizeBytes: 10 }, []],
    [{ offset: 0, sizeBytes: 11 }, [0]],
    [{ offset: 14, sizeBytes: 1 }, [0]],
    [{ offset: 14, sizeBytes: 2 }, [0, 2]],
    [{ offset: 15, sizeBytes: 1 }, [2]],
    [{ offset: 22, sizeBytes: 8 }, []],
    [{ offset: 2 ** 41, sizeBytes: 1 }, [4]],
  ])('knows which exhibits have a byte in %j', (stretch, which) => {
    const list = new PartsList(writeList({ sizeBytes: SIZE }, PLACES));
    expect([...list.within(stretch)]).toEqual(which.map((n) => PLACES[n]));
  });

  it.each([
    [0, 0],
    [10, 0],
    [12, 2],
    [15, 5],
    [16, 6],
    [29, 12],
    [SIZE, 13 + 2 ** 41],
  ])('counts the bytes of exhibits before %i', (end, bytes) => {
    expect(new PartsList(writeList({ sizeBytes: SIZE }, PLACES)).exhibitBytesBefore(end)).toBe(bytes);
  });

  it('takes 28 bytes for each exhibit', () => {
    const of = (count: number): number =>
      writeList({ sizeBytes: 1 }, Array<(typeof PLACES)[0]>(count).fill(PLACES[0] as (typeof PLACES)[0])).length;
    expect(of(20) - of(10)).toBe(280);
  });

  it('is none where records are missing or too many', () => {
    const bytes = writeList({ sizeBytes: SIZE }, PLACES);
    for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(28)])]) {
      expect(() => new PartsList(wrong)).toThrow(expect.objectContaining({ code: 'sealed/damaged' }));
    }
  });
});
