// Where lines break: behind spaces, and between the words of scripts that have none. Before anything is reordered.
// Always true: no line is wider than the width; what is wider than a line by itself is cut between two graphemes.
import { graphemesOf } from './graphemes.ts';
import type { Typefaces } from './typeface.ts';
import { measured, mergedOf, plainWidthOf, sumOf, widthOf, type Run } from './run.ts';

/** What stays together. */
interface Word {
  readonly runs: readonly Run[];
  readonly width: number;
  /** Without the space behind it. */
  readonly bare: number;
}

/** Runs of one line, and how wide they are without the spaces behind them. */
export interface Broken {
  readonly runs: readonly Run[];
  readonly width: number;
}

/** The lines of one paragraph. */
export function linesOf(runs: readonly Run[], width: number, faces: Typefaces): Broken[] {
  return brokenBehindSpaces(runs, width, faces) ?? brokenByWords(runs, width, faces);
}

/** Of any text. */
export function brokenByWords(runs: readonly Run[], width: number, faces: Typefaces): Broken[] {
  return fill(wordsOf(runs, width, faces), width).map(lineOf);
}

function lineOf(words: readonly Word[]): Broken {
  const end = words.at(-1);
  const width = words.reduce((sum, word) => sum + word.width, 0) - (end === undefined ? 0 : end.width - end.bare);
  return { runs: mergedOf(words.flatMap(({ runs }) => runs)), width };
}

/**
 * The same of most text, without a run for each word: where every run is an isolate of its own and breaks behind spaces alone. Nothing
 * where one does not, or where a word is wider than the line.
 */
function brokenBehindSpaces(runs: readonly Run[], width: number, faces: Typefaces): Broken[] | undefined {
  const lines: Broken[] = [];
  let [line, taken, trail]: [Run[], number, number] = [[], 0, 0];
  for (const [n, run] of runs.entries()) {
    const { text, shaped, isolate } = run;
    if (shaped || isolate === runs[n + 1]?.isolate || UNSPACED.test(text)) return undefined;
    let begin = 0;
    for (let at = 0, end = 0; at < text.length; at = end) {
      end = behindSpaces(text, at);
      const word = text.slice(at, end);
      const bare = plainWidthOf(run, word.trimEnd(), faces);
      if (bare > width) return undefined;
      if (isOver(taken, bare, width)) {
        if (at > begin) line.push(measured(run, text.slice(begin, at)));
        lines.push({ runs: line, width: taken - trail });
        [line, taken, begin] = [[], 0, at];
      }
      const whole = plainWidthOf(run, word, faces);
      taken += whole;
      trail = whole - bare;
    }
    line.push(begin === 0 ? run : measured(run, text.slice(begin)));
  }
  lines.push({ runs: line, width: taken - trail });
  return lines;
}

/** Where the next word begins. */
function behindSpaces(text: string, from: number): number {
  let at = text.indexOf(' ', from);
  if (at === -1) return text.length;
  while (text.charAt(at) === ' ') at += 1;
  return at;
}

function isOver(taken: number, bare: number, width: number): boolean {
  return taken > 0 && taken + bare > width + 0.001;
}

/** The runs of one paragraph as words, none wider than the width. */
function wordsOf(runs: readonly Run[], width: number, faces: Typefaces): Word[] {
  const words = isolatesOf(runs).flatMap((each) => isolateWords(each, faces));
  return words.flatMap((word) => (word.bare <= width ? [word] : cut(word, width, faces)));
}

function isolatesOf(runs: readonly Run[]): Run[][] {
  const found: Run[][] = [];
  for (const run of runs)
    if (found.at(-1)?.[0]?.isolate === run.isolate) found.at(-1)?.push(run);
    else found.push([run]);
  return found;
}

function isolateWords(runs: readonly Run[], faces: Typefaces): Word[] {
  return split(runs, breaksOf(textOf(runs))).map((each) => wordOf(each, faces));
}

function textOf(runs: readonly Run[]): string {
  return runs.length === 1 ? (runs[0]?.text ?? '') : runs.map(({ text }) => text).join('');
}

function wordOf(runs: readonly Run[], faces: Typefaces): Word {
  const width = sumOf(runs, faces);
  const last = runs.at(-1);
  const bare = last?.text.trimEnd();
  if (last === undefined || bare === undefined || bare.length === last.text.length) return { runs, width, bare: width };
  return { runs, width, bare: width - (widthOf(last, faces) - widthOf(measured(last, bare), faces)) };
}

