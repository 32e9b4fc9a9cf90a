// Phone numbers: the raw text always stays as it was sent; E.164 (ITU-T) and country stand beside the referral, by place.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { pointTo } from '../../schemas/pointer.ts';

/** What a number means where it parses; `country` is ISO 3166-1 alpha-2 and absent where the number does not tell. */
export interface PhoneFacts {
  readonly e164: string;
  readonly country?: string;
}

const PHONE_KEYS = new Set(['phone', 'phoneNumber']);

/** JSON pointer (RFC 6901) of each phone in a referral that parses → what it means. */
export function phoneFacts(referral: object): Readonly<Record<string, PhoneFacts>> {
  const found: [string, PhoneFacts][] = [];
  walk(referral, '', false, found);
  return Object.fromEntries(found);
}

function walk(value: object, pointer: string, isPhone: boolean, found: [string, PhoneFacts][]): void {
  if (isPhone && 'value' in value && typeof value.value === 'string') {
    const facts = factsOf(value.value, 'countryCallingCode' in value ? value.countryCallingCode : undefined);
    if (facts !== undefined) found.push([pointer, facts]);
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, held] of Object.entries(value) as [string, unknown][]) {
    if (held === null || typeof held !== 'object') continue;
    walk(held, pointTo(pointer, key), isList ? isPhone : PHONE_KEYS.has(key), found);
  }
}

function factsOf(text: string, callingCode: unknown): PhoneFacts | undefined {
  const parsed = parsePhoneNumberFromString(typeof callingCode === 'string' ? `${callingCode}${text}` : text);
  if (parsed === undefined) return undefined;
  return { e164: parsed.number, ...(parsed.country === undefined ? {} : { country: parsed.country }) };
}
