// All text goes through here: measured, broken into lines, drawn. Bidi and shaping will come in here and nowhere else.
// Always true: every character of what was handed in is drawn as itself or as its code point, and ends up inside the given width.
import type { FontName } from '../ports.ts';
import { MARK, piecesOf } from './characters.ts';
import { encoder, type Encoder, type PdfDocument } from './encode.ts';
import { GREY, MARK_COLOUR, type Style } from './scale.ts';
import type { Typeface, Typefaces } from './typeface.ts';

/** Text in one style; `coded` is code points that stand for characters. */
interface Run {
  readonly text: string;
  readonly coded: boolean;
  readonly style: Style;
}

/** One line; `style` says how high it is. */
export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
  readonly style: Style;
}

/** Text, and before it what the desk calls it: the mark, then the label in grey. An empty label is the mark alone. */
export interface Segment {
  readonly text: string;
  readonly style: Style;
  readonly label?: string | undefined;
}

export interface Typesetter {
  /** Newlines break; what is too long for the width is cut at its edge. Never fewer than one line. */
  lines(text: string, style: Style, width: number): Line[];
  /** Segments one behind the other. */
  compose(segments: readonly Segment[], width: number): Line[];
  /** Of one line. */
  width(text: string, style: Style): number;
  /** @param y the baseline, from the top of the page */
  draw(line: Line, x: number, y: number): void;
  /** The desk's mark alone, ending at x. */
  drawMark(style: Style, x: number, y: number): void;
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
  const draw = ({ runs }: Pick<Line, 'runs'>, x: number, y: number): void => {
    if (document === undefined) return;
    let at = x;
    for (const run of runs) {
      const { face, size, colour } = setting(run);
      put(encoderOf(document, face).show(run.text, size, colour, at, y));
      at += widthOf(run, faces);
    }
  };
  return {
    lines: (text, style, width) => composed([{ text, style }], width, faces),
    compose: (segments, width) => composed(segments, width, faces),
    width: (text, style) => sumOf(runsOf(text, style, faces), faces),
    draw,
    drawMark: (style, x, y) => {
      const mark = markRun(style);
      draw({ runs: [mark] }, x - widthOf(mark, faces), y);
    },
  };
}

/** Code points are told from what was written by typeface and colour. */
const CODED = '0.52 0.30 0.05';

function setting({ coded, style }: Run): Pick<Style, 'face' | 'size' | 'colour'> {
  return coded ? { face: 'mono', size: style.size * 0.88, colour: CODED } : style;
}

function markRun(style: Style): Run {
  return { text: MARK, coded: false, style: { ...style, face: 'sans', colour: MARK_COLOUR } };
}

/** A colon only where something follows. */
function labelRuns({ label = '', text, style }: Segment): Run[] {
  const colon = label === '' || text === '' ? '' : ':';
  const named = ` ${label}${colon}${label === '' ? '' : ' '}`;
  return [markRun(style), { text: named, coded: false, style: { ...style, face: 'sans', colour: GREY } }];
}

function composed(segments: readonly Segment[], width: number, faces: Typefaces): Line[] {
  const [{ style } = { style: undefined }] = segments;
  if (style === undefined) return [];
  const found: Run[][] = [[]];
  for (const segment of segments) {
    if (segment.label !== undefined) found.at(-1)?.push(...labelRuns(segment));
    paragraphs(segment.text).forEach((each, at) => {
      if (at > 0) found.push([]);
      found.at(-1)?.push(...runsOf(each, segment.style, faces));
    });
  }
  return found.flatMap((runs) => broken(runs, style, width, faces));
}

function paragraphs(text: string): string[] {
  return text.split(/\r?\n/);
}

function widthOf(run: Run, faces: Typefaces): number {
  const { face, size } = setting(run);
  return (advance(run.text, faces[face]) * size) / 1000;
}

function sumOf(runs: readonly Run[], faces: Typefaces): number {
  return runs.reduce((sum, run) => sum + widthOf(run, faces), 0);
}

function advance(text: string, face: Typeface): number {
  let sum = 0;
  for (const character of text) sum += face.glyph(character).width;
  return sum;
}

function runsOf(text: string, style: Style, faces: Typefaces): Run[] {
  const face = faces[style.face];
  return piecesOf(text, (character) => face.glyph(character).drawn).map((piece) => ({ ...piece, style }));
}

// ── breaking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Word extends Run {
  readonly width: number;
  /** Without the space behind it. */
  readonly bare: number;
}

function broken(runs: readonly Run[], style: Style, width: number, faces: Typefaces): Line[] {
  const whole = sumOf(runs, faces);
  if (whole <= width) return [{ runs, width: whole, style }];
  const words = runs.flatMap((run) => wordsOf(run, width, faces));
  return fill(words, width).map((line) => asLine(line, style));
}

/** Words with the spaces behind them; a word wider than the line is cut to fit. */
function wordsOf(run: Run, width: number, faces: Typefaces): Word[] {
  const words = run.text.match(/[^ ]*(?: +|$)/g)?.filter((word) => word !== '') ?? [];
  return words.flatMap((text) => {
    const word = measure({ ...run, text }, faces);
    return word.bare <= width ? [word] : cut(word, width, faces);
  });
}

function measure(run: Run, faces: Typefaces): Word {
  const bare = widthOf({ ...run, text: run.text.trimEnd() }, faces);
  return { ...run, width: widthOf(run, faces), bare };
}

function cut(word: Word, width: number, faces: Typefaces): Word[] {
  const parts: Word[] = [];
  const { face, size } = setting(word);
  let [text, taken] = ['', 0];
  for (const character of word.text) {
    const more = (faces[face].glyph(character).width * size) / 1000;
    if (taken + more > width && text !== '' && character !== ' ') {
      const [kept, over] = atSeparator(text);
      parts.push(measure({ ...word, text: kept }, faces));
      [text, taken] = [over, widthOf({ ...word, text: over }, faces)];
    }
    text += character;
    taken += more;
  }
  return [...parts, measure({ ...word, text }, faces)];
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
  const runs: { text: string; coded: boolean; style: Style }[] = [];
  for (const { text, coded, style: own } of words) {
    const last = runs.at(-1);
    if (last?.coded === coded && last.style === own) last.text += text;
    else runs.push({ text, coded, style: own });
  }
  const end = words.at(-1);
  const width = words.reduce((sum, word) => sum + word.width, 0) - (end === undefined ? 0 : end.width - end.bare);
  return { runs, width, style };
}
