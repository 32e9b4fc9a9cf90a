// Which characters are drawn as themselves. All others are printed as code points in brackets: never wrongly, never silently dropped.
// Always true: what is drawn is canonically equal (NFC) to what was sent.

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
  return SIMPLE.test(character) && !HARD.test(character);
}

const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * One line of text, without line breaks, in pieces.
 * @param draws whether a character can be drawn as it is: simple, and covered by the typeface
 */
export function piecesOf(text: string, draws: (character: string) => boolean): Piece[] {
  if (all(text, draws)) return text === '' ? [] : [{ text, coded: false }];
  const pieces: { text: string; coded: boolean }[] = [];
  for (const { segment } of clusters.segment(text)) add(pieces, segment, draws);
  return pieces.map(({ text: held, coded }) => ({ text: coded ? `[${held}]` : held, coded }));
}

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
