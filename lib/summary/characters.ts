// What a character is: whether it is drawn as it stands, has to be shaped, or is printed as its code point in brackets.
// Always true: neither the desk's mark nor `[U+` is ever drawn for a sender.
// \p{…} and Intl.Segmenter follow the Unicode version of Node's ICU, and no table of ours could replace them: a letter that a newer
// Unicode adds is printed as code points by an older Node. For letters of Unicode 15 or older the bytes are the same everywhere, but
// for where lines of Thai, Chinese and Japanese break, which are the words of ICU's dictionary.

/** Stands before what the desk says beside a sender's words. Where a sender writes it, it is printed as its code point. */
export const MARK = '\u2023';

/** Between two things that stand on one line. */
export const GAP = '   ';

const SIMPLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;
/** Marks, controls, joiners and bidi controls, line separators, and whatever is meant to be seen in colour. */
const HARD = /^[\p{M}\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}\p{Regional_Indicator}]$/u;

/** Whether a character means the same wherever it stands, so that it needs neither shaping nor reordering. */
export function isSimple(character: string): boolean {
  return SIMPLE.test(character) && !HARD.test(character) && character !== MARK;
}

/** Letters and signs, each with no more marks than stand clear of the lines above and below. Hidden characters are none. */
const MARKED = /^(?:(?![\p{C}\p{Z}\p{M}\p{Emoji_Presentation}\p{Regional_Indicator}\u2023])\P{M}\p{M}{0,3})+$/u;
const HIDDEN = /\p{Default_Ignorable_Code_Point}/u;
/** Joiners belong to the spelling of these two scripts, between letters of theirs; elsewhere nobody would see them. */
const JOINED = /(?<=\p{Script=Arabic}\p{M}{0,3}|\p{Script=Devanagari})[\u200C\u200D]$/u;
const JOINING = /^[\p{Script=Arabic}\p{Script=Devanagari}]/u;

/** Whether a grapheme may be drawn by shaping, if a typeface has what it needs. @param next what stands behind it */
export function isShapable(grapheme: string, next: string): boolean {
  const bare = JOINING.test(next) ? grapheme.replace(JOINED, '') : grapheme;
  return !HIDDEN.test(bare) && MARKED.test(bare);
}

/** What would pass for a code point once it is copied out, and style and colour are gone. */
const LOOKS_CODED = /[[\uFF3B][U\uFF35][+\uFF0B]/i;

export function looksCoded(text: string): boolean {
  return LOOKS_CODED.test(text);
}

/** Whether text with this character in it may look so: most has none. */
export function opensCoded(character: string): boolean {
  return character === '[' || character === '\uFF3B';
}

/** The same where text runs to the left, and what closes a bracket looks like what opens one. */
const CLOSES_CODED = /[U\uFF35][+\uFF0B][\p{L}\p{N} ]*$/iu;

/** Whether a bracket at this place would make a sender's text look like a code point of the desk's. */
export function isForged(text: string, at: number, rightToLeft: boolean): boolean {
  const character = text.charAt(at);
  if (opensCoded(character)) return looksCoded(text.slice(at, at + 3));
  const closes = rightToLeft && (character === ']' || character === '\uFF3D');
  return closes && CLOSES_CODED.test(text.slice(Math.max(0, at - 64), at));
}

/** As the code points stand between brackets. */
export function codePoints(grapheme: string): string {
  return Array.from(grapheme, (each) => `U+${hex(each.codePointAt(0) ?? 0)}`).join(' ');
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}

/** Text with a letter or a number that is read from the right, by the blocks that Unicode keeps for such scripts. */
export const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
