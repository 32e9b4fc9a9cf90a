// Levels found in pieces, against those of the whole text, over random texts of every kind of character there is in one.
import { expect, it } from '@jest/globals';
import bidiModule, { type Bidi } from 'bidi-js';
import fc from 'fast-check';
import { openLevels } from '../../../lib/summary/levels.ts';

const bidi = (bidiModule as unknown as () => Bidi)();
/** Letters of both directions, Arabic ones, both kinds of numbers, separators, terminators, marks, spaces, an isolate. */
const LETTERS = Array.from('aשس');
const OTHERS = Array.from('12٣,.+-$% !\u05B4\uFFFC');

it('levels of a text in pieces are those of the whole', () => {
  const texts = fc.array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...LETTERS) },
      { weight: 12, arbitrary: fc.constantFrom(...OTHERS) },
    ),
    { minLength: 10, maxLength: 80 },
  );
  const bases = fc.constantFrom<'ltr' | 'rtl' | undefined>('ltr', 'rtl', undefined);
  fc.assert(
    fc.property(texts, bases, fc.integer({ min: 1, max: 9 }), (characters, base, far) => {
      const text = characters.join('');
      const whole = bidi.getEmbeddingLevels(text, base ?? 'auto').levels;
      expect(Array.from(openLevels(far)(text, base))).toEqual(Array.from(whole));
    }),
    { seed: 7, numRuns: 5000 },
  );
});

it('brackets are paired wherever a text need not be cut', () => {
  const text = `א (a) [1] ${'1 ('.repeat(300)}`;
  const whole = bidi.getEmbeddingLevels(text, 'auto').levels;
  expect(Array.from(openLevels()(text, undefined))).toEqual(Array.from(whole));
});
