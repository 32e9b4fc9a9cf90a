// Text as operators of a PDF page. The one place that knows pdfkit's inside (pinned to 0.20.2).
// Always true: every (glyph, character) has a code of its own, so that copying and searching give back exactly what is drawn.
import type { TaggedPage } from './tags.ts';
import type { ParsedFont, Typeface } from './typeface.ts';

/** pdfkit's font in a document: what it embeds, by code. */
interface EmbeddedFont {
  readonly id: string;
  readonly scale: number;
  readonly subset: {
    readonly glyphs: number[];
    readonly mapping: Record<number, number>;
    includeGlyph(id: number): number;
  };
  readonly widths: number[];
  readonly unicode: (readonly number[])[];
  ref(): unknown;
}

export interface Outline {
  addItem(title: string, options?: { expanded?: boolean; top?: number; left?: number }): Outline;
  readonly children: readonly Outline[];
  readonly outlineData: { Count?: number };
}

export interface PdfDocument {
  readonly outline: Outline;
  addPage(): unknown;
  addContent(operators: string): unknown;
  readonly page: TaggedPage & { readonly fonts: Record<string, unknown> };
  font(font: ParsedFont): unknown;
  readonly _font: EmbeddedFont;
}

/** pdfkit's document as it is inside, which its types leave out. */
export function insideOf(document: PDFKit.PDFDocument): PdfDocument {
  return document as unknown as PdfDocument;
}

export interface Encoder {
  /** Operators that show one run of text with its baseline at (x, y), y downwards. */
  show(text: string, size: number, colour: string, x: number, y: number): string;
}

export function encoder(document: PdfDocument, face: Typeface): Encoder {
  document.font(face.font);
  const font = document._font;
  const codes = new Map<string, string>();
  const codeOf = (character: string): string => {
    const known = codes.get(character) ?? hex4(assign(font, face, character));
    codes.set(character, known);
    return known;
  };
  return {
    show(text, size, colour, x, y) {
      document.page.fonts[font.id] ??= font.ref();
      const shown = Array.from(text, codeOf).join('');
      return `BT ${colour} rg /${font.id} ${round(size)} Tf 1 0 0 -1 ${round(x)} ${round(y)} Tm <${shown}> Tj ET`;
    },
  };
}

function assign(font: EmbeddedFont, face: Typeface, character: string): number {
  const { id, width } = face.glyph(character);
  const code = font.subset.mapping[id] === undefined ? font.subset.includeGlyph(id) : font.subset.glyphs.push(id) - 1;
  font.widths[code] = width;
  font.unicode[code] = [character.codePointAt(0) ?? 0];
  return code;
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0');
}

export function round(points: number): string {
  return String(Math.round(points * 100) / 100);
}
