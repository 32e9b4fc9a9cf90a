// Another account of the same person, on this service or another.
// Always true: its limits are its own; several differ from those of the person it belongs to.
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
  groupIdentifier,
  ipCaptureEvents,
  priorReports,
  profileBio,
  profileUrl,
  screenName,
} from './account-fields.ts';
import { ACCOUNT_TYPES } from './codes.ts';
import { address, email, phone } from './contact.ts';
import { attribute, element, group, textOf } from './field.ts';
import { date, integer, oneOf, text, truth } from './lexical.ts';

const platform = group('AccountPlatform', 'The service an associated account belongs to.', {
  value: textOf(text(), {
    what: 'Full name of the service.',
    why: 'Tells which company holds the records.',
    maxLength: 256,
  }),
  thirdPartyUser: attribute(truth().optional(), {
    what: "Whether it is another service than the reporter's.",
    why: 'Tells that another company must be asked.',
  }),
});

export const associatedAccount = group('AssociatedAccount', 'Another account of the same person.', {
  platform: element(platform.optional(), {
    what: 'The service the account belongs to.',
    why: 'Tells which company holds the records.',
  }),
  firstName: element(text().optional(), {
    what: 'First name given to that account.',
    why: 'People lie on one service and not on the next.',
    maxLength: 256,
  }),
  middleName: element(text().optional(), {
    what: 'Middle name given to that account.',
    why: 'Tells two people of one name apart.',
    maxLength: 256,
  }),
  lastName: element(text().optional(), {
    what: 'Last name given to that account.',
    why: 'People lie on one service and not on the next.',
    maxLength: 256,
  }),
  approximateAge: element(integer().optional(), {
    what: 'Age in years, when no birthday is known.',
    why: 'Tells whether a child is involved.',
    range: [0, 150],
  }),
  ageAssertionDiscrepancy: element(truth().optional(), {
    what: 'Whether the age given to that account contradicts other signs of it.',
    why: 'A stated age of 30 may hide a child, and the other way round.',
    since: '2026',
  }),
  dateOfBirth: element(date().optional(), {
    what: 'Birthday given to that account.',
    why: 'Identifies a person and settles whether it is a child.',
    past: true,
  }),
  phone: element(z.array(phone).optional(), {
    what: 'Phone numbers of that account.',
    why: 'The operator can be asked for the subscriber.',
  }),
  email: element(z.array(email).optional(), {
    what: 'E-mail addresses of that account.',
    why: 'The mail provider can be asked for the owner.',
  }),
  allEmailsReported,
  address: element(z.array(address).optional(), {
    what: 'Postal addresses of that account.',
    why: 'Tells where the person may be found.',
  }),
  espService: espService(256),
  espIdentifier: espIdentifier(256),
  profileUrl,
  screenName,
  displayName,
  profileBio,
  groupIdentifier: groupIdentifier(256),
  compromisedAccount,
  accountTemporarilyDisabled,
  accountPermanentlyDisabled,
  ipCaptureEvent: ipCaptureEvents,
  deviceId: deviceIds,
  priorCTReport: priorReports,
  additionalInfo: element(text().optional(), {
    what: 'Anything else worth knowing about that account.',
    why: 'Holds what has no field of its own.',
  }),
  type: attribute(oneOf(ACCOUNT_TYPES), {
    what: 'How that account is tied to the person.',
    why: 'A billing account names who pays; a linked one who logs in.',
  }),
});

export type AssociatedAccount = z.infer<typeof associatedAccount>;
