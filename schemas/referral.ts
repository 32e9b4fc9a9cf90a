// The referral: CyberTipline's report, element by element, and beside it what CyberTipline lacks.
// Always true: the first nine keys are NCMEC's, in NCMEC's order; all others are ours.
import * as z from 'zod';
import { attachment, provenance, reportBasis, viewEvent } from './attachments.ts';
import { chatGroup, message } from './chat.ts';
import { POSSESSIONS } from './codes.ts';
import { element, group, own } from './field.ts';
import { distributionLink, handling, jurisdictionHint, linkedReferral } from './handling.ts';
import { batchedReport, incidentSummary, lawEnforcement, reporter } from './incident.ts';
import { internetDetails } from './internet-details.ts';
import { oneOf, text } from './lexical.ts';
import { observation, possessionStatement, unheldMaterial } from './observations.ts';
import { intendedRecipient, otherPerson, personOrUserReported, victim } from './people.ts';
import { times } from './times.ts';

export const referralSchema = group('Referral', 'One report from a reporter about an incident.', {
  batchedReport: element(batchedReport.optional(), {
    what: 'Marks one report about many accounts that shared one viral file.',
    why: 'Keeps one joke shared by thousands from becoming thousands of cases.',
  }),
  incidentSummary: element(incidentSummary, {
    what: 'The incident in a few fields.',
    why: 'The first thing anybody reads.',
  }),
  internetDetails: element(z.array(internetDetails).optional(), {
    what: 'Where on the net it happened.',
    why: 'Leads to whoever holds the records.',
  }),
  lawEnforcement: element(lawEnforcement.optional(), {
    what: 'Police who already know.',
    why: 'Keeps two forces from crossing each other.',
  }),
  reporter: element(reporter, {
    what: 'Who reports.',
    why: 'Somebody must be able to answer questions and testify.',
  }),
  personOrUserReported: element(z.array(personOrUserReported).optional(), {
    what: 'The person or account this referral is about; one, unless it is a batched report.',
    why: 'Whom the inquiry is about.',
  }),
  intendedRecipient: element(z.array(intendedRecipient).optional(), {
    what: 'Those whom the material or the message was meant for.',
    why: 'A recipient may be a further suspect, or a child.',
  }),
  victim: element(z.array(victim).optional(), {
    what: 'Children who were or may be harmed.',
    why: 'Finding and protecting them comes before everything else.',
  }),
  additionalInfo: element(text().optional(), {
    what: 'Anything else worth knowing about the incident.',
    why: 'Holds what has no field of its own.',
  }),
  otherPersons: own(z.array(otherPerson).optional(), {
    what: 'Witnesses, guardians and bystanders.',
    why: 'Keeps them from being read as suspects, and witnesses within reach.',
  }),
  annotationBasis: own(z.array(reportBasis).optional(), {
    what: 'What each mark in reportAnnotations rests on.',
    why: 'A mark moves a referral up or down; somebody must stand for it.',
  }),
  times: own(times.optional(), {
    what: 'The five times of the incident, told apart.',
    why: 'Keeps the time of discovery from being read as the time of the act.',
  }),
  attachments: own(z.array(attachment).optional(), {
    what: 'Files that belong to the referral.',
    why: 'A description or a hash alone is seldom enough to act.',
  }),
  viewEvents: own(z.array(viewEvent).optional(), {
    what: 'Who looked at which file, and how much of it.',
    why: 'Decides whether police may open it without a warrant.',
  }),
  chatGroups: own(z.array(chatGroup).optional(), {
    what: 'Chat groups with their members over time.',
    why: 'One group leads to hundreds of people in dozens of countries.',
  }),
  messages: own(z.array(message).optional(), {
    what: 'Messages, in the order they were seen.',
    why: 'Words show intent, and who led whom.',
  }),
  observations: own(z.array(observation).optional(), {
    what: 'Who watched what, with which device, from when to when.',
    why: 'Shows a court how the evidence was made.',
  }),
  distributionLinks: own(z.array(distributionLink).optional(), {
    what: 'Places that lead people to the material: lists of invitations, app stores, posts.',
    why: 'Closing one of them can stop more than closing a group.',
  }),
  provenance: own(provenance.optional(), {
    what: 'Where the material was found, when no user sent it in.',
    why: 'Without a source a find cannot be followed up.',
  }),
  possession: own(oneOf(POSSESSIONS).optional(), {
    what: 'held when the reporter hands over files; none when it may not hold any. Held when left out.',
    why: 'Many hotlines may look but not keep; their word must count too.',
  }),
  possessionStatement: own(possessionStatement.optional(), {
    what: 'What the observer states in place of files.',
    why: 'Stands in for the file that the reporter may not hold.',
  }),
  unheldMaterial: own(z.array(unheldMaterial).optional(), {
    what: 'Material that was seen but is not held: addresses, hashes, names.',
    why: 'Lets police fetch it themselves.',
  }),
  jurisdictionHints: own(z.array(jurisdictionHint).optional(), {
    what: 'Countries that may have to act, and why.',
    why: 'Spares a detour through a country that has nothing to do with it.',
  }),
  linkedReferrals: own(z.array(linkedReferral).optional(), {
    what: 'Other referrals and records that belong with this one.',
    why: 'Joins what would otherwise be seen as separate cases.',
  }),
  handling: own(handling.optional(), {
    what: 'How the referral may be used, and how far it can be trusted.',
    why: 'Tells the receiver what may be done without asking.',
  }),
});

export type Referral = z.infer<typeof referralSchema>;
