// Text as operators of a PDF page. The one place that knows pdfkit's inside (pinned to 0.20.2).
// Always true: every (glyph, characters) has a code of its own, so that copying and searching give back exactly what is drawn.
import type { TaggedPage } from './tags.ts';
import { takesRoom, type PlacedGlyph, type Shaped } from './told.ts';
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
  /** The same of glyphs that were shaped. */
  showShaped(shaped: Shaped, size: number, colour: string, x: number, y: number): string;
}

export function encoder(document: PdfDocument, face: Typeface): Encoder {
  document.font(face.font);
  const font = document._font;
  const codes = new Map<string, Code>();
  const codeOf = (id: number, text: string): Code => {
    const key = `${id} ${text}`;
    const known = codes.get(key) ?? assign(font, face.advance(id), id, text);
    codes.set(key, known);
    return known;
  };
  const simple = new Map<string, string>();
  const hexOf = (character: string): string => {
    const known = simple.get(character) ?? codeOf(face.glyph(character).id, character).hex;
    simple.set(character, known);
    return known;
  };
  const set = (size: number, colour: string): string => {
    document.page.fonts[font.id] ??= font.ref();
    return `BT ${colour} rg /${font.id} ${round(size)} Tf`;
  };
  return {
    show: (text, size, colour, x, y) => `${set(size, colour)} ${at(x, y)} <${Array.from(text, hexOf).join('')}> Tj ET`,
    showShaped(shaped, size, colour, x, y) {
      const { main, upon } = rowsOf(shaped, size, codeOf, face.blank);
      const further = upon === '' ? '' : ` ${SILENT} ${at(x, y)} ${upon} EMC`;
      return `${set(size, colour)} ${at(x, y)} ${main}${further} ET`;
    },
  };
}

/** What follows says nothing to a reader: what it means was said before. */
const SILENT = '/Span <</ActualText <FEFF>>> BDC';

function at(x: number, y: number): string {
  return `1 0 0 -1 ${round(x)} ${round(y)} Tm`;
}

/** How a glyph is called in the document, and how far it goes by itself, in thousandths. */
interface Code {
  readonly hex: string;
  readonly width: number;
}

function assign(font: EmbeddedFont, width: number, id: number, text: string): Code {
  const code = font.subset.mapping[id] === undefined ? font.subset.includeGlyph(id) : font.subset.glyphs.push(id) - 1;
  font.widths[code] = width;
  font.unicode[code] = Array.from(text, (each) => each.codePointAt(0) ?? 0);
  return { hex: hex4(code), width };
}

// ── shaped text ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a further glyph of a cluster stands for: a format character that readers leave out. */
const NOTHING = '\u200B';

/**
 * What takes room stands in one row, as readers expect of a word; what is set upon it stands in a second one, and is told of in the
 * first by a glyph that draws nothing.
 */
function rowsOf(
  { clusters }: Shaped,
  size: number,
  codeOf: (id: number, text: string) => Code,
  blank: number | undefined,
): { readonly main: string; readonly upon: string } {
  const [main, upon] = [rowOf(size), rowOf(size)];
  const tell = (units: readonly string[]): void => {
    for (const unit of units) main.show(BLANK, codeOf(blank ?? 0, unit));
  };
  for (const { units: all, glyphs } of clusters) {
    let units = blank === undefined ? [all.join('')] : all;
    for (const glyph of glyphs) {
      const isOne = all.length === 1 || blank === undefined;
      const at = takesRoom(glyph) || blank === undefined ? units.findIndex((unit) => isOne || !MARK.test(unit)) : -1;
      tell(units.slice(0, Math.max(0, at)));
      const [on, off] = at === -1 ? [upon, main] : [main, upon];
      on.show(glyph, codeOf(glyph.id, units[at] ?? NOTHING));
      off.pass(glyph.advance);
      units = units.slice(at + 1);
    }
    tell(units);
  }
  return { main: main.end(), upon: upon.end() };
}

const MARK = /^\p{Mn}/u;

const BLANK: PlacedGlyph = { id: 0, advance: 0, x: 0, y: 0 };

interface Row {
  show(glyph: PlacedGlyph, code: Code): void;
  /** Leaves this much free. */
  pass(advance: number): void;
  end(): string;
}

/** Glyphs at their places: what the font's own width would make of it is put right before the next one. */
function rowOf(size: number): Row {
  const found: string[] = [];
  let glyphs = '';
  let [ahead, rise] = [0, 0];
  const flush = (): void => {
    if (glyphs !== '') found.push(`[${glyphs}] TJ`);
    glyphs = '';
  };
  const raise = (to: number): void => {
    if (to === rise) return;
    flush();
    found.push(`${round((to * size) / 1000)} Ts`);
    rise = to;
  };
  return {
    show({ x, y, advance }, { hex, width }) {
      raise(y);
      const left = round(-ahead - x);
      glyphs += left === '0' ? `<${hex}>` : `${left}<${hex}>`;
      ahead = advance - x - width;
    },
    pass: (advance) => void (ahead += advance),
    end() {
      raise(0);
      flush();
      return found.join(' ');
    },
  };
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0');
}

export function round(points: number): string {
  return String(Math.round(points * 100) / 100);
}
