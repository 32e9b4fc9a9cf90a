// Text as operators of a PDF page. Knows pdfkit's inside (pinned to 0.20.2), as `sink.ts` does.
// Always true: every (glyph, characters) has a code of its own, so that copying and searching give back exactly what is drawn.
import { CODE_MAP, CODES, characterMap, codeMap, hexCode } from './codes.ts';
import type { Content } from './content.ts';
import type { TaggedPage } from './tags.ts';
import { rowsOf, type Code } from './shaped.ts';
import { written, type PageContent, type Reference } from './sink.ts';
import type { Shaped } from './told.ts';
import { characterAt, type ParsedFont, type Typeface } from './typeface.ts';

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
  ref(): Ended & { readonly data: { Encoding?: unknown } };
  toUnicodeCmap: () => Ended;
}

/** A reference of pdfkit's, which `end` writes. */
interface Ended {
  end: (content?: Uint8Array) => void;
}

export interface Outline {
  addItem(title: string, options?: { expanded?: boolean; top?: number; left?: number }): Outline;
  readonly children: readonly Outline[];
  readonly outlineData: { Count?: number };
}

export interface PdfDocument {
  readonly outline: Outline;
  addPage(): unknown;
  ref(data?: object): Ended;
  readonly page: Page;
  font(font: ParsedFont): unknown;
  readonly _font: EmbeddedFont;
  readonly _root: { readonly data: { readonly Pages: { readonly data: { readonly Kids: object[] } } } };
}

interface Page {
  readonly dictionary: TaggedPage['dictionary'] & Reference & { readonly data: { Contents: object } };
  readonly resources: Reference;
  readonly fonts: Record<string, unknown>;
  readonly content: PageContent;
}

/**
 * The page just added becomes the one of this number, counted from 1. Of a page the document keeps no more than its object's number:
 * pdfkit would keep all that it says of every page until the end.
 */
export function placePage({ page, _root: catalog }: PdfDocument, number: number): void {
  const { Kids: pages } = catalog.data.Pages.data;
  pages.pop();
  pages.splice(number - 1, 0, written(`${page.dictionary.id} 0 R`));
}

/** Streams that are drawn before the page's own, by the numbers of their objects. */
export function drawBefore({ page: { dictionary, content } }: PdfDocument, streams: readonly number[]): void {
  dictionary.data.Contents = written(`[${[...streams, content.id].map((id) => `${id} 0 R`).join(' ')}]`);
}

/** pdfkit's document as it is inside, which its types leave out. */
export function insideOf(document: PDFKit.PDFDocument): PdfDocument {
  return document as unknown as PdfDocument;
}

export interface Encoder {
  /** Shows one run of text with its baseline at (x, y), y downwards. */
  show(text: string, size: number, colour: string, x: number, y: number): void;
  /** The same of glyphs that were shaped. */
  showShaped(shaped: Shaped, size: number, colour: string, x: number, y: number): void;
  /** Shows one run where the one ended that was shown just before, which was not shaped. */
  showOn(text: string, size: number, colour: string): void;
}

export function encoder(document: PdfDocument, content: Content, face: Typeface): Encoder {
  document.font(face.font);
  const font = document._font;
  mapShortly(document, font);
  const codes = new Map<string, Code>();
  const codeOf = (id: number, text: string): Code => {
    const key = `${id} ${text}`;
    const known = codes.get(key) ?? assign(font, face.advance(id), id, text);
    codes.set(key, known);
    return known;
  };
  const near = new Uint16Array(NEAR);
  const far = new Map<string, number>();
  let named: Page | undefined;
  /** A page names its fonts once. */
  const nameOn = (page: Page): void => {
    page.fonts[font.id] ??= font.ref();
    named = page;
  };
  const begin = (size: number, colour: string, x: number, y: number): void => {
    if (document.page !== named) nameOn(document.page);
    content.textAt(font.id, size, colour, x, y);
  };
  const say = (text: string): void => {
    content.say('(');
    for (let at = content.codes(text, 0, near); at < text.length; at = content.codes(text, at + 1, near)) {
      const known = near[text.charCodeAt(at)] ?? 0;
      if (known !== 0) content.code(known);
      else {
        const character = characterAt(text, at);
        content.code(find(character));
        at += character.length - 1;
      }
    }
    content.say(') Tj\n');
  };
  const find = (character: string): number => {
    const known = far.get(character);
    if (known !== undefined) return known;
    const { code } = codeOf(face.glyph(character).id, character);
    const unit = character.charCodeAt(0);
    if (unit < NEAR) near[unit] = code;
    else far.set(character, code);
    return code;
  };
  return {
    show: (text, size, colour, x, y) => {
      begin(size, colour, x, y);
      say(text);
    },
    showOn: (text, size, colour) => {
      if (document.page !== named) nameOn(document.page);
      content.textOn(font.id, size, colour);
      say(text);
    },
    showShaped: (shaped, size, colour, x, y) => {
      const { main, upon } = rowsOf(shaped, size, codeOf, face.blank);
      begin(size, colour, x, y);
      content.say(`${main}\n`);
      if (upon === '') return;
      content.say(`${SILENT}\n0 0 Td ${upon}\nEMC\n`);
    },
  };
}

/** What follows says nothing to a reader: what it means was said before. */
const SILENT = '/Span <</ActualText <FEFF>>> BDC';

/** The letters that most text is made of are looked up by their number. */
const NEAR = 0x2500;

/** Strings call glyphs by short codes, which pdfkit, whose codes are all of two bytes, knows nothing of: its maps are replaced. */
function mapShortly(document: PdfDocument, font: EmbeddedFont): void {
  const dictionary = font.ref();
  const end = dictionary.end.bind(dictionary);
  dictionary.end = () => {
    const system = { Registry: Object('Adobe') as object, Ordering: Object('Identity') as object, Supplement: 0 };
    const said = { Type: 'CMap', CMapName: CODE_MAP, CIDSystemInfo: system, WMode: 0 };
    dictionary.data.Encoding = streamOf(document, codeMap(font.unicode.length), said);
    end();
  };
  font.toUnicodeCmap = () => streamOf(document, characterMap(font.unicode));
}

function streamOf(document: PdfDocument, text: string, said?: object): Ended {
  const stream = document.ref(said);
  stream.end(Buffer.from(text, 'latin1'));
  return stream;
}

function assign(font: EmbeddedFont, width: number, id: number, text: string): Code {
  const code = font.subset.mapping[id] === undefined ? font.subset.includeGlyph(id) : font.subset.glyphs.push(id) - 1;
  if (code >= CODES) throw new Error('More glyphs of one typeface than it has codes for.');
  font.widths[code] = width;
  font.unicode[code] = Array.from(text, (each) => each.codePointAt(0) ?? 0);
  return { code, hex: hexCode(code), width };
}
