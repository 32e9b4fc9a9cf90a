// What is read of a font past fontkit, held against fontkit.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import PDFDocument from 'pdfkit';
import { fontPaths, localFont } from '../../../lib/local/fonts.ts';
import { advancesOf, postOf, typefaces } from '../../../lib/summary/typeface.ts';

type Table = { readonly offset: number };

interface Parsed {
  readonly directory: { readonly tables: { readonly hhea: Table; readonly hmtx: Table; readonly post: Table } };
  readonly numGlyphs: number;
  getGlyph(id: number): { readonly advanceWidth: number };
  readonly post: { readonly italicAngle: number; readonly isFixedPitch: number };
}

function parsed(bytes: Buffer): Parsed {
  const document = new PDFDocument({ font: bytes as unknown as string, autoFirstPage: false });
  return (document as unknown as { _font: { font: Parsed } })._font.font;
}

describe('the table post of a font', () => {
  it.each(fontPaths())('says the same, however it is read: $name', ({ path }) => {
    const bytes = readFileSync(path);
    const { directory, post } = parsed(bytes);
    const { italicAngle, isFixedPitch } = post;
    expect(postOf(bytes, directory.tables.post.offset)).toEqual({ italicAngle, isFixedPitch });
  });

  it('is all that pdfkit is given of it', async () => {
    const { mono } = await typefaces(localFont);
    const { directory, post } = mono.font as unknown as Parsed;
    expect(post).toEqual(postOf(Buffer.from(await localFont('mono')), directory.tables.post.offset));
  });
});

describe('how far a glyph advances', () => {
  it.each(fontPaths())('is the same, however it is read: $name', ({ path }) => {
    const bytes = readFileSync(path);
    const font = parsed(bytes);
    const advances = advancesOf(bytes, font.directory.tables);
    const step = Math.ceil(font.numGlyphs / 400);
    const ids = Array.from({ length: Math.ceil(font.numGlyphs / step) }, (_, n) => n * step);
    const last = font.numGlyphs - 1;
    expect([...ids, last].map(advances)).toEqual([...ids, last].map((id) => font.getGlyph(id).advanceWidth));
  });
});
