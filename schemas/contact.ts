// How a person can be found: address, e-mail, phone, and the two kinds of person that hold them.
// Always true: a phone number stays as it was written; the desk adds e164 and country beside it when the number parses.
import * as z from 'zod';
import {
  ADDRESS_TYPES,
  COUNTRIES,
  CYBERTIP_COUNTRIES,
  CYBERTIP_STATES,
  EMAIL_TYPES,
  PHONE_TYPES,
  US_STATES,
} from './codes.ts';
import { attribute, element, group, own, textOf } from './field.ts';
import { date, dateTime, integer, oneOf, text, textLike, truth } from './lexical.ts';

const WRITE_COUNTRY = 'Write a two-letter country code such as DE, in capitals.';
const WRITE_STATE = `Write a two-letter code of a US state or territory: ${US_STATES.join(' ')}.`;

/** NCMEC's list of countries, with its codes beyond ISO 3166-1. */
export const cybertipCountry = () => oneOf(CYBERTIP_COUNTRIES, WRITE_COUNTRY);
/** ISO 3166-1 alpha-2. */
export const isoCountry = () => oneOf(COUNTRIES, WRITE_COUNTRY);

const verified = attribute(truth().optional(), {
  what: 'Whether the service had checked that it belongs to the user.',
  why: 'A checked contact identifies a person far more surely than a typed one.',
});
const verificationDate = attribute(dateTime().optional(), {
  what: 'When it was checked.',
  why: 'Tells whether it still belonged to the user at the time of the incident.',
  zone: true,
  past: true,
});

export const address = group('Address', 'A postal address, whole or in part.', {
  address: element(text().optional(), {
    what: 'Street, house number and everything else above the city.',
    why: 'Names the door to knock on.',
    maxLength: 255,
  }),
  city: element(text().optional(), {
    what: 'City or town.',
    why: 'Decides which local force receives the case.',
    maxLength: 100,
  }),
  zipCode: element(text().optional(), {
    what: 'Postal code, as text with its leading zeros.',
    why: 'Narrows a city to a district.',
    maxLength: 20,
  }),
  state: element(oneOf(CYBERTIP_STATES, WRITE_STATE).optional(), {
    what: 'US state or territory.',
    why: 'Routes the case to the task force of that state.',
  }),
  nonUsaState: element(text().optional(), {
    what: 'State, province or region outside the US.',
    why: 'Routes the case within the country.',
    maxLength: 100,
  }),
  country: element(cybertipCountry().optional(), {
    what: 'Country code.',
    why: 'Decides which nation acts.',
  }),
  type: attribute(oneOf(ADDRESS_TYPES).optional(), {
    what: 'What the address is used for.',
    why: 'A billing address has been checked by a bank; a shipping address has been used.',
  }),
});

export const email = group('Email', 'An e-mail address.', {
  value: textOf(text(), {
    what: 'The address itself.',
    why: 'The provider of the mailbox can be asked who owns it.',
    maxLength: 255,
    email: true,
  }),
  type: attribute(oneOf(EMAIL_TYPES).optional(), {
    what: 'What the address is used for.',
    why: 'A recovery address is often the real one.',
  }),
  verified,
  verificationDate,
});

export const phone = group('Phone', 'A phone number, as written and, where it could be read, in international form.', {
  value: textOf(text(), {
    what: 'The number exactly as it was seen.',
    why: 'The operator can be asked for the subscriber; no reading of ours may replace what was seen.',
    maxLength: 50,
  }),
  type: attribute(oneOf(PHONE_TYPES).optional(), {
    what: 'What the number is used for.',
    why: 'A mobile number can be located; a fax number cannot.',
  }),
  verified,
  verificationDate,
  countryCallingCode: attribute(textLike('\\+[0-9]{1,3}', 'Write + and 1 to 3 digits.').optional(), {
    what: 'Calling code such as +44, when the number is written without it.',
    why: 'Names the country whose operator can be asked.',
  }),
  extension: attribute(textLike('[0-9]+', 'Write digits only.').optional(), {
    what: 'Extension behind a switchboard.',
    why: 'Leads from a company to one desk in it.',
    maxLength: 10,
  }),
  e164: own(textLike('\\+[1-9][0-9]{1,14}', 'Write + and up to 15 digits, without spaces.').optional(), {
    what: 'The number in international form; the desk fills it in when the number can be read.',
    why: 'Lets the same number be recognised in another referral.',
  }),
  country: own(isoCountry().optional(), {
    what: 'Country of the number; the desk fills it in when the number can be read.',
    why: 'Tells which nations have people in this case.',
  }),
});

const firstName = element(text().optional(), {
  what: 'First name.',
  why: 'Identifies a person together with birthday and place.',
  maxLength: 100,
});
const lastName = element(text().optional(), {
  what: 'Last name.',
  why: 'Identifies a person together with birthday and place.',
  maxLength: 100,
});
const phones = element(z.array(phone).optional(), {
  what: 'Phone numbers.',
  why: 'The operator can be asked for the subscriber.',
});
const emails = element(z.array(email).optional(), {
  what: 'E-mail addresses.',
  why: 'The mail provider can be asked for the owner.',
});
const addresses = element(z.array(address).optional(), {
  what: 'Postal addresses.',
  why: 'Tells where the person may be found.',
});

export const person = group('Person', 'What is known about one human being.', {
  firstName,
  lastName,
  phone: phones,
  email: emails,
  address: addresses,
  age: element(integer().optional(), {
    what: 'Age in years, when no birthday is known.',
    why: 'Tells whether a child is involved.',
    range: [0, 150],
  }),
  ageAssertionDiscrepancy: element(truth().optional(), {
    what: 'Whether the age the person stated contradicts other signs of it.',
    why: 'A stated age of 30 may hide a child, and the other way round.',
    since: '2026',
  }),
  dateOfBirth: element(date().optional(), {
    what: 'Birthday.',
    why: 'Identifies a person and settles whether it is a child.',
    past: true,
  }),
});

export const contactPerson = group('ContactPerson', 'Somebody who can be called about this referral.', {
  firstName,
  lastName,
  phone: phones,
  email: emails,
  address: addresses,
});

export type Address = z.infer<typeof address>;
export type Email = z.infer<typeof email>;
export type Phone = z.infer<typeof phone>;
export type Person = z.infer<typeof person>;
export type ContactPerson = z.infer<typeof contactPerson>;
