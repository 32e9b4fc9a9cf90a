// Graphemes found without ICU are those that ICU finds.
import { describe, expect, it } from '@jest/globals';
import { graphemesOf } from '../../../lib/summary/graphemes.ts';

const icu = new Intl.Segmenter('en', { granularity: 'grapheme' });
const byIcu = (text: string): string[] => Array.from(icu.segment(text), ({ segment }) => segment);
const found = (text: string): string[] => Array.from(graphemesOf(text), ({ segment }) => segment);

/** Every character of these blocks, each beside each of what could join it. */
function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, n) => String.fromCharCode(from + n));
}

describe('graphemes', () => {
  it('of Western letters, signs and hidden characters are one character each, beside whichever of them', () => {
    const all = [...range(0x20, 0x7e), ...range(0xa0, 0x2ff), ...range(0x2010, 0x206f)];
    const some = ['a', ' ', '\u00AD', '\u202E', '\u2060', '\u206A', '\u02BC'];
    const text = some.flatMap((each) => all.map((other) => each + other)).join('');
    expect(found(text)).toEqual(byIcu(text));
    expect(found(text).length).toBe(text.length);
  });

  it.each(['e\u0301a', 'a\u200Db', 'a\u200C', '\r\n', '👩‍👧', 'क्षि', '각', '🇩🇪🇫🇷', 'ｶﾞ'])(
    'of all else are ICU’s: %j',
    (text) => {
      expect(found(text)).toEqual(byIcu(text));
      expect(Array.from(graphemesOf(text), ({ index }) => index)).toEqual(
        Array.from(icu.segment(text), ({ index }) => index),
      );
    },
  );
});
