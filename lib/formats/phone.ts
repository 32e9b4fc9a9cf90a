// Phone numbers: the raw text always stays as it was sent; E.164 (ITU-T) and country stand beside the referral, by place.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** What a number means where it parses; `country` is ISO 3166-1 alpha-2 and absent where the number does not tell. */
export interface PhoneFacts {
  readonly e164: string;
  readonly country?: string;
}

const PHONE_KEYS = new Set(['phone', 'phoneNumber']);

/** JSON pointer (RFC 6901) of each phone in a referral that parses → what it means. */
export function phoneFacts(referral: object): Readonly<Record<string, PhoneFacts>> {
  return Object.fromEntries(walk(referral, '', false));
}

function* walk(value: unknown, pointer: string, isPhone: boolean): Generator<[string, PhoneFacts]> {
  if (value === null || typeof value !== 'object') return;
  if (isPhone && 'value' in value && typeof value.value === 'string') {
    const facts = factsOf(value.value, 'countryCallingCode' in value ? value.countryCallingCode : undefined);
    if (facts !== undefined) yield [pointer, facts];
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, held] of Object.entries(value)) {
    const step = key.replaceAll('~', '~0').replaceAll('/', '~1');
    yield* walk(held, `${pointer}/${step}`, isList ? isPhone : PHONE_KEYS.has(key));
  }
}

function factsOf(text: string, callingCode: unknown): PhoneFacts | undefined {
  const parsed = parsePhoneNumberFromString(typeof callingCode === 'string' ? `${callingCode}${text}` : text);
  if (parsed === undefined) return undefined;
  return { e164: parsed.number, ...(parsed.country === undefined ? {} : { country: parsed.country }) };
}
