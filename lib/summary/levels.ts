// Levels by bidi-js, which nothing else knows, in time that grows with the text: for each number bidi-js looks back to the letter before
// it, however far that is.
// Always true: they are those it finds for the whole text, but for where brackets stand in a text with more than FAR characters without a letter.
// A text has no controls of direction and no ends of lines in it: a sender's stand there as U+FFFC (direction.ts).
import bidiModule, { type Bidi } from 'bidi-js';

type Base = 'ltr' | 'rtl';

/** One level for each UTF-16 unit; odd is right to left. Without a base the first letter gives it. */
export type Levels = (text: string, base: Base | undefined) => ArrayLike<number>;

/** @param far after how much without a letter a text is cut */
export function openLevels(far = FAR): Levels {
  // Its types say `default`; to Node the module of CommonJS is the function itself.
  const bidi = (bidiModule as unknown as () => Bidi)();
  return (text, base) => levelsOf(bidi, text, base, far);
}

/** A text may have so much without a letter before it is cut, in UTF-16 units. */
const FAR = 1024;

function levelsOf(bidi: Bidi, text: string, base: Base | undefined, far: number): ArrayLike<number> {
  if (text.length <= far) return bidi.getEmbeddingLevels(text, base ?? 'auto').levels;
  const levels = new Uint8Array(text.length);
  const direction = base ?? firstOf(bidi, text);
  for (const { letter, begin, end } of piecesOf(bidi, text, far)) {
    const found = bidi.getEmbeddingLevels(letter + text.slice(begin, end), direction).levels;
    levels.set(found.subarray(letter.length), begin);
  }
  return levels;
}

const TO_THE_LEFT: readonly string[] = ['R', 'AL'];

function isLetter(type: string): boolean {
  return type === 'L' || TO_THE_LEFT.includes(type);
}

/** Rules P2 and P3. */
function firstOf(bidi: Bidi, text: string): Base {
  for (let at = 0; at < text.length; at += 1) {
    const type = bidi.getBidiCharTypeName(text.charAt(at));
    if (isLetter(type)) return TO_THE_LEFT.includes(type) ? 'rtl' : 'ltr';
  }
  return 'ltr';
}

/** Part of a text, and the letter before it that it is to be read behind; where there is none yet, nothing. */
interface Piece {
  readonly letter: string;
  readonly begin: number;
  readonly end: number;
}

/** Two pieces share the number where they meet: what stands on either side of it is decided by it and by the letter. */
function* piecesOf(bidi: Bidi, text: string, far: number): Generator<Piece> {
  let [letter, last, begin, since] = ['', '', 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const type = bidi.getBidiCharTypeName(character);
    if (isLetter(type)) [last, since] = [character, at];
    if (type !== 'EN' || at - since < far) continue;
    yield { letter, begin, end: at + 1 };
    [letter, begin, since] = [last, at, at];
  }
  yield { letter, begin, end: text.length };
}
