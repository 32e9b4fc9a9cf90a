// Random referrals: whatever stands in a field, in whichever scripts and at whichever length, comes out of the PDF again.
// Always true: the text is read from the operators of the pages by the fonts' own maps, as a reader of PDF does.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localFont } from '../../../lib/local/fonts.ts';
import { renderSummary } from '../../../lib/summary/index.ts';
import { catalogueOf } from '../../../lib/summary/language/index.ts';
import { referralSchema, type Referral } from '../../../schemas/index.ts';
import { fieldsOf, type TreeField } from '../../../schemas/tree.ts';
import { forms, leaves } from './filled.ts';
import { SMALL, storyOf, type StoryInput } from './material.ts';
import { read } from './read.ts';

const RUNS = 36;
const SEED = 20_261_126;

/** Of one direction each: where two are mixed in a value, lines come out as they look. */
const ALPHABETS = ['umbrella Zoë', 'зонтик Ёж', 'ομπρέλα', 'ô vàng', '雨伞在哪里', '駅の近くで傘', '우산을 보신'];
const SHAPED = ['מטרייה כחולה', 'مظلة زرقاء', 'छाता नीला', 'ร่มสีฟ้า'];

const word = (letters: string) =>
  fc.array(fc.constantFrom(...letters.split(' ')), { minLength: 1, maxLength: 30 }).map((all) => all.join(' '));
const text = fc.oneof(...[...ALPHABETS, ...SHAPED].map(word), fc.string({ minLength: 1, maxLength: 60 }));

function value({ holds }: TreeField): fc.Arbitrary<unknown> {
  if (holds.kind === 'group') return group(fieldsOf(holds.schema));
  if (holds.values !== undefined) return fc.constantFrom(...holds.values.filter((each) => each !== ''));
  if (/time/i.test(holds.type))
    return fc.integer({ min: 0, max: 500_000 }).map((n) => new Date(1.767e12 + n * 60_000).toISOString());
  if (/boolean|flag/.test(holds.type)) return fc.constant(true);
  if (/number|integer|count|decimal|long/.test(holds.type)) return fc.integer({ min: 1, max: 9_000_000 });
  return text;
}

/** Every field, one or two of what may be many; a third of the plain ones are left out. */
function group(fields: readonly TreeField[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = fields.map((field) => {
    const one = value(field);
    const held = field.many ? fc.array(one, { minLength: 1, maxLength: 2 }) : one;
    const isLeaf = field.holds.kind !== 'group' && !field.required;
    return [field.name, isLeaf ? fc.option(held, { nil: undefined, freq: 3 }) : held] as const;
  });
  return fc
    .record(Object.fromEntries(entries))
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, held]) => held !== undefined)));
}

/** NFC, without white space and what has no shape; code points in brackets as the characters that they stand for. */
function plain(given: string): string {
  return given
    .replace(/\[(U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*)\]/g, (_, all: string) =>
      all
        .split(' ')
        .map((each) => String.fromCodePoint(parseInt(each.slice(2), 16)))
        .join(''),
    )
    .normalize('NFC')
    .replace(/[\s\u200B\u202A-\u202E\f]/g, '');
}

const en = await catalogueOf('en');

function storyWith(referral: Referral): StoryInput {
  const small = storyOf(SMALL, { referral });
  return { ...small, case: { ...small.case, exhibits: [], views: [], phones: {} } };
}

describe('a random referral', () => {
  it('comes out of its summary, every value of every field', async () => {
    const referrals = group(fieldsOf(referralSchema)) as fc.Arbitrary<unknown> as fc.Arbitrary<Referral>;
    let values = 0;
    for (const referral of fc.sample(referrals, { numRuns: RUNS, seed: SEED })) {
      const whole = plain(read(await renderSummary(storyWith(referral), localFont)).whole);
      const said = leaves(referral);
      values += said.length;
      expect(said.filter((leaf) => !forms(en, leaf).some((form) => whole.includes(plain(form))))).toEqual([]);
    }
    expect(values).toBeGreaterThan(RUNS * 300);
  }, 60_000);

  it('is found wanting when a value is not drawn', async () => {
    const referral = storyOf(SMALL).referral;
    const whole = plain(read(await renderSummary(storyWith(referral), localFont)).whole);
    expect(whole).toContain(plain(referral.additionalInfo ?? '?'));
    expect(whole).not.toContain(plain('a value that nobody sent'));
  });
});
