// What happened, who reports it, and which police already know.
// Always true: these are CyberTipline's elements under their own names and in their own order.
import * as z from 'zod';
import { BATCH_REASONS, INCIDENT_TYPES } from './codes.ts';
import { contactPerson, cybertipCountry, person } from './contact.ts';
import { anyOrderGroup, attribute, element, group, textOf } from './field.ts';
import { dateTime, flag, oneOf, text, truth } from './lexical.ts';

export const batchedReport = group(
  'BatchedReport',
  'Marks one report about many accounts that shared one viral file.',
  {
    reason: attribute(oneOf(BATCH_REASONS), {
      what: 'Why many accounts are reported at once.',
      why: 'Keeps one joke shared by thousands from becoming thousands of cases.',
    }),
  },
);

const reportAnnotations = anyOrderGroup('ReportAnnotations', 'Marks on the incident; each is true or left out.', {
  sextortion: element(flag().optional(), {
    what: 'Somebody threatens to show images of a child.',
    why: 'Children in this position may harm themselves: hours count.',
  }),
  csamSolicitation: element(flag().optional(), {
    what: 'Somebody asks a child or another person for such images.',
    why: 'Shows intent, even where no image was sent.',
  }),
  minorToMinorInteraction: element(flag().optional(), {
    what: 'All involved appear to be children.',
    why: 'Calls for help rather than prosecution.',
  }),
  spam: element(flag().optional(), {
    what: 'The content appears to be spam.',
    why: 'Lets the desk deal with real cases first.',
  }),
  sadisticOnlineExploitation: element(flag().optional(), {
    what: 'A child is driven to harm itself or others.',
    why: 'A life may be in danger.',
  }),
  informational: element(flag().optional(), {
    what: 'The reporter does not expect action on this report.',
    why: 'Tells background from cases to be opened.',
    since: '2026',
  }),
  potentialAggravatingFactors: element(flag().optional(), {
    what: 'Something makes this incident graver than its type says.',
    why: 'Raises it in the queue.',
    since: '2026',
  }),
  instrumentalUse: element(flag().optional(), {
    what: 'The material seems to be used as a means to another end.',
    why: 'Points to a motive other than the usual one.',
    since: '2026',
  }),
});

export const incidentSummary = group('IncidentSummary', 'The incident in a few fields.', {
  incidentType: element(oneOf(INCIDENT_TYPES), {
    what: 'Kind of incident, in the words of US law.',
    why: 'Decides who works on it.',
  }),
  platform: element(text().optional(), {
    what: 'Service or product on which it happened.',
    why: 'Tells where evidence lies.',
    maxLength: 256,
  }),
  escalateToHighPriority: element(text().optional(), {
    what: 'Why this cannot wait; its presence alone escalates.',
    why: 'A child in danger now must be found among thousands of reports.',
    notBlank: true,
    maxLength: 3000,
  }),
  reportAnnotations: element(reportAnnotations.optional(), {
    what: 'Marks on the incident.',
    why: 'Sorts the report before anybody has read it.',
  }),
  incidentDateTime: element(dateTime(), {
    what: 'Time of the incident, with its zone; say in `times` what kind of time it is.',
    why: 'Everything else is laid along this time.',
    zone: true,
    past: true,
  }),
  incidentDateTimeDescription: element(text().optional(), {
    what: 'What the time above means, in words.',
    why: 'Keeps the time of discovery from being read as the time of the act.',
    maxLength: 3000,
  }),
});

const servedLegalProcessInternational = group('ServedLegalProcessInternational', 'Legal process from abroad.', {
  value: textOf(truth(), {
    what: 'Whether police outside the US have served legal process.',
    why: 'Shows that another country is already at work.',
  }),
  fleaCountry: attribute(cybertipCountry().optional(), {
    what: 'Country that served it.',
    why: 'Tells whom to coordinate with.',
  }),
});

export const lawEnforcement = group('LawEnforcement', 'Police who already know.', {
  agencyName: element(text(), {
    what: 'Name of the agency.',
    why: 'Keeps two forces from crossing each other.',
    maxLength: 255,
  }),
  caseNumber: element(text().optional(), {
    what: "The agency's case number, as text.",
    why: 'Joins this referral to the open case.',
    maxLength: 100,
  }),
  officerContact: element(contactPerson.optional(), {
    what: 'The officer in charge.',
    why: 'One call settles what a letter takes weeks for.',
  }),
  reportedToLe: element(truth().optional(), {
    what: 'Whether the incident was reported to that agency.',
    why: 'Tells whether they know, or were only asked.',
  }),
  servedLegalProcessDomestic: element(truth().optional(), {
    what: 'Whether US police have served legal process.',
    why: 'Shows that a case is open and records are being asked for.',
  }),
  servedLegalProcessInternational: element(servedLegalProcessInternational.optional(), {
    what: 'Whether police outside the US have served legal process, and which.',
    why: 'Shows that another country is already at work.',
  }),
});

export const reporter = group('Reporter', 'Who reports.', {
  reportingPerson: element(person, {
    what: 'The person who makes this referral; an e-mail address is required.',
    why: 'Somebody must be able to answer questions and testify.',
  }),
  contactPerson: element(contactPerson.optional(), {
    what: 'Whom police should contact, when it is somebody else.',
    why: 'Legal process must reach the right desk.',
  }),
  companyTemplate: element(text().optional(), {
    what: 'Standing text about the reporter, such as how to serve it.',
    why: 'Saves a search for the right address and form.',
  }),
  termsOfService: element(text().optional(), {
    what: 'Terms of service, or the part that applies.',
    why: 'Shows what the user had agreed to.',
  }),
  legalURL: element(text().optional(), {
    what: "Address of the reporter's page for legal process.",
    why: 'Leads to the portal that takes warrants.',
    url: true,
    maxLength: 2083,
  }),
});

export type BatchedReport = z.infer<typeof batchedReport>;
export type ReportAnnotations = z.infer<typeof reportAnnotations>;
export type IncidentSummary = z.infer<typeof incidentSummary>;
export type LawEnforcement = z.infer<typeof lawEnforcement>;
export type Reporter = z.infer<typeof reporter>;
