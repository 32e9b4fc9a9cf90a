// All text goes through here: put together, broken into lines, drawn.
// Always true: every character of what was handed in is drawn as itself or as its code point, and ends up inside the given width. Every
// segment stands isolated: none changes the order of another, whichever way it runs. In a document that runs to the left everything
// that is placed here is mirrored: who lays out thinks from the left.
import type { FontName } from '../ports.ts';
import { linesOf } from './breaking.ts';
import { GAP, MARK } from './characters.ts';
import { visual, type Direction } from './direction.ts';
import type { Content } from './content.ts';
import { encoder, type Encoder, type PdfDocument } from './encode.ts';
import { FIRST_LABEL, labelsOf, marksOf, type Labelled, type Labels } from './marked.ts';
import { colourOf, measured, plainRun, runsOf, shapedOf, sizeOf, sumOf, widthOf, type Run } from './run.ts';
import { PAGE, type Style } from './scale.ts';
import type { Basic, Typefaces } from './typeface.ts';

/** One line, its runs in the order of reading; `style` says how high it is. */
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
  /** The desk's own words: they run as the document does. A sender's run as their first letter does. */
  readonly own?: boolean | undefined;
}

export interface Typesetter {
  readonly direction: Direction;
  /** Newlines break; what is too long for the width is cut at its edge. Never fewer than one line. @param own as of a segment */
  lines(text: string, style: Style, width: number, own?: boolean): Line[];
  /** Segments one behind the other. */
  compose(segments: readonly Segment[], width: number): Line[];
  /** The lines of one segment, put behind those. */
  addLines(lines: Line[], segment: Segment, width: number): void;
  /** Of one line. */
  width(text: string, style: Style): number;
  /** @param y the baseline, from the top of the page */
  draw(line: Line, x: number, y: number): void;
  /** The desk's mark alone, ending at x. */
  drawMark(style: Style, x: number, y: number): void;
  /** Where something this wide begins in the document, that would begin at x if it ran to the right. */
  mirrored(x: number, width: number): number;
}

/** @param document without one, and its content, everything is measured and nothing drawn */
export function typesetter(
  document: PdfDocument | undefined,
  content: Content | undefined,
  faces: Typefaces,
  direction: Direction = 'ltr',
): Typesetter {
  const encoders = new Map<FontName, Encoder>();
  const mirrored = (x: number, width: number): number => (direction === 'rtl' ? PAGE.left + PAGE.right - x - width : x);
  const encoderOf = (name: FontName): Encoder | undefined => {
    const known = encoders.get(name);
    if (known !== undefined || document === undefined || content === undefined) return known;
    const made = encoder(document, content, faceOf(name, faces));
    encoders.set(name, made);
    return made;
  };
  const show = (run: Run, x: number, y: number): void => {
    const own = encoderOf(run.face);
    const shaped = run.shaped ? shapedOf(run, faces) : undefined;
    if (shaped === undefined) own?.show(run.text, sizeOf(run), colourOf(run), x, y);
    else own?.showShaped(shaped, sizeOf(run), colourOf(run), x, y);
  };
  /** A run that goes on where the one before it ended need not be placed. */
  const drawStraight = (runs: readonly Run[], x: number, y: number): void => {
    let before: Run | undefined;
    for (const [at, run] of runs.entries()) {
      if (before?.shaped === false && goesOn(run)) encoderOf(run.face)?.showOn(run.text, sizeOf(run), colourOf(run));
      else show(run, at === 0 ? x : x + sumOf(runs.slice(0, at), faces), y);
      before = run;
    }
  };
  const draw = ({ runs }: Pick<Line, 'runs'>, x: number, y: number): void => {
    if (document === undefined || faces.further.isWanted()) return;
    if (isStraight(runs, direction)) {
      drawStraight(runs, x, y);
      return;
    }
    const left = direction === 'rtl' ? mirrored(x, sumOf(runs, faces)) : x;
    for (const { run, offset } of arranged(runs, direction, faces)) show(run, left + offset, y);
  };
  const labels = labelsOf(direction, faces);
  const marks = marksOf(faces);
  const lineOf = (segment: Segment, width: number): Line | undefined =>
    segment.label === undefined
      ? plainLine(segment.text, segment.style, width, faces)
      : labelledLine(segment, labels(segment, FIRST_LABEL), width, faces);
  const addLines = (lines: Line[], segment: Segment, width: number): void => {
    const line = lineOf(segment, width);
    if (line !== undefined) lines.push(line);
    else for (const each of compose([segment], width, direction, faces, labels)) lines.push(each);
  };
  return {
    direction,
    lines: (text, style, width, own) => {
      const line = plainLine(text, style, width, faces);
      return line === undefined ? compose([{ text, style, own }], width, direction, faces, labels) : [line];
    },
    compose: (segments, width) => {
      const [only, ...others] = segments;
      if (only === undefined || others.length > 0) return compose(segments, width, direction, faces, labels);
      const lines: Line[] = [];
      addLines(lines, only, width);
      return lines;
    },
    addLines,
    width: (text, style) => sumOf(runsOf(text, style, 0, undefined, faces), faces),
    draw,
    drawMark: (style, x, y) => {
      const mark = marks(style);
      draw(mark, x - mark.width, y);
    },
    mirrored,
  };
}

