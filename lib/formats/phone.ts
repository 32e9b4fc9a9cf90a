// Phone numbers: the raw text always stays; E.164 (ITU-T) and country are added beside it where the number parses.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

interface PhoneShape {
  readonly value: string;
  readonly countryCallingCode?: unknown;
  readonly e164?: unknown;
  readonly country?: unknown;
}

const PHONE_KEYS = new Set(['phone', 'phoneNumber']);

/** A copy of a parsed referral in which every phone that parses carries `e164` and `country`; nothing else changes. */
export function addPhoneFacts<T>(referral: T): T {
  return walk(referral, false) as T;
}

function walk(value: unknown, isPhone: boolean): unknown {
  if (Array.isArray(value)) return value.map((element) => walk(element, isPhone));
  if (value === null || typeof value !== 'object') return value;
  if (isPhone && isPhoneShape(value)) return withFacts(value);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, walk(held, PHONE_KEYS.has(key))]));
}

function isPhoneShape(value: object): value is PhoneShape {
  return 'value' in value && typeof value.value === 'string';
}

/** What the sender states himself is left as it is. */
function withFacts(phone: PhoneShape): PhoneShape {
  const { value, countryCallingCode } = phone;
  const text = typeof countryCallingCode === 'string' ? `${countryCallingCode}${value}` : value;
  const parsed = parsePhoneNumberFromString(text);
  if (parsed === undefined) return phone;
  const facts = { e164: parsed.number, ...(parsed.country === undefined ? {} : { country: parsed.country }) };
  return { ...facts, ...phone };
}
