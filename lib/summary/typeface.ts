// The typefaces, each parsed once per process and lent to every document. pdfkit 0.20.2 takes a font that is parsed already.
// Always true: three are there from the beginning, the others and what shapes them are loaded only for text that needs them; read
// character by character, one character is one glyph with one width, without kerning and ligatures.
import type PDFDocument from 'pdfkit';
import type { FontName } from '../ports.ts';
import { isSimple, looksCoded, opensCoded } from './characters.ts';
import type { Shaper, Shaping } from './shape.ts';

/** The part of fontkit's font that is used here. */
export interface ParsedFont {
  readonly unitsPerEm: number;
  readonly postscriptName: string;
  glyphForCodePoint(codePoint: number): { readonly id: number };
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
  readonly bytes: Uint8Array;
  glyph(character: string): Glyph;
  /** Of text, one glyph behind the other, in thousandths of the size. */
  width(text: string): number;
  /** The same where nothing in it needs more than one glyph behind the other, which is so for most of what there is. */
  plainWidth(text: string): number | undefined;
  /** What the font itself says of a glyph's width, in thousandths of the size. */
  advance(id: number): number;
  /** A glyph without width that draws nothing, if there is one. */
  readonly blank: number | undefined;
}

/** What styles are set in. */
export type Basic = Extract<FontName, 'sans' | 'sansBold' | 'mono'>;

export interface Typefaces extends Readonly<Record<Basic, Typeface>> {
  readonly further: Further;
}

/** What is loaded for text that is more than one glyph behind the other. */
export interface Further {
  /** A typeface and what shapes with it; undefined while it is not loaded, and then it is wanted. */
  find(name: FontName): Ready | undefined;
  /** Embedding levels of text by UAX #9; undefined as above. */
  levels(): Shaping['levels'] | undefined;
  /** Whether something is: then what is measured from here on does not hold. */
  isWanted(): boolean;
  /** Loads what was wanted. Whether there was anything: then what was measured before holds no longer. */
  load(): Promise<boolean>;
}

export interface Ready {
  readonly face: Typeface;
  readonly shaper: Shaper;
}

type Port = (name: FontName) => Promise<Uint8Array>;

const BASIC: readonly Basic[] = ['sans', 'sansBold', 'mono'];
const parsed = new Map<FontName, Promise<Typeface>>();
const ready = new Map<FontName, Ready>();
let shaping: Shaping | undefined;

/** The three, and the others once they are wanted. @throws what the port throws; a failed try is not remembered */
export async function typefaces(font: Port): Promise<Typefaces> {
  const found = await Promise.all(BASIC.map(async (name) => [name, await typeface(name, font)] as const));
  return { ...(Object.fromEntries(found) as Record<Basic, Typeface>), further: further(font) };
}

function further(font: Port): Further {
  const wanted = new Set<FontName | 'levels'>();
  return {
    find: (name) => ready.get(name) ?? void wanted.add(name),
    levels: () => shaping?.levels ?? void wanted.add('levels'),
    isWanted: () => wanted.size > 0,
    async load() {
      const names = [...wanted];
      wanted.clear();
      await Promise.all(names.map((name) => (name === 'levels' ? loadShaping() : prepare(name, font))));
      return names.length > 0;
    },
  };
}

async function loadShaping(): Promise<Shaping> {
  return (shaping ??= await (await import('./shape.ts')).openShaping());
}

async function prepare(name: FontName, font: Port): Promise<void> {
  const [face, { shaperOf }] = await Promise.all([typeface(name, font), loadShaping()]);
  if (!ready.has(name)) ready.set(name, { face, shaper: shaperOf(face.bytes) });
}

async function typeface(name: FontName, font: Port): Promise<Typeface> {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const reading = Promise.all([font(name), import('pdfkit')]).then(([bytes, { default: Document }]) =>
    parse(bytes, Document),
  );
  parsed.set(name, reading);
  reading.catch(() => parsed.delete(name));
  return reading;
}

/** pdfkit's own parser does it: a document that is never written is made around the bytes. */
function parse(bytes: Uint8Array, Document: typeof PDFDocument): Typeface {
  const held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const document = new Document({ font: held as unknown as string, autoFirstPage: false });
  const { font } = (document as unknown as { _font: { font: ParsedFont & Tables } })._font;
  const { tables } = font.directory;
  font._tables.post = postOf(held, tables.post.offset);
  return measured(font, bytes, advancesOf(held, tables));
}