function faceOf(name: FontName, faces: Typefaces): Typefaces[Basic] {
  const face = name in faces ? faces[name as Basic] : faces.further.find(name)?.face;
  if (face === undefined) throw new Error(`The typeface ${name} is not loaded.`);
  return face;
}

function isStraight(runs: readonly Run[], direction: Direction): boolean {
  return direction === 'ltr' && runs.every(({ level }) => level === 0);
}

/**
 * Shaped runs are placed, and where several things stand on one line, each of them: were they not, pdftotext, which guesses at columns,
 * would give a file's name beside another one's digests.
 */
function goesOn({ text, shaped }: Run): boolean {
  return !shaped && text !== MARK && text !== GAP;
}

interface Arranged {
  readonly run: Run;
  /** From the left end of the line. */
  readonly offset: number;
}

/**
 * Where each run stands, in the order of reading, in which they are drawn, so that copying gives it out in that order. Spaces at the
 * end of a line stand behind it, as the document runs.
 */
function arranged(runs: readonly Run[], direction: Direction, faces: Typefaces): readonly Arranged[] {
  const last = runs.at(-1);
  const parted = last === undefined ? runs : withoutTrail(runs, last);
  const offsets = new Map<Run, number>();
  let offset = 0;
  for (const run of visual(parted, direction)) {
    offsets.set(run, offset);
    offset += widthOf(run, faces);
  }
  return parted.map((run) => ({ run, offset: offsets.get(run) ?? 0 }));
}

function withoutTrail(runs: readonly Run[], last: Run): readonly Run[] {
  const bare = last.text.trimEnd();
  const spaces = { ...measured(last, last.text.slice(bare.length)), isolate: Infinity, level: 0, nest: 0 };
  return [...runs.slice(0, -1), measured(last, bare), spaces].filter(({ text }) => text !== '');
}

/** Most text is letters one behind the other that fit: nothing has to be found out of it but its width. */
function plainLine(text: string, style: Style, room: number, faces: Typefaces): Line | undefined {
  const width = text === '' ? undefined : faces[style.face].plainWidth(text);
  if (width === undefined) return undefined;
  const taken = (width * style.size) / 1000;
  return taken > room ? undefined : { runs: [plainRun(text, style, 1)], width: taken, style };
}

/** A label before such text; what `compose` would make of it. */
function labelledLine({ text, style }: Segment, label: Labelled, room: number, faces: Typefaces): Line | undefined {
  const width = text === '' ? undefined : faces[style.face].plainWidth(text);
  if (width === undefined) return undefined;
  const taken = label.width + (width * style.size) / 1000;
  return taken > room ? undefined : { runs: [...label.runs, plainRun(text, style, 6)], width: taken, style };
}

function compose(
  segments: readonly Segment[],
  width: number,
  direction: Direction,
  faces: Typefaces,
  labels: Labels,
): Line[] {
  const [{ style } = { style: undefined }] = segments;
  if (style === undefined) return [];
  const found: Run[][] = [];
  let runs: Run[] = [];
  let isolate = 0;
  for (const segment of segments) {
    if (segment.label !== undefined) for (const run of labels(segment, (isolate += 5)).runs) runs.push(run);
    isolate += 1;
    const own = segment.own === true ? direction : undefined;
    const [first, ...others] = paragraphs(segment.text);
    for (const run of runsOf(first ?? '', segment.style, isolate, own, faces)) runs.push(run);
    for (const each of others) {
      found.push(runs);
      runs = runsOf(each, segment.style, isolate, own, faces);
    }
  }
  if (found.length === 0) return broken(runs, style, width, faces);
  return [...found, runs].flatMap((each) => broken(each, style, width, faces));
}

function paragraphs(text: string): string[] {
  return text.includes('\n') ? text.split(/\r?\n/) : [text];
}

function broken(runs: readonly Run[], style: Style, width: number, faces: Typefaces): Line[] {
  const whole = sumOf(runs, faces);
  if (whole <= width) return [{ runs, width: whole, style }];
  return linesOf(runs, width, faces).map((line) => ({ ...line, style }));
}
