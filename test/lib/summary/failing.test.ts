// What cannot be drawn: the error comes out, and nothing is left behind that ends the process or keeps it waiting.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeRow } from '../../../lib/summary/objects.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** In a process of its own, which Node ends with another code where a failure was told to nobody. */
function drawn(bytes: string, font: string): { readonly said: string; readonly status: number | null } {
  const program = `
    import { localFont } from './lib/local/fonts.ts';
    import { renderSummary } from './lib/summary/index.ts';
    import { SMALL, storyOf } from './test/lib/summary/material.ts';
    const attached = [{ name: 'a.json', bytes: ${bytes}, relationship: 'Data', description: 'Umbrellas' }];
    const drawing = renderSummary({ ...storyOf(SMALL), attached }, ${font});
    console.log(await drawing.then(({ length }) => (length > 0 ? 'drawn' : 'empty'), ({ message }) => message));
    await new Promise((resolve) => setImmediate(resolve));`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program],
    { cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
  );
  return { said: stdout.trim(), status };
}

const NO_FONT = `() => Promise.reject(new Error('no font here'))`;

describe('a summary that cannot be drawn', () => {
  it.each([
    ['is drawn where all is well', 'Buffer.from("{}")', 'localFont', 'drawn'],
    ['tells of a font that is not there', 'Buffer.from("{}")', NO_FONT, 'no font here'],
    ['tells of a file that cannot be packed', '7', 'localFont', 'The "data" argument'],
    ['tells of one failure where there are two', '7', NO_FONT, 'no font here'],
  ])('%s', (_, bytes, font, said) => {
    const found = drawn(bytes, font);
    expect(found.said).toContain(said);
    expect(found.status).toBe(0);
  });
});

describe('a row of the table of objects', () => {
  const row = (offset: number | null): string => {
    const rows = new Uint8Array(14);
    writeRow(rows, 7, offset);
    return Buffer.from(rows.subarray(7)).toString('hex');
  };

  it.each([
    ['a place', 0x01020304, '01010203040000'],
    ['a place behind 16 MiB', 2 ** 24, '01010000000000'],
    ['a place behind 2 GiB', 2 ** 31 + 5, '01800000050000'],
    ['the last place there is', 2 ** 32 - 1, '01ffffffff0000'],
    ['nothing', 0, '0000000000ffff'],
    ['a packed object, its stream and its rank', -(300 * 2048 + 1029), '020000012c0405'],
  ])('says %s', (_, offset, hex) => {
    expect(row(offset)).toBe(hex);
  });

  it('is refused where it would say another place, or where nothing was written', () => {
    expect(() => row(2 ** 32)).toThrow('larger than its table');
    expect(() => row(null)).toThrow('never written');
  });
});
