// How a referral may be used and where it leads: handling codes, countries, links to others, places it spreads from.
// Always true: nothing here is evidence; it steers the work.
import * as z from 'zod';
import {
  HANDLING_CODES,
  HINT_BASES,
  INFORMATION_EVALUATIONS,
  LINK_KINDS,
  RELATIONS,
  SOURCE_EVALUATIONS,
} from './codes.ts';
import { isoCountry } from './contact.ts';
import { group, own } from './field.ts';
import { dateTime, oneOf, text } from './lexical.ts';

const handlingCode = group('HandlingCode', "One of Europol's handling codes.", {
  code: own(oneOf(HANDLING_CODES), {
    what: 'H0: police use only. H1: not before a court. H2: not to be passed on. H3: as the conditions say.',
    why: 'Tells the receiver what may be done without asking.',
  }),
  conditions: own(text().optional(), {
    what: 'Conditions in words; needed for H3.',
    why: 'A code alone cannot say who may be asked.',
    maxLength: 3000,
  }),
});

export const handling = group('Handling', 'How the referral may be used, and how far it can be trusted.', {
  codes: own(z.array(handlingCode).optional(), {
    what: 'Handling codes that apply.',
    why: 'Tells the receiver what may be done without asking.',
  }),
  sourceEvaluation: own(oneOf(SOURCE_EVALUATIONS).optional(), {
    what: 'How reliable the source is: A without doubt, B mostly, C mostly not, X not known.',
    why: 'Lets an analyst weigh the referral against others.',
  }),
  informationEvaluation: own(oneOf(INFORMATION_EVALUATIONS).optional(), {
    what: 'How sure the content is: 1 certain, 2 seen by the source itself, 3 confirmed hearsay, 4 unconfirmed hearsay.',
    why: 'Lets an analyst weigh the referral against others.',
  }),
});

export const jurisdictionHint = group('JurisdictionHint', 'A country that may have to act, and why.', {
  country: own(isoCountry(), {
    what: 'The country.',
    why: 'Tells which nation must be told.',
  }),
  basis: own(oneOf(HINT_BASES), {
    what: 'What points there.',
    why: 'A phone number and a language are signs of different weight.',
  }),
  note: own(text().optional(), {
    what: 'More about it.',
    why: 'Lets the receiver judge the sign.',
    maxLength: 3000,
  }),
});

const externalReference = group('ExternalReference', "A number in somebody else's system.", {
  system: own(text(), {
    what: 'Whose system it is.',
    why: 'The same number means other things elsewhere.',
    notBlank: true,
    maxLength: 200,
  }),
  id: own(text(), {
    what: 'The number there, as text.',
    why: 'Finds the other record.',
    notBlank: true,
    maxLength: 200,
  }),
});

export const linkedReferral = group('LinkedReferral', 'Another referral or record that belongs with this one.', {
  id: own(z.uuid({ error: 'Write the id that the desk gave.' }).optional(), {
    what: 'Id of a referral at this desk.',
    why: 'Joins what one agency would otherwise see as two cases.',
  }),
  externalReference: own(externalReference.optional(), {
    what: "Number in somebody else's system.",
    why: 'Joins what two agencies would otherwise see as two cases.',
  }),
  relation: own(oneOf(RELATIONS), {
    what: 'How the other is related to this one.',
    why: 'A repeated person and a repeated file lead to different work.',
  }),
});

export const distributionLink = group('DistributionLink', 'A place that leads people to the material.', {
  kind: own(oneOf(LINK_KINDS), {
    what: 'What kind of place it is.',
    why: 'Tells who can close it.',
  }),
  url: own(text(), {
    what: 'Its address.',
    why: 'Lets it be seen, preserved and closed.',
    url: true,
    maxLength: 2083,
  }),
  seenAt: own(dateTime().optional(), {
    what: 'When it was seen.',
    why: 'Such places move within days.',
    zone: true,
    past: true,
  }),
  note: own(text().optional(), {
    what: 'What it leads to.',
    why: 'Tells whether closing it would help.',
    maxLength: 3000,
  }),
});

export type Handling = z.infer<typeof handling>;
export type HandlingCode = z.infer<typeof handlingCode>;
export type JurisdictionHint = z.infer<typeof jurisdictionHint>;
export type LinkedReferral = z.infer<typeof linkedReferral>;
export type DistributionLink = z.infer<typeof distributionLink>;
