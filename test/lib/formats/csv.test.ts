// Tables for spreadsheets: nothing acts as a formula, and every text can be had back.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CSV_BOM, csvRow, csvText, plainCell, safeCell } from '../../../lib/formats/csv.ts';

/** RFC 4180, as a second reading. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, cell = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    rows.at(-1)?.push(cell.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

const text = fc.string({
  unit: fc.constantFrom('=', '+', '-', '@', '"', "'", ',', ' ', '\t', '\r', '\n', 'a', 'é', '＝', '\uFEFF', '😀'),
});

describe('a table for spreadsheets', () => {
  it('quotes every cell, ends every row with CRLF and begins with a byte order mark', () => {
    expect(csvText(['a', 'b'], [['1', 'say "x", y\nz']])).toBe(`${CSV_BOM}"a","b"\r\n"1","say ""x"", y\nz"\r\n`);
    expect(csvText(['a'], [], { bom: false })).toBe('"a"\r\n');
    expect(csvRow([''])).toBe('""\r\n');
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\tx',
    '\rx',
    '\nx',
    ' =1',
    '"=1',
    '“=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '﹦1',
    '−1',
    '\uFEFF=1',
    '\0=1',
    '\u200B=1',
    '\u00A0=1',
    ' " \' =1',
    "'=1",
    "'",
    "'tis",
  ])('puts an apostrophe before %j', (cell) => {
    expect(safeCell(cell)).toBe(`'${cell.replaceAll('\0', '')}`);
  });

  it.each(['', 'a', 'a=1', '1-2', ' a', '"quoted"', 'né', '5 + 5', '(=)', '\u0007bell'])(
    'leaves %j as it is',
    (cell) => {
      expect(safeCell(cell)).toBe(cell);
    },
  );

  it('gives every text back, NUL and lone surrogates aside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(plainCell(safeCell(any))).toBe(any.replaceAll('\0', '').toWellFormed());
      }),
    );
    expect(safeCell('a\0b\uD800')).toBe('ab\uFFFD');
  });

  it('is read back row by row and cell by cell', () => {
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
        const [columns = [], ...others] = rows;
        expect(parse(csvText(columns, others, { bom: false })).map((row) => row.map(plainCell))).toEqual(rows);
      }),
    );
  });

  it('never lets a cell begin as a formula', () => {
    fc.assert(
      fc.property(text, (cell) => {
        expect(safeCell(cell)).not.toMatch(/^(?:[\t\r\n]|[\s"\uFEFF]*[=+\-@＝])/);
      }),
    );
  });
});
