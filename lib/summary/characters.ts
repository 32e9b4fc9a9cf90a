// Which characters are drawn as themselves. All others are printed as code points in brackets: never wrongly, never silently dropped.
// Always true: what is drawn is canonically equal (NFC) to what was sent, and neither the desk's mark nor `[U+` is ever drawn for a sender.
// \p{…} and Intl.Segmenter follow the Unicode version of Node's ICU, and no table of ours could replace them: a letter that a newer
// Unicode adds is printed as code points by an older Node. For letters of Unicode 15 or older the bytes are the same everywhere.

/** Stands before what the desk says beside a sender's words. Where a sender writes it, it is printed as its code point. */
export const MARK = '\u2023';

/** A stretch of text that is drawn as itself, or the code points that stand for what cannot be. */
export interface Piece {
  readonly text: string;
  readonly coded: boolean;
}

const SIMPLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;
/** Marks, controls, joiners and bidi controls, line separators, and whatever is meant to be seen in colour. */
const HARD = /^[\p{M}\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}\p{Regional_Indicator}]$/u;

/** Whether a character means the same wherever it stands, so that it needs neither shaping nor reordering. */
export function isSimple(character: string): boolean {
  return SIMPLE.test(character) && !HARD.test(character) && character !== MARK;
}

const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * One line of text, without line breaks, in pieces.
 * @param draws whether a character can be drawn as it is: simple, and covered by the typeface
 */
export function piecesOf(text: string, draws: (character: string) => boolean): Piece[] {
  if (all(text, draws) && !LOOKS_CODED.test(text)) return text === '' ? [] : [{ text, coded: false }];
  const pieces: { text: string; coded: boolean }[] = [];
  for (const { segment, index } of clusters.segment(text)) {
    const isForged = segment === '[' && LOOKS_CODED.test(text.slice(index, index + 3));
    add(pieces, segment, isForged ? () => false : draws);
  }
  return pieces.map(({ text: held, coded }) => ({ text: coded ? `[${held}]` : held, coded }));
}

/** What would pass for a code point once it is copied out, and style and colour are gone. */
const LOOKS_CODED = /\[U\+/i;

function all(text: string, draws: (character: string) => boolean): boolean {
  for (const character of text) if (!draws(character)) return false;
  return true;
}

function add(pieces: { text: string; coded: boolean }[], cluster: string, draws: (character: string) => boolean): void {
  const composed = cluster.normalize('NFC');
  const coded = !all(composed, draws);
  const last = pieces.at(-1);
  const shown = coded ? codePoints(cluster) : composed;
  if (last?.coded !== coded) pieces.push({ text: shown, coded });
  else last.text += coded ? ` ${shown}` : shown;
}

function codePoints(cluster: string): string {
  return Array.from(cluster, (each) => `U+${hex(each.codePointAt(0) ?? 0)}`).join(' ');
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}
