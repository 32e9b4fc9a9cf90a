// Graphemes: what a reader takes for one character (UAX #29).
// Always true: they are those that ICU finds, whether it was asked or not.

/** One of a text, and where it begins. */
export interface Grapheme {
  readonly segment: string;
  readonly index: number;
}

/** Letters of the West, signs and hidden characters, of which each stands by itself whatever is beside it. Joiners are not among them. */
const APART = /^[ -~\u00A0-\u02FF\u2010-\u206F]*$/;

let segmenter: Intl.Segmenter | undefined;

/** ICU, which takes 10 ms to begin, is asked where it must be. */
export function graphemesOf(text: string): Iterable<Grapheme> {
  if (APART.test(text)) return Array.from(text, (segment, index) => ({ segment, index }));
  return (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);
}