/** Cuts runs at these offsets in their text. */
function split(runs: readonly Run[], offsets: readonly number[]): Run[][] {
  const [only] = runs;
  if (only !== undefined && runs.length === 1)
    return offsets.map((end, at) => [measured(only, only.text.slice(offsets[at - 1] ?? 0, end))]);
  const found: Run[][] = [];
  const front: Front = { runs, run: 0, at: 0 };
  let begin = 0;
  for (const end of offsets) {
    const taken = take(front, end - begin);
    if (taken.length > 0) found.push(taken);
    begin = end;
  }
  return found;
}

/** Up to where text was taken. */
interface Front {
  readonly runs: readonly Run[];
  run: number;
  /** In that run's text. */
  at: number;
}

/** Takes this much text, and moves on. */
function take(front: Front, length: number): Run[] {
  const taken: Run[] = [];
  for (let left = length; left > 0;) {
    const run = front.runs[front.run];
    if (run === undefined) break;
    const { at } = front;
    const end = Math.min(at + left, run.text.length);
    taken.push(end - at === run.text.length ? run : measured(run, run.text.slice(at, end)));
    left -= end - at;
    if (end === run.text.length) [front.run, front.at] = [front.run + 1, 0];
    else front.at = end;
  }
  return taken;
}

const UNSPACED = /[\p{Script=Thai}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;
let segmenter: Intl.Segmenter | undefined;
/** No line begins with one of these, and none ends with one of those. */
const NOT_FIRST =
  /^[\p{Pe}\p{Pf}\p{M}、。，．：；！？・ー々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ!?,.:;%ๆฯ]/u;
const NOT_LAST = /[\p{Ps}\p{Pi}\p{Sc}]$/u;

/** Where words end, the end of the text among them. */
function breaksOf(text: string): number[] {
  const spaces = wordEnds(text);
  if (!UNSPACED.test(text)) return spaces;
  return [...new Set([...spaces, ...unspaced(text)])].sort((a, b) => a - b);
}

/** Behind each row of spaces, and at the end. */
function wordEnds(text: string): number[] {
  const found: number[] = [];
  for (let at = behindSpaces(text, 0); at < text.length; at = behindSpaces(text, at)) found.push(at);
  found.push(text.length);
  return found;
}

function unspaced(text: string): number[] {
  const found: number[] = [];
  let before = '';
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  for (const { segment, index } of segmenter.segment(text)) {
    const isBetween = UNSPACED.test(before) || UNSPACED.test(segment);
    if (index > 0 && isBetween && !NOT_FIRST.test(segment) && !NOT_LAST.test(before) && segment !== ' ')
      found.push(index);
    before = segment;
  }
  return found;
}

// ── what is wider than a line ─────────────────────────────────────────────────────────────────────────────────────────

function cut(word: Word, width: number, faces: Typefaces): Word[] {
  const text = textOf(word.runs);
  const ends = Array.from(graphemesOf(text), ({ segment, index }) => index + segment.length);
  const parts: Word[] = [];
  const front: Front = { runs: word.runs, run: 0, at: 0 };
  for (let begin = 0, at = 0; at < ends.length;) {
    const fits = fitting(front, ends, at, begin, width, faces);
    const end = fits === ends.length ? text.length : atSeparator(text, begin, ends[fits - 1] ?? text.length);
    parts.push(wordOf(take(front, end - begin), faces));
    begin = end;
    while (at < ends.length && (ends[at] ?? 0) <= end) at += 1;
  }
  return parts;
}

/** Up to which grapheme the line goes; at least one. Looks ahead in growing steps, so that a long word is not measured whole. */
function fitting(
  front: Readonly<Front>,
  ends: readonly number[],
  at: number,
  begin: number,
  width: number,
  faces: Typefaces,
): number {
  const fits = (count: number): boolean =>
    wordOf(take({ ...front }, (ends[at + count - 1] ?? begin) - begin), faces).bare <= width;
  let [low, high] = [1, 2];
  while (at + high <= ends.length && fits(high)) [low, high] = [high, high * 2];
  high = Math.min(high, ends.length - at + 1);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return at + low;
}

/** Addresses and paths break behind a separator, when one stands near the edge. */
function atSeparator(text: string, begin: number, end: number): number {
  const part = text.slice(begin, end);
  const at = Math.max(...['/', '-', '_', '?', '&', '='].map((each) => part.lastIndexOf(each))) + 1;
  return at > part.length * 0.7 && at < part.length ? begin + at : end;
}

function fill(words: readonly Word[], width: number): Word[][] {
  const lines: Word[][] = [[]];
  let taken = 0;
  for (const word of words) {
    if (isOver(taken, word.bare, width)) {
      lines.push([]);
      taken = 0;
    }
    lines.at(-1)?.push(word);
    taken += word.width;
  }
  return lines;
}
