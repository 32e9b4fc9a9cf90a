// What names a victim, and where it occurs: for triage every part of a referral in which it does is left out.
// Always true: rather one part too many than one too few; what is compared is spelt alike first (case, accents, width, gaps).

/** Of a victim all text is taken for naming her, but for what stands under these: kinds, marks, dates of events, countries. */
const NAMING_NOBODY = new Set(
  (
    'type verified verificationDate country countryCode countryCallingCode extension eventName dateTime timestamp idType ' +
    'espService state region nonUsaState disabledDate userNotified userNotifiedDate reenabledDate port possibleProxy age'
  ).split(' '),
);
const PHONES = new Set(['phone', 'phoneNumber']);
/** Of these every longer word names her by itself. */
const NAMES = new Set(['firstName', 'lastName']);

const SHORT = 4;
/** Parts of names that half of all texts have. */
const PARTICLES = new Set(
  'de la da do di du le el al van von der den del dos das las los bin ibn ben abu ابن عبد ابو بنت'.split(' '),
);
/** From so many letters on, it is found with whatever stands between them. */
const LONG = 8;
const FEWEST_DIGITS = 6;
/** A number's last digits: the rest is written in many ways. */
const TELLING_DIGITS = 8;

/** Answers whether anything that names one of the victims occurs in a value, however deep. */
export type Finder = (value: unknown) => boolean;

export function identifierFinder(victims: readonly unknown[]): Finder {
  const leafSpellings = victims.flatMap((victim) => [...leaves(victim, '', '')].flatMap(spellings));
  const said = [...new Set([...leafSpellings, ...victims.flatMap(wholeNames)])];
  const digits = [...new Set(victims.flatMap((victim) => [...leaves(victim, '', '')].flatMap(digitsOf)))];
  const tests = said.flatMap(testsOf);
  const occurs = (text: string): boolean => {
    const read = readings(text);
    return tests.some((test) => test(read)) || digits.some((run) => read.digits.includes(run));
  };
  return (value) => texts(value).some(occurs);
}

// ── what names her ────────────────────────────────────────────────────────────────────────────────────────────────────

interface Leaf {
  readonly key: string;
  /** The field that holds it, or holds the group it is in. */
  readonly within: string;
  readonly text: string;
}

function* leaves(value: unknown, key: string, within: string): Generator<Leaf> {
  if (NAMING_NOBODY.has(key) || value === null || value === undefined || typeof value === 'boolean') return;
  if (typeof value === 'string' || typeof value === 'number') yield { key, within, text: String(value) };
  else if (Array.isArray(value)) for (const each of value as readonly unknown[]) yield* leaves(each, key, within);
  else for (const [name, held] of Object.entries(value)) yield* leaves(held, name, key === '' ? within : key);
}

/** In what forms it may be met. */
function spellings({ key, within, text }: Leaf): string[] {
  if (PHONES.has(within) && onlyDigits(text).length >= FEWEST_DIGITS) return [];
  const folded = fold(text).trim();
  const words = NAMES.has(key) ? folded.split(/[^\p{L}\p{N}]+/u).filter(isTelling) : [];
  const all = [folded, ...words, ...ofAddress(folded), ...ofNetwork(folded)];
  return all.filter((each) => /[\p{L}\p{N}]/u.test(each));
}

/** Whether a word of a name names her by itself: of Latin, which is met as a word, also a short one. */
function isTelling(word: string): boolean {
  const fewest = /^\p{Script=Latin}+$/u.test(word) ? 2 : 3;
  return word.length >= fewest && !PARTICLES.has(word);
}

/** First and last name written as one, in either order: in running Chinese, in the name of an account. */
function wholeNames(victim: unknown): string[] {
  const named = [...leaves(victim, '', '')].filter(({ key }) => NAMES.has(key));
  const [first = [], last = []] = [...NAMES].map((name) =>
    named.filter(({ key }) => key === name).map(({ text }) => onlyLetters(fold(text))),
  );
  const pairs = first.flatMap((one) => last.map((two) => [one, two]));
  return pairs.filter((pair) => pair.every((each) => each !== '')).flatMap(([a = '', b = '']) => [a + b, b + a]);
}

