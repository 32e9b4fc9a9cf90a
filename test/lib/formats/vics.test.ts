// data/vics.json: the keys of a VICS 2.0-shaped case file in their order and types, and no judgement that nobody made.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vicsCase, type VicsFile } from '../../../lib/formats/vics.ts';

const VECTOR = resolve(import.meta.dirname, '../../../../shared/vectors/vics/synthetic-case.json');
const itWithVector = existsSync(VECTOR) ? it : it.skip; // the synthetic vector lies beside some checkouts only

const file: VicsFile = {
  path: 'data/media/E0001.jpg',
  originalName: 'phone/DCIM/umbrella.jpg',
  label: 'A-1',
  contentType: 'image/jpeg',
  sizeBytes: 12,
  md5: 'ab'.repeat(16),
  sha1: 'cd'.repeat(20),
  sha256: 'ef'.repeat(32),
  sealedAt: '2026-01-02T03:04:05.000Z',
};
const id = '8d4f6c0e-2f3b-4f0e-9a63-3d2c6a1b7e10';
const contact = { name: 'Kim Example', email: 'kim@example.org', phone: '+1 202 555 0142' };

type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** Keys in their order, and the type of each value. */
function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

interface Read {
  readonly value: readonly [{ readonly TotalMediaFiles: number; readonly Media: readonly Record<string, unknown>[] }];
}

const textOf = (files: readonly VicsFile[]): string => [...vicsCase({ id, contact, files })].join('');
const read = (files: readonly VicsFile[]): Read => JSON.parse(textOf(files)) as Read;

describe('a VICS 2.0-shaped case file', () => {
  itWithVector('has the keys of the vector, in their order and of its types (skipped without it)', () => {
    const text = readFileSync(VECTOR, 'utf8');
    // when a file was made or written on its device no desk knows
    const unknown = text.replace(/"(Created|Written)":"[^"]*"/g, '"$1":null');
    expect(JSON.stringify(shapeOf(JSON.parse(textOf([file]))))).toBe(JSON.stringify(shapeOf(JSON.parse(unknown))));
    const [context] = Object.values(JSON.parse(text) as object) as string[];
    expect(textOf([file]).startsWith(`{"@odata.context":"${context ?? ''}","value":[{`)).toBe(true);
  });

  it('tells every file in its order, digests in capitals, and counts what it holds', () => {
    const files = [file, { ...file, path: 'data/media/E0002.bin', md5: '01'.repeat(16) }];
    const [told] = read(files).value;
    expect(told.TotalMediaFiles).toBe(2);
    expect(told.Media.map((media) => [media['MediaID'], media['MD5'], media['RelativeFilePath']])).toEqual([
      [1, 'AB'.repeat(16), 'media\\E0001.jpg'],
      [2, '01'.repeat(16), 'media\\E0002.bin'],
    ]);
    expect(told.Media[0]?.['AlternativeHashes']).toEqual([
      { MD5: 'AB'.repeat(16), HashName: 'SHA256', HashValue: 'EF'.repeat(32) },
    ]);
  });

  it('judges nothing: no category, no flag', () => {
    const [media = {}] = read([file]).value[0].Media;
    expect(media['Category']).toBeNull();
    expect(Object.values(media).filter((value) => value === true)).toEqual([]);
  });

  it.each([
    ['phone/DCIM/umbrella.jpg', 'umbrella.jpg', 'phone\\DCIM\\umbrella.jpg'],
    ['C:\\photos\\bell.png', 'bell.png', 'C:\\photos\\bell.png'],
    ['odd/', 'odd/', 'odd\\'],
    [undefined, 'E0001.jpg', 'data\\media\\E0001.jpg'],
  ])('calls %j as its submitter does', (originalName, FileName, FilePath) => {
    const [media = {}] = read([{ ...file, originalName }]).value[0].Media;
    expect(media['MediaFiles']).toEqual([expect.objectContaining({ FileName, FilePath, MD5: 'AB'.repeat(16) })]);
  });

  it('begins with no byte order mark, is one file a line, and the same for ever', () => {
    expect(textOf([file, file]).split('\n')).toHaveLength(5);
    expect(textOf([file])).toBe(textOf([{ ...file }]));
    expect(textOf([file]).codePointAt(0)).toBe('{'.codePointAt(0));
  });
});
