// Who is in a referral, each role under its own name: reported, recipient, victim, and others.
// Always true: CyberTipline's three roles keep its names and order; witnesses and bystanders stand in otherPersons.
import * as z from 'zod';
import {
  accountPermanentlyDisabled,
  accountTemporarilyDisabled,
  allEmailsReported,
  compromisedAccount,
  deviceIds,
  displayName,
  espIdentifier,
  espService,
  estimatedLocation,
  groupIdentifier,
  ipCaptureEvents,
  priorReports,
  profileBio,
  profileUrl,
  screenName,
} from './account-fields.ts';
import { associatedAccount } from './associated-account.ts';
import { OTHER_ROLES } from './codes.ts';
import { person } from './contact.ts';
import { element, group, own } from './field.ts';
import { oneOf, text, truth } from './lexical.ts';

const associatedAccounts = element(z.array(associatedAccount).optional(), {
  what: 'Other accounts of the same person, here or elsewhere.',
  why: 'Each is another door to the person and another place for evidence.',
});
const additionalInfo = element(text().optional(), {
  what: 'Anything else worth knowing about this person.',
  why: 'Holds what has no field of its own.',
});

export const personOrUserReported = group('PersonOrUserReported', 'The person or account this referral is about.', {
  personOrUserReportedPerson: element(person.optional(), {
    what: 'The human being behind the account, as far as known.',
    why: 'The aim of every inquiry is a person, not an account.',
  }),
  vehicleDescription: element(text().optional(), {
    what: 'Make, colour and plate of a vehicle.',
    why: 'A plate leads to a keeper.',
    maxLength: 300,
  }),
  espIdentifier: espIdentifier(255),
  espService: espService(100),
  compromisedAccount,
  screenName,
  displayName,
  profileUrl,
  profileBio,
  ipCaptureEvent: ipCaptureEvents,
  deviceId: deviceIds,
  thirdPartyUserReported: element(truth().optional(), {
    what: "Whether the account belongs to another service than the reporter's.",
    why: 'Tells that another company holds the records.',
  }),
  priorCTReports: priorReports,
  groupIdentifier: groupIdentifier(255),
  accountTemporarilyDisabled,
  accountPermanentlyDisabled,
  estimatedLocation,
  allEmailsReported,
  associatedAccount: associatedAccounts,
  additionalInfo,
});

export const intendedRecipient = group('IntendedRecipient', 'Somebody the material or the message was meant for.', {
  intendedRecipientPerson: element(person.optional(), {
    what: 'The human being behind the account, as far as known.',
    why: 'A recipient may be a further suspect, or a child.',
  }),
  espIdentifier: espIdentifier(255),
  espService: espService(100),
  compromisedAccount,
  screenName,
  displayName,
  profileUrl,
  profileBio,
  ipCaptureEvent: ipCaptureEvents,
  deviceId: deviceIds,
  priorCTReports: priorReports,
  groupIdentifier: groupIdentifier(255),
  accountTemporarilyDisabled,
  accountPermanentlyDisabled,
  estimatedLocation,
  allEmailsReported,
  additionalInfo: element(z.array(text()).optional(), {
    what: 'Anything else worth knowing about this person, one entry each.',
    why: 'Holds what has no field of its own.',
  }),
});

export const victim = group('Victim', 'A child who was or may be harmed.', {
  victimPerson: element(person, {
    what: 'The child, as far as known; may be left without any detail.',
    why: 'Finding and protecting the child comes before everything else.',
  }),
  espIdentifier: espIdentifier(255),
  espService: espService(100),
  compromisedAccount,
  screenName,
  displayName,
  profileUrl,
  profileBio,
  ipCaptureEvent: ipCaptureEvents,
  deviceId: deviceIds,
  schoolName: element(text().optional(), {
    what: "The child's school.",
    why: 'Often the quickest way to a child in danger.',
    maxLength: 255,
  }),
  priorCTReports: priorReports,
  accountTemporarilyDisabled,
  accountPermanentlyDisabled,
  estimatedLocation,
  allEmailsReported,
  associatedAccount: associatedAccounts,
  additionalInfo,
});

export const otherPerson = group('OtherPerson', 'Somebody who is neither reported nor recipient nor victim.', {
  role: own(oneOf(OTHER_ROLES), {
    what: 'What this person has to do with the incident.',
    why: 'Keeps witnesses and bystanders from being read as suspects.',
  }),
  person: own(person.optional(), {
    what: 'The human being, as far as known.',
    why: 'A witness must be reachable.',
  }),
  account: own(text().optional(), {
    what: 'Account or handle of this person, with its platform.',
    why: 'Tells this account from those that are reported.',
    maxLength: 300,
  }),
  note: own(text().optional(), {
    what: 'What this person saw or did.',
    why: 'Tells whether to speak to this person first.',
  }),
});

export type PersonOrUserReported = z.infer<typeof personOrUserReported>;
export type IntendedRecipient = z.infer<typeof intendedRecipient>;
export type Victim = z.infer<typeof victim>;
export type OtherPerson = z.infer<typeof otherPerson>;
