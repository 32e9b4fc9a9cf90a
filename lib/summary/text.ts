// All text goes through here: measured, broken into lines, drawn. Bidi and shaping will come in here and nowhere else.
// Always true: every character of what was handed in is drawn as itself or as its code point, and ends up inside the given width.
import type { FontName } from '../ports.ts';
import { piecesOf } from './characters.ts';
import { encoder, type Encoder, type PdfDocument } from './encode.ts';
import type { Style } from './scale.ts';
import type { Typeface, Typefaces } from './typeface.ts';

/** Text in one typeface; `coded` is code points that stand for characters. */
interface Run {
  readonly text: string;
  readonly coded: boolean;
}

/** One line, with the style it was measured in. */
export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
  readonly style: Style;
}

export interface Typesetter {
  /** Newlines break; what is too long for the width is cut at its edge. Never fewer than one line. */
  lines(text: string, style: Style, width: number): Line[];
  /** Of one line. */
  width(text: string, style: Style): number;
  /** @param y the baseline, from the top of the page */
  draw(line: Line, x: number, y: number): void;
}

/**
 * @param document without one everything is measured and nothing drawn
 * @param put takes operators for the content of the page that is being drawn; text space has its y axis downwards there
 */
export function typesetter(
  document: PdfDocument | undefined,
  faces: Typefaces,
  put: (operators: string) => void,
): Typesetter {
  const encoders = new Map<FontName, Encoder>();
  const encoderOf = (document: PdfDocument, name: FontName): Encoder => {
    const known = encoders.get(name) ?? encoder(document, faces[name]);
    encoders.set(name, known);
    return known;
  };
  return {
    lines: (text, style, width) => paragraphs(text).flatMap((each) => linesOf(each, style, width, faces)),
    width: (text, style) => runsOf(text, style, faces).reduce((sum, run) => sum + widthOf(run, style, faces), 0),
    draw: ({ runs, style }, x, y) => {
      if (document === undefined) return;
      let at = x;
      for (const run of runs) {
        const { face, size } = set(run, style);
        put(encoderOf(document, face).show(run.text, size, run.coded ? CODED : style.colour, at, y));
        at += widthOf(run, style, faces);
      }
    },
  };
}

/** Code points are told from what was written by typeface and colour. */
const CODED = '0.52 0.30 0.05';

function set(run: Run, style: Style): { face: FontName; size: number } {
  return run.coded ? { face: 'mono', size: style.size * 0.88 } : style;
}

function paragraphs(text: string): string[] {
  return text.split(/\r?\n/);
}

function widthOf(run: Run, style: Style, faces: Typefaces): number {
  const { face, size } = set(run, style);
  return (advance(run.text, faces[face]) * size) / 1000;
}

function advance(text: string, face: Typeface): number {
  let sum = 0;
  for (const character of text) sum += face.glyph(character).width;
  return sum;
}

function runsOf(text: string, style: Style, faces: Typefaces): Run[] {
  const face = faces[style.face];
  return piecesOf(text, (character) => face.glyph(character).drawn);
}

// ── breaking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Word extends Run {
  readonly width: number;
  /** Without the space behind it. */
  readonly bare: number;
}

function linesOf(text: string, style: Style, width: number, faces: Typefaces): Line[] {
  const runs = runsOf(text, style, faces);
  const whole = runs.reduce((sum, run) => sum + widthOf(run, style, faces), 0);
  if (whole <= width) return [{ runs, width: whole, style }];
  const words = runs.flatMap((run) => wordsOf(run, style, width, faces));
  return fill(words, width).map((line) => asLine(line, style));
}

/** Words with the spaces behind them; a word wider than the line is cut to fit. */
function wordsOf(run: Run, style: Style, width: number, faces: Typefaces): Word[] {
  const words = run.text.match(/[^ ]*(?: +|$)/g)?.filter((word) => word !== '') ?? [];
  return words.flatMap((text) => {
    const word = measure({ text, coded: run.coded }, style, faces);
    return word.bare <= width ? [word] : cut(word, style, width, faces);
  });
}

function measure(run: Run, style: Style, faces: Typefaces): Word {
  const bare = widthOf({ ...run, text: run.text.trimEnd() }, style, faces);
  return { ...run, width: widthOf(run, style, faces), bare };
}

function cut(word: Word, style: Style, width: number, faces: Typefaces): Word[] {
  const parts: Word[] = [];
  const { face, size } = set(word, style);
  let [text, taken] = ['', 0];
  for (const character of word.text) {
    const more = (faces[face].glyph(character).width * size) / 1000;
    if (taken + more > width && text !== '' && character !== ' ') {
      const [kept, over] = atSeparator(text);
      parts.push(measure({ text: kept, coded: word.coded }, style, faces));
      [text, taken] = [over, widthOf({ text: over, coded: word.coded }, style, faces)];
    }
    text += character;
    taken += more;
  }
  return [...parts, measure({ text, coded: word.coded }, style, faces)];
}

/** Addresses and paths break behind a separator, when one stands near the edge. */
function atSeparator(text: string): [string, string] {
  const at = Math.max(...['/', '-', '_', '?', '&', '='].map((each) => text.lastIndexOf(each))) + 1;
  return at > text.length * 0.7 && at < text.length ? [text.slice(0, at), text.slice(at)] : [text, ''];
}

function fill(words: readonly Word[], width: number): Word[][] {
  const lines: Word[][] = [[]];
  let taken = 0;
  for (const word of words) {
    if (taken > 0 && taken + word.bare > width + 0.001) {
      lines.push([]);
      taken = 0;
    }
    lines.at(-1)?.push(word);
    taken += word.width;
  }
  return lines;
}

function asLine(words: readonly Word[], style: Style): Line {
  const runs: { text: string; coded: boolean }[] = [];
  for (const { text, coded } of words) {
    const last = runs.at(-1);
    if (last?.coded === coded) last.text += text;
    else runs.push({ text, coded });
  }
  const end = words.at(-1);
  const width = words.reduce((sum, word) => sum + word.width, 0) - (end === undefined ? 0 : end.width - end.bare);
  return { runs, width, style };
}
