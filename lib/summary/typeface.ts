// The typefaces, each parsed once per process and lent to every document. pdfkit 0.20.2 takes a font that is parsed already.
// Always true: one character is one glyph with one width; there is no kerning and no ligature, so that what is copied is what was sent.
import type { FontName } from '../ports.ts';
import { isSimple } from './characters.ts';

/** The part of fontkit's font that is used here. */
export interface ParsedFont {
  readonly unitsPerEm: number;
  readonly postscriptName: string;
  glyphForCodePoint(codePoint: number): { readonly id: number; readonly advanceWidth: number };
}

export interface Glyph {
  readonly id: number;
  /** In thousandths of the size. */
  readonly width: number;
  /** Drawn as itself: simple, and in the font. */
  readonly drawn: boolean;
}

export interface Typeface {
  readonly font: ParsedFont;
  glyph(character: string): Glyph;
}

export type Typefaces = Readonly<Record<FontName, Typeface>>;

const FONT_NAMES: readonly FontName[] = ['sans', 'sansBold', 'mono'];
const parsed = new Map<FontName, Promise<Typeface>>();

/** All three. @throws what the port throws; a failed try is not remembered */
export async function typefaces(font: (name: FontName) => Promise<Uint8Array>): Promise<Typefaces> {
  const found = await Promise.all(FONT_NAMES.map(async (name) => [name, await typeface(name, font)] as const));
  return Object.fromEntries(found) as Typefaces;
}

async function typeface(name: FontName, font: (name: FontName) => Promise<Uint8Array>): Promise<Typeface> {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const reading = font(name).then(parse);
  parsed.set(name, reading);
  reading.catch(() => parsed.delete(name));
  return reading;
}

/** pdfkit's own parser does it: a document that is never written is made around the bytes. */
async function parse(bytes: Uint8Array): Promise<Typeface> {
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({ font: Buffer.from(bytes) as unknown as string, autoFirstPage: false });
  const { font } = (document as unknown as { _font: { font: ParsedFont } })._font;
  return measured(font);
}

/** More characters than any language needs; a sender who uses all of Unicode makes it slow, not large. */
const REMEMBERED = 8192;

function measured(font: ParsedFont): Typeface {
  const glyphs = new Map<string, Glyph>();
  const measure = (character: string): Glyph => {
    const { id, advanceWidth } = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
    return { id, width: (advanceWidth * 1000) / font.unitsPerEm, drawn: id !== 0 && isSimple(character) };
  };
  const glyph = (character: string): Glyph => {
    const known = glyphs.get(character);
    if (known !== undefined) return known;
    const made = measure(character);
    if (glyphs.size < REMEMBERED) glyphs.set(character, made);
    return made;
  };
  return { font, glyph };
}