/** Of an e-mail address also what stands before the sign; of a page's address it without the beginning, and its last step. */
function ofAddress(folded: string): string[] {
  const [, local] = /^([^@\s]{4,})@\S+$/u.exec(folded) ?? [];
  const [, page] = /^https?:\/\/(?:www\.)?([^\s/]+\/\S+?)\/*$/u.exec(folded) ?? [];
  const step = page?.split(/[/?#=&]/u).findLast((each) => each !== '') ?? '';
  return [local, page, step.length >= SHORT ? step : undefined].filter((each) => each !== undefined);
}

/** An IPv6 address in its shortest form. */
function ofNetwork(folded: string): string[] {
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/.test(folded) || !URL.canParse(`http://[${folded}]`)) return [];
  return [new URL(`http://[${folded}]`).hostname.slice(1, -1)];
}

function digitsOf({ within, key, text }: Leaf): string[] {
  const digits = onlyDigits(text);
  const isNumber = PHONES.has(within) || PHONES.has(key) || /^[\d\s()+./-]+$/.test(text);
  if (!isNumber || digits.length < FEWEST_DIGITS) return [];
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim()) ?? [];
  const dates = year === '' ? [] : [day + month + year, month + day + year];
  return [digits.slice(-TELLING_DIGITS), ...dates];
}

// ── where it occurs ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Readings {
  readonly folded: readonly string[];
  readonly letters: string;
  readonly digits: string;
}

function testsOf(said: string): ((read: Readings) => boolean)[] {
  const letters = onlyLetters(said);
  const isWord = letters.length < SHORT && /^[\p{Script=Latin}\p{N}\p{P}\p{S}\s]+$/u.test(said);
  if (isWord || (letters.length === 1 && !/^\p{Script=Han}/u.test(letters))) {
    const word = inWords(said);
    return [({ folded }) => folded.some((text) => inWords(text).includes(word))];
  }
  const found = ({ folded }: Readings): boolean => folded.some((text) => text.includes(said));
  return letters.length >= LONG ? [found, (read) => read.letters.includes(letters)] : [found];
}

function readings(text: string): Readings {
  const plain = fold(text);
  const decoded = fold(unescaped(text));
  const folded = [...new Set([plain, decoded, spelledOut(decoded), inLatin(decoded), ...ofNetwork(plain)])];
  return { folded, letters: onlyLetters(decoded), digits: joined(decoded) };
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Alike whatever the case, the accents, the width, the gaps and what cannot be seen. */
function fold(text: string): string {
  const bare = text.normalize('NFKD').replace(/[\p{M}\p{Cf}\u0640]/gu, '');
  const lower = bare
    .toUpperCase()
    .toLowerCase()
    .replace(VARIANT, (letter) => VARIANTS.get(letter) ?? letter);
  return westernDigits(lower).replace(/[\s\p{Z}\p{Cc}]+/gu, ' ');
}

/** Letters that are met in place of one another and that no normal form makes alike: of Latin, Greek, Arabic and Persian. */
const VARIANTS: ReadonlyMap<string, string> = new Map(
  'ł:l ø:o đ:d ð:d ħ:h ı:i ŧ:t æ:ae œ:oe þ:th ς:σ ی:ي ى:ي ک:ك ة:ه ہ:ه ھ:ه'.split(' ').map((pair) => {
    const [letter = '', alike = ''] = pair.split(':');
    return [letter, alike];
  }),
);
const VARIANT = new RegExp(`[${[...VARIANTS.keys()].join('')}]`, 'gu');

/** Letters that look like those of Latin, as whoever hides a name writes them. */
function inLatin(folded: string): string {
  return folded.replace(/[аеорсухіјѕԁһ]/gu, (letter) => 'aeopcyxijsdh'.charAt('аеорсухіјѕԁһ'.indexOf(letter)));
}

/** What is written letter by letter, as words. */
function spelledOut(folded: string): string {
  const run = /(?<![\p{L}\p{N}])[\p{L}\p{N}](?:[^\p{L}\p{N}]{1,2}[\p{L}\p{N}])+(?![\p{L}\p{N}])/gu;
  return folded.replace(run, onlyLetters);
}

/** Of the digits of every script, which stand ten in a row. */
function westernDigits(text: string): string {
  return text.replace(/[^\P{Nd}0-9]/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String(code - zero);
  });
}

/** What an address escapes, also where it was escaped again. */
function unescaped(text: string): string {
  return text.replaceAll(/%(?:25)+(?=[0-9a-f]{2})/gi, '%').replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** Its words, each between blanks. */
function inWords(text: string): string {
  return ` ${text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')} `;
}

function onlyLetters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

function onlyDigits(text: string): string {
  return fold(text).replace(/\D/g, '');
}

/** Numbers without what is written between their digits. */
function joined(text: string): string {
  return text.replace(/(?<=\d)[^\p{L}\p{N}]{1,4}(?=\d)/gu, '');
}
