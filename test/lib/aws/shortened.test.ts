// Long values of the book's items, made shorter: each is read back word for word, what was written once stays readable, and nothing is written that is not.
import { describe, expect, it } from '@jest/globals';
import { lengthened, shortened } from '../../../lib/aws/shortened.ts';

const MIB = 1024 * 1024;

describe('a value of an item', () => {
  it.each([701, 5000, 300_000])('of %d characters is read back word for word', (length) => {
    const words = `{"value":{"id":"","state":"open"},"said":"äöü ✓ 𝄞"} `;
    const value = words.repeat(Math.ceil(length / words.length)).slice(0, length);
    const short = shortened(value) as Uint8Array;
    expect(short.length).toBeLessThan(value.length / 3);
    expect(lengthened(short)).toBe(value);
  });

  it('stays as it is where it is short, or could not be read back', () => {
    expect(shortened('a'.repeat(700))).toBeUndefined();
    expect(shortened('a'.repeat(8 * MIB))).toBeDefined();
    expect(shortened('a'.repeat(8 * MIB + 1))).toBeUndefined();
    expect(shortened('ä'.repeat(4 * MIB + 1))).toBeUndefined();
  });

  it('that was written by an earlier program is read still', () => {
    const objects = Array.from({ length: 9 }, (_, n) => ({
      ...{ id: `object ${n}`, owner: 'ä', kind: 'words' },
      place: { name: 'name', offset: n, sizeBytes: 100 + n },
    }));
    const text = `{"act":"attach","chain":"${'a'.repeat(36)}"}`;
    expect(lengthened(Buffer.from(WRITTEN, 'base64'))).toBe(JSON.stringify({ text, objects, stamp: '1' }));
  });

  it('that was altered is a failure of the book', () => {
    const short = Buffer.from(shortened('{"value":1} '.repeat(200)) as Uint8Array);
    for (const spoilt of [short.subarray(0, -3), Buffer.from('no such thing'), Buffer.alloc(0)])
      expect(() => lengthened(spoilt)).toThrow(expect.objectContaining({ code: 'ledger/failed' }));
  });
});

const WRITTEN =
  'pdPLCYAwEATQViQVZPMvxouF2I2d2JigQuKMgjC5BHJ5zGb2rY1D23q5lh9ndq/fcT1Mfgi0bxwJA5zX15jM+z6pGzANMACMgKABAYBAQNSACEAkIGlAAiARkDUgA5AJKBpQACgEVA2oAFQCmgY0ANpzod16AA==';
