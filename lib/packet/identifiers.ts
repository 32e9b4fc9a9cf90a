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
/** From so many letters on, it is found with whatever stands between them. */
const LONG = 8;
const FEWEST_DIGITS = 6;
/** A number's last digits: the rest is written in many ways. */
const TELLING_DIGITS = 8;

/** Answers whether anything that names one of the victims occurs in a value, however deep. */
export type Finder = (value: unknown) => boolean;

export function identifierFinder(victims: readonly unknown[]): Finder {
  const said = [...new Set(victims.flatMap((victim) => [...leaves(victim, '', '')].flatMap(spellings)))];
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
  const words = NAMES.has(key) ? folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORT) : [];
  const all = [folded, ...words, ...ofAddress(folded), ...ofNetwork(folded)];
  return all.filter((each) => /[\p{L}\p{N}]/u.test(each));
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
  return isNumber && digits.length >= FEWEST_DIGITS ? [digits.slice(-TELLING_DIGITS)] : [];
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
  if (isWord || letters.length === 1) {
    const word = inWords(said);
    return [({ folded }) => folded.some((text) => inWords(text).includes(word))];
  }
  const found = ({ folded }: Readings): boolean => folded.some((text) => text.includes(said));
  return letters.length >= LONG ? [found, (read) => read.letters.includes(letters)] : [found];
}

function readings(text: string): Readings {
  const plain = fold(text);
  const decoded = fold(unescaped(text));
  const folded = [...new Set([plain, decoded, ...ofNetwork(plain)])];
  return { folded, letters: onlyLetters(decoded), digits: joined(decoded) };
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Alike whatever the case, the accents, the width, the gaps and what cannot be seen. */
function fold(text: string): string {
  const bare = text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '');
  return westernDigits(bare.toUpperCase().toLowerCase()).replace(/[\s\p{Z}\p{Cc}]+/gu, ' ');
}

/** Of Arabic, Persian and Hindi digits. */
function westernDigits(text: string): string {
  const zeros = [0x0660, 0x06f0, 0x0966];
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - (zeros.findLast((zero) => zero <= code) ?? code));
  });
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
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
  return text.replace(/(?<=\d)[\s()./+\u2010-\u2015-]+(?=\d)/gu, '');
}
