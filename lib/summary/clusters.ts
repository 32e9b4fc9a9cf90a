// One line of text, grapheme by grapheme: which typeface draws it, and whether it must be shaped.
// Always true: what is drawn is canonically equal (NFC) to what was sent; what no typeface draws right stands there as code points.
import type { FontName } from '../ports.ts';
import { codePoints, isForged, isShapable, RIGHT_TO_LEFT } from './characters.ts';
import { graphemesOf } from './graphemes.ts';
import type { Basic, Typefaces } from './typeface.ts';

/** A grapheme, or code points that stand for a row of them. */
export interface Drawn {
  readonly text: string;
  readonly coded: boolean;
  readonly shaped: boolean;
  readonly face: FontName;
}

export function drawnOf(text: string, face: Basic, faces: Typefaces): Drawn[] {
  const found: Drawn[] = [];
  const further = furtherFaces(text, face);
  const rightToLeft = RIGHT_TO_LEFT.test(text);
  for (const { segment, index } of graphemesOf(text)) {
    const next = text.slice(index + segment.length, index + segment.length + 2);
    const forged = isForged(text, index, rightToLeft);
    const drawn = forged
      ? undefined
      : (simple(segment, face, faces, found.at(-1)) ?? shaped(segment, next, further, faces));
    add(found, drawn ?? { text: codePoints(segment), coded: true, shaped: false, face: 'mono' });
  }
  return found.map((each) => (each.coded ? { ...each, text: `[${each.text}]` } : each));
}

/** Code points that follow one another share their brackets. */
function add(found: Drawn[], drawn: Drawn): void {
  const last = found.at(-1);
  if (drawn.coded && last?.coded === true) found[found.length - 1] = { ...last, text: `${last.text} ${drawn.text}` };
  else found.push(drawn);
}

/** A space belongs to the word before it, so that both are one stretch of glyphs. */
function simple(grapheme: string, face: Basic, faces: Typefaces, last: Drawn | undefined): Drawn | undefined {
  if (grapheme === ' ' && last?.shaped === true) return { ...last, text: ' ' };
  const text = grapheme.normalize('NFC');
  const has = (name: Basic): boolean => Array.from(text).every((each) => faces[name].glyph(each).drawn);
  const own = has(face) ? face : has('sans') ? 'sans' : undefined;
  return own === undefined ? undefined : { text, coded: false, shaped: false, face: own };
}

function shaped(
  grapheme: string,
  next: string,
  further: (first: string) => readonly FontName[],
  faces: Typefaces,
): Drawn | undefined {
  if (!isShapable(grapheme, next)) return undefined;
  for (const face of further(grapheme)) {
    const found = faces.further.find(face);
    if (found === undefined) return undefined;
    const text = [grapheme, grapheme.normalize('NFC')].find((each) => found.shaper.draws(each));
    if (text !== undefined) return { text, coded: false, shaped: true, face };
  }
  return undefined;
}

const WESTERN = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u;
const HEBREW = /^\p{scx=Hebrew}/u;
const ARABIC = /^\p{scx=Arabic}/u;
const DEVANAGARI = /^\p{scx=Devanagari}/u;
const THAI = /^[\u0E00-\u0E7F]/u;
const EASTERN =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}\u3000-\u303F\uFF01-\uFFEE]/u;

/** Which typefaces may draw a grapheme that the style's own does not, by its first letter; the first that can does. */
function furtherFaces(text: string, face: Basic): (grapheme: string) => readonly FontName[] {
  const eastern = easternFaces(text);
  const bold = face === 'sansBold';
  return (grapheme) => {
    if (HEBREW.test(grapheme)) return [bold ? 'hebrewBold' : 'hebrew'];
    if (ARABIC.test(grapheme)) return [bold ? 'arabicBold' : 'arabic'];
    if (DEVANAGARI.test(grapheme)) return ['devanagari'];
    if (THAI.test(grapheme)) return ['thai'];
    if (EASTERN.test(grapheme)) return eastern;
    return WESTERN.test(grapheme) ? [face, 'sans'] : [];
  };
}

/** Chinese, Japanese and Korean share characters and draw some of them differently: the text's own syllables tell whose they are. */
function easternFaces(text: string): readonly FontName[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ['japanese', 'chinese', 'korean'];
  if (/\p{Script=Hangul}/u.test(text)) return ['korean', 'chinese'];
  return ['chinese', 'korean'];
}
