// The languages of the summary: none lacks a word, none keeps an English one, numbers, days and countries in its own form.
import { describe, expect, it } from '@jest/globals';
import { catalogueOf, type Catalogue } from '../../../lib/summary/language/index.ts';
import { formsOf } from '../../../lib/summary/language/forms.ts';
import { bytes, country, span, tight, time } from '../../../lib/summary/words.ts';
import { allFields, COUNTRIES, CYBERTIP_COUNTRIES, LANGUAGES, type Language } from '../../../schemas/index.ts';

const catalogues = new Map<Language, Catalogue>();
for (const language of LANGUAGES) catalogues.set(language, await catalogueOf(language));
const en = wordsOf('en');

function wordsOf(language: Language): Catalogue {
  const words = catalogues.get(language);
  if (words === undefined) throw new Error(`no language ${language}`);
  return words;
}
const OTHERS = LANGUAGES.filter((each) => each !== 'en');

/** Codes and names, which are the same in every language. */
const NAMES = 'A1|A2|B1|B2|EXIF|SHA-256|URL|2; SHA-256:|Internet';
/** Words that a language has in common with English. */
const COMMON: Partial<Record<Language, string>> = {
  fr: 'Conditions|Observations|Incident|E-mail|messages|Port|Code 2|Source|Information|Organisation|Admins|Description|Messages|Type|Spam|Console|Latitude|Longitude|Version|Viral|Provenance|Photos|Relation|Codes|Code|admin',
  es: 'no|2 bytes|Admins|Bytes|supervisor|auditor|Chat|admin',
  de: 'Port|Code 2|Information|Organisation|Admins|Name|Text|Spam|Chat|Region|Person|Version|Viral|System|Codes|Code|Fax',
};

/** Every text with the place it stands at; what is a function is given figures, which pass for numbers and for words. */
function textsOf(held: object, place = ''): [string, string][] {
  return Object.entries(held).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = `${place}.${key}`;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function')
      return [[here, String((value as (...given: unknown[]) => unknown)('2', '3', '4', '5'))]];
    return typeof value === 'object' && value !== null ? textsOf(value, here) : [];
  });
}

/** What is a form and not a text. */
const FORMS = ['number', 'count', 'decimal', 'day', 'countryName', 'within', 'language', 'separator'];

function sentences(words: Catalogue): Map<string, string> {
  return new Map(textsOf(Object.fromEntries(Object.entries(words).filter(([key]) => !FORMS.includes(key)))));
}

describe.each(OTHERS)('the catalogue of %s', (language) => {
  const words = wordsOf(language);
  const shared = new Set(`${NAMES}|${COMMON[language] ?? ''}`.split('|'));
  it('says everything that the English one says, and nothing in English', () => {
    const [own, english] = [sentences(words), sentences(en)];
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    const same = [...own].filter(
      ([place, text]) => text === english.get(place) && !shared.has(text) && /\p{L}/u.test(text),
    );
    expect(same).toEqual([]);
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('keeps what must be typed or looked up as it is', () => {
    const { checking, cover } = words;
    expect(checking.manifests).toContain('shasum -a 256 -c');
    expect(checking.manifests).toContain('README.txt');
    expect(checking.caseDigest).toContain('data/case.json');
    expect(checking.program).toContain('AUTHENTIC');
    expect(checking.trust).toContain('trust.json');
    expect(cover.caseDigest).toContain('data/case.json');
    for (const text of Object.values(words.everyMember)) expect(text).not.toBe('');
  });

  it('has a name for every country, each its own, with Latin digits and no marks of direction', () => {
    const codes = [...new Set([...COUNTRIES, ...CYBERTIP_COUNTRIES])].filter((code) => code !== '');
    expect(codes.filter((code) => words.countryName(code) === undefined)).toEqual([]);
    expect(new Set(codes.map((code) => words.countryName(code))).size).toBe(codes.length);
    expect(words.countryName('QQ')).toBeUndefined();
    const shown = [...codes.map((code) => country(words, code)), words.number(1_234_567), words.day('2026-11-22')];
    for (const text of shown) expect(text).not.toMatch(/\p{Bidi_Control}|[٠-٩۰-۹]/u);
  });

  it('tells states of viewing, acts and gaps apart', () => {
    for (const list of [
      words.files.viewed,
      words.files.viewedMeaning,
      words.files.viewedShort,
      words.custody.acts,
      words.missing.gaps,
      words.sections,
    ])
      expect(new Set(Object.values(list)).size).toBe(Object.keys(list).length);
  });
});

describe('every language', () => {
  it('has a label for every field of a referral', () => {
    for (const language of LANGUAGES)
      for (const { name } of allFields())
        expect([name, Object.hasOwn(wordsOf(language).labels, name)]).toEqual([name, true]);
  });

  const MOMENT = '2026-11-22T10:00:00.120Z';
  const SHOWN: Partial<Record<Language, readonly [string, string, string]>> = {
    en: ['2026-11-22 10:00:00.120 UTC', '1,234,567', '1,258,291 bytes (1.2 MiB)'],
    fr: ['22 nov. 2026 10:00:00.120 UTC', '1 234 567', '1 258 291 octets (1,2 MiB)'],
    es: ['22 nov 2026 10:00:00.120 UTC', '1.234.567', '1.258.291 bytes (1,2 MiB)'],
    de: ['22. Nov. 2026 10:00:00.120 UTC', '1.234.567', '1.258.291 Byte (1,2 MiB)'],
  };
  it.each(Object.entries(SHOWN))('shows times with their zone, numbers and sizes in its own form: %s', (tag, shown) => {
    const words = wordsOf(tag as Language);
    const plain = [time(words, MOMENT), words.number(1_234_567), bytes(words, 1_258_291)].map((text) =>
      text.replace(/\s/g, ' '),
    );
    expect(plain).toEqual(shown);
  });

  it('groups of an English number what stands before the point, and nothing else', () => {
    const { number } = wordsOf('en');
    expect([0, 999, 1_000, -1_234, 1_234_567.891_2, 1.234_567_8, 0.123_45, 1e21].map(number)).toEqual([
      ...['0', '999', '1,000', '-1,234', '1,234,567.8912', '1.2345678', '0.12345', '1e+21'],
    ]);
  });

  it('keeps narrow times, digits behind the second and years without four digits as they are, and says where no zone is stated', () => {
    for (const language of LANGUAGES) {
      const words = wordsOf(language);
      expect(tight(words, MOMENT)).toBe('2026-11-22 10:00:00.120Z');
      expect(time(words, '12026-01-01T00:00:00Z')).toBe('12026-01-01 00:00:00 UTC');
      expect(time(words, '2026-11-22T10:00:00')).toContain(words.time.noZone);
      expect(time(words, 'unknown')).toBe(words.common.unknown);
      expect(span(words, undefined, undefined)).toBe(words.common.notStated);
    }
  });

  it('needs no more than a file: forms of a language that is not among them', () => {
    const toy = formsOf('nl', { A1: 'a', A2: 'b', O1: 'c', AN: 'd', AP: 'e', EU: 'f', FX: 'g', XK: 'h' });
    expect([toy.number(1_234.5), toy.day('2026-11-22').replace(/\s/g, ' '), toy.countryName('DE')]).toEqual([
      '1.234,5',
      '22 nov 2026',
      'Duitsland',
    ]);
    expect(toy.count(2, { one: '# bestand', other: '# bestanden' })).toBe('2 bestanden');
  });
});
