// Bytes by chance: as many as were asked for, never the same twice, and nobody else's memory.
import { describe, expect, it } from '@jest/globals';
import { fewRandomBytes } from '../../../lib/formats/chance.ts';
import { DeskError } from '../../../lib/errors.ts';

describe('fewRandomBytes', () => {
  it('never hands out the same bytes again, however often it is asked and for how many', () => {
    const sizes = [12, 16, 32, 76];
    const drawn = Array.from({ length: 20_000 }, (_, n) => fewRandomBytes(sizes[n % sizes.length] ?? 0));
    expect(drawn.map(({ length }) => length).slice(0, 4)).toEqual(sizes);
    expect(new Set(drawn.map((bytes) => bytes.toString('hex', 0, 12))).size).toBe(drawn.length);
    expect(drawn.some((bytes) => bytes.subarray(0, 8).every((byte) => byte === 0))).toBe(false);
  });

  it('has every value of a byte as often as the others', () => {
    const counts = new Array<number>(256).fill(0);
    for (let n = 0; n < 64_000; n++) for (const byte of fewRandomBytes(16)) counts[byte] = (counts[byte] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(3600); // 4,000 each; six standard deviations are 380
    expect(Math.max(...counts)).toBeLessThan(4400);
  });

  it('gives all that its pool holds, and refuses more', () => {
    expect(fewRandomBytes(4096)).toHaveLength(4096);
    expect(() => fewRandomBytes(4097)).toThrow(DeskError);
    expect(fewRandomBytes(32).every((byte) => byte === 0)).toBe(false);
  });

  it('gives memory that is the caller’s alone', () => {
    const [first, second] = [fewRandomBytes(32), fewRandomBytes(32)];
    const before = second.toString('hex');
    first.fill(0xff);
    expect(second.toString('hex')).toBe(before);
    expect(first.buffer).not.toBe(second.buffer);
    expect(first.buffer.byteLength).toBe(32);
  });
});
