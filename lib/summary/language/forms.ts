// Numbers, days, plurals and names of countries in a language's own form, as Node's ICU knows them, with fixed options.
// Always true: digits are Latin ones and the calendar is the Gregorian one in every language, so that a number or a day can be held
// against the referral, a hash or another packet digit by digit; nothing depends on the machine's own language or zone.
import { isCountry } from '../countries.ts';

/** What the language tells apart; `#` is where the number stands. `other` stands for those that are not given. */
export type Plural = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

export interface Forms {
  /** `1234567` → `1,234,567`. */
  readonly number: (value: number) => string;
  /** With one digit behind the point: `1.2`. */
  readonly decimal: (value: number) => string;
  /** `2026-11-22` → `22 nov. 2026`: with the month as a word, since figures alone are read in two ways; never broken over lines. */
  readonly day: (iso: string) => string;
  /** `1 file`, `2 files`. */
  readonly count: (value: number, words: Plural) => string;
  /** The name of a country; undefined for a code that nobody listed. */
  readonly countryName: (code: string) => string | undefined;
}

/** NCMEC's codes beyond ISO 3166-1, and those that ISO has withdrawn. */
export type OtherCountries = Readonly<Record<'A1' | 'A2' | 'O1' | 'AN' | 'AP' | 'EU' | 'FX' | 'XK', string>>;

/** @param tag BCP 47 */
export function formsOf(tag: string, others: OtherCountries): Forms {
  const locale = `${tag}-u-ca-gregory-nu-latn`;
  const number = numberForm(locale);
  const rules = later(() => new Intl.PluralRules(locale));
  return {
    number,
    decimal: numberForm(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    day: dayForm(locale),
    count: (value, words) => (words[rules().select(value)] ?? words.other).replace('#', () => number(value)),
    countryName: countryNames(locale, others),
  };
}

/** Made when it is first asked for: a process draws in one language, and ICU is slow to begin. */
function later<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function numberForm(locale: string, options: Intl.NumberFormatOptions = {}): (value: number) => string {
  const form = later(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 20, ...options }));
  return (value) => visible(form().format(value));
}

const NO_BREAK = '\u00A0';

/** Years that have no four digits stay as they are written. */
function dayForm(locale: string): (iso: string) => string {
  const options = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  const form = later(() => new Intl.DateTimeFormat(locale, options));
  return (iso) => {
    const ms = /^\d{4}-\d\d-\d\d$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
    return Number.isNaN(ms) || iso < '1000' ? iso : visible(form().format(ms)).replaceAll(' ', NO_BREAK);
  };
}

function countryNames(locale: string, others: OtherCountries): Forms['countryName'] {
  const names = later(() => new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' }));
  return (code) => {
    if (Object.hasOwn(others, code)) return others[code as keyof OtherCountries];
    return isCountry(code) ? visible(names().of(code) ?? code) : undefined;
  };
}

/** A label in the middle of a line, for languages that write it small there; abbreviations keep their capitals. */
export function lowered(label: string): string {
  return /^\p{Lu}(?:\p{Lu}|\.)/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** Without the marks of direction that ICU puts into right-to-left forms: the page isolates what it draws. */
function visible(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, '');
}
