// C2SP tlog-tiles: how the files of a log are named, and what they hold.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  entryBundle,
  parseTilePath,
  readEntryBundle,
  readTile,
  tilePath,
  tilesOf,
  widthAt,
  type TileName,
} from '../../../lib/formats/tiles.ts';

describe('the path of a tile', () => {
  it.each<[string, TileName]>([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/000.p/1', { level: 0, index: 0, width: 1 }],
    ['tile/1/255.p/255', { level: 1, index: 255, width: 255 }],
    ['tile/0/x001/000', { level: 0, index: 1000, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/entries/x123/456.p/7', { level: 'entries', index: 123_456, width: 7 }],
    ['tile/63/x999/x999/x999/x999/999', { level: 63, index: 999_999_999_999_999, width: 256 }],
  ])('is %s', (path, name) => {
    expect(tilePath(name)).toBe(path);
    expect(parseTilePath(path)).toEqual(name);
  });

  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/X001/000',
    'tile/0/x1000/000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/data/000',
    'tile/Entries/000',
    'tile/0/000.p',
    'tile/0/000.p/',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/-1',
    'tile/0/000.p/1 ',
    'tile/0/000\n',
    'tile/0/x001/x001/x001/x001/x001/000',
    'tile/0/%30%30%30',
    'tile/0/../0/000',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('leads back to what it names, whatever that is', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    const index = fc.integer({ min: 0, max: 999_999_999_999_999 });
    const name = fc.record({ level, index, width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(
      fc.property(name, (each) => {
        expect(parseTilePath(tilePath(each))).toEqual(each);
      }),
      { seed: 6 },
    );
  });

  it('is no other text, be it cut off anywhere', () => {
    const path = 'tile/0/x001/x234/067.p/12';
    for (let at = 0; at < path.length; at++) {
      const found = parseTilePath(path.slice(0, at));
      if (found !== undefined) expect(tilePath(found)).toBe(path.slice(0, at));
    }
  });
});

describe('the tiles of a log', () => {
  it.each([0, 1, 255, 256, 257, 300, 511, 512, 65_535, 65_536, 65_537, 131_072, 200_000])(
    'are all there are at %i leaves, each once',
    (size) => {
      const names = [...tilesOf(size)];
      const expected: string[] = [];
      for (let level = 0; size >= 256 ** level; level++) {
        for (let index = 0; widthAt(level, index, size) > 0; index++) {
          const width = widthAt(level, index, size);
          expected.push(tilePath({ level, index, width }));
          if (level === 0) expected.push(tilePath({ level: 'entries', index, width }));
        }
      }
      expect(names.map(tilePath).sort()).toEqual(expected.sort());
    },
  );

  it('that are new since it had fewer leaves are those that it did not have then', () => {
    const sizes = fc.integer({ min: 0, max: 140_000 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 70_000 }), (from, more) => {
        const before = new Set([...tilesOf(from)].map(tilePath));
        const expected = [...tilesOf(from + more)].map(tilePath).filter((path) => !before.has(path));
        expect([...tilesOf(from + more, from)].map(tilePath)).toEqual(expected);
      }),
      {
        seed: 7,
        examples: [
          [0, 0],
          [255, 1],
          [256, 0],
          [256, 1],
          [65_535, 1],
          [65_536, 65_536],
        ],
      },
    );
  });
});

describe('a bundle of entries', () => {
  const entries = Array.from({ length: 256 }, () => randomBytes(32));

  it.each([0, 1, 2, 255, 256])('of %i comes back as it was', (count) => {
    const bundle = entryBundle(entries.slice(0, count));
    expect(bundle).toHaveLength(count * 34);
    expect(readEntryBundle(bundle)?.map((entry) => Buffer.from(entry))).toEqual(entries.slice(0, count));
  });

  it('is none when cut anywhere but between two entries, or of entries of another length', () => {
    const bundle = entryBundle(entries.slice(0, 3));
    for (let at = 0; at < bundle.length; at++) {
      expect(readEntryBundle(bundle.subarray(0, at)) === undefined).toBe(at % 34 !== 0);
    }
    const longer = Buffer.from(bundle);
    longer[1] = 33;
    expect(readEntryBundle(longer)).toBeUndefined();
  });

  it('is read as a tile only in whole hashes', () => {
    expect(readTile(randomBytes(31))).toBeUndefined();
    expect(readTile(randomBytes(64))).toHaveLength(2);
  });
});