/** Where the tables of a font lie, and those that were read. */
interface Tables {
  readonly directory: { readonly tables: Directory };
  readonly _tables: { post?: Post };
}

type Directory = Readonly<Record<'hhea' | 'hmtx' | 'post', { readonly offset: number }>>;

type Post = Readonly<{ italicAngle: number; isFixedPitch: number }>;

/** What pdfkit asks of the table `post` (OpenType 1.9), without the names of thousands of glyphs that stand there too. */
export function postOf(font: Buffer, offset: number): Post {
  return { italicAngle: font.readInt32BE(offset + 4) / 65536, isFixedPitch: font.readUInt32BE(offset + 12) };
}

/**
 * How far each glyph advances, in units of the font, as `hhea` and `hmtx` say it (OpenType 1.9; no font of ours varies). pdfkit's parser
 * would read the outline of each as well.
 */
export function advancesOf(font: Buffer, { hhea, hmtx }: Omit<Directory, 'post'>): (id: number) => number {
  const last = font.readUInt16BE(hhea.offset + 34) - 1;
  if (last < 0) throw new Error('The font says of no glyph how far it advances.');
  return (id) => font.readUInt16BE(hmtx.offset + 4 * Math.min(id, last));
}

/** More characters than any language needs; a sender who uses all of Unicode makes it slow, not large. */
const REMEMBERED = 8192;

function measured(font: ParsedFont, bytes: Uint8Array, advances: (id: number) => number): Typeface {
  const glyphs = new Map<string, Glyph>();
  const { unitsPerEm } = font;
  const advance = (id: number): number => (advances(id) * 1000) / unitsPerEm;
  const measure = (character: string): Glyph => {
    const { id } = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
    return { id, width: advance(id), drawn: id !== 0 && isSimple(character) };
  };
  const glyph = (character: string): Glyph => {
    const known = glyphs.get(character);
    if (known !== undefined) return known;
    const made = measure(character);
    if (glyphs.size < REMEMBERED) glyphs.set(character, made);
    return made;
  };
  return { font, bytes, glyph, ...near(glyph), advance, blank: blankOf(font, advance) };
}

/** The letters that most text is made of are looked up by their number. */
const NEAR = 0x2500;

/** A row of numbers for each: most text is measured many times. */
function near(glyph: Typeface['glyph']): Pick<Typeface, 'width' | 'plainWidth'> {
  const widths = new Float64Array(NEAR).fill(-1);
  /** Of characters that stand for themselves wherever they stand. */
  const plain = new Uint8Array(NEAR);
  const find = (character: string): Glyph => {
    const found = glyph(character);
    const unit = character.charCodeAt(0);
    if (unit >= NEAR) return found;
    widths[unit] = found.width;
    plain[unit] = found.drawn && !opensCoded(character) ? 1 : 0;
    return found;
  };
  return {
    width: (text) => {
      let sum = 0;
      for (let at = 0; at < text.length; at += 1) {
        const known = widths[text.charCodeAt(at)] ?? -1;
        if (known >= 0) sum += known;
        else {
          const character = characterAt(text, at);
          sum += find(character).width;
          at += character.length - 1;
        }
      }
      return sum;
    },
    plainWidth: (text) => {
      let [sum, opens] = [0, false];
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        if (plain[unit] === 1) sum += widths[unit] ?? 0;
        else {
          const character = characterAt(text, at);
          const found = find(character);
          if (!found.drawn) return undefined;
          opens ||= opensCoded(character);
          sum += found.width;
          at += character.length - 1;
        }
      }
      return opens && looksCoded(text) ? undefined : sum;
    },
  };
}

/** Both halves of a pair. */
export function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** Zero width space, or a joiner of graphemes: in these typefaces neither has an outline. */
function blankOf(font: ParsedFont, advance: (id: number) => number): number | undefined {
  return [0x200b, 0x034f]
    .map((codePoint) => font.glyphForCodePoint(codePoint).id)
    .find((id) => id !== 0 && advance(id) === 0);
}
