// For every rule at least one referral that breaks it and nothing else: a base fixture, one change, the place.
// Always true: what is listed here still parses; only the rule objects.
import type { Referral, RuleName } from '../../schemas/index.ts';
import { first, given } from './drafts.ts';
import { ALL, SHA_A, SHA_B, SHA_C } from './fixtures.ts';

export interface RuleFixture {
  readonly rule: RuleName;
  readonly base: keyof typeof ALL;
  readonly change: (draft: Referral) => void;
  readonly path: string;
}

const reported = (draft: Referral) => first(draft.personOrUserReported);
const linked = (draft: Referral) => first(reported(draft).associatedAccount);
const file = (draft: Referral) => given(first(draft.attachments).fileDetails);
const message = (draft: Referral) => first(draft.messages);
const chat = (draft: Referral) => first(draft.chatGroups);
const at = (rule: RuleName, base: keyof typeof ALL, path: string, change: (draft: Referral) => void): RuleFixture => ({
  rule,
  base,
  path,
  change,
});

const PERSON = '/personOrUserReported/0';
const FILE = '/attachments/0/fileDetails';

export const RULE_FIXTURES: readonly RuleFixture[] = [
  at('max-length', 'minimal', '/incidentSummary/platform', (draft) => {
    draft.incidentSummary.platform = 'x'.repeat(257);
  }),
  at('max-length', 'full', `${PERSON}/displayName/1`, (draft) => {
    reported(draft).displayName = ['Kim', 'x'.repeat(256)];
  }),
  at('not-blank', 'minimal', '/incidentSummary/escalateToHighPriority', (draft) => {
    draft.incidentSummary.escalateToHighPriority = ' \n';
  }),
  at('not-blank', 'full', `${PERSON}/ipCaptureEvent/1/ipAddress`, (draft) => {
    given(reported(draft).ipCaptureEvent?.[1]).ipAddress = '';
  }),
  at('zone-required', 'minimal', '/incidentSummary/incidentDateTime', (draft) => {
    draft.incidentSummary.incidentDateTime = '2026-11-20T09:30:00';
  }),
  at('zone-required', 'full', '/messages/0/sent/at', (draft) => {
    message(draft).sent.at = '2026-11-04T10:00:00';
  }),
  at('zone-required', 'full', `${PERSON}/accountTemporarilyDisabled/reenabledDate`, (draft) => {
    given(reported(draft).accountTemporarilyDisabled).reenabledDate = '2027-11-20T10:00:00';
  }),
  at('not-in-future', 'minimal', '/incidentSummary/incidentDateTime', (draft) => {
    draft.incidentSummary.incidentDateTime = '2026-11-22T12:05:01Z';
  }),
  at('not-in-future', 'full', '/victim/0/victimPerson/dateOfBirth', (draft) => {
    first(draft.victim).victimPerson.dateOfBirth = '2026-11-23';
  }),
  at('valid-url', 'full', '/reporter/legalURL', (draft) => {
    draft.reporter.legalURL = 'example.org/legal';
  }),
  at('valid-email', 'minimal', '/reporter/reportingPerson/email/0/value', (draft) => {
    draft.reporter.reportingPerson.email = [{ value: 'desk.example.org' }];
  }),
  at('valid-ip', 'full', `${PERSON}/ipCaptureEvent/0/ipAddress`, (draft) => {
    given(reported(draft).ipCaptureEvent?.[0]).ipAddress = '192.0.2.256';
  }),
  at('number-in-range', 'full', `${FILE}/ipCaptureEvent/port`, (draft) => {
    given(file(draft).ipCaptureEvent).port = '00065536';
  }),
  at('number-in-range', 'full', '/victim/0/victimPerson/age', (draft) => {
    first(draft.victim).victimPerson.age = -1;
  }),
  at('valid-report-id', 'full', `${PERSON}/priorCTReports/1`, (draft) => {
    reported(draft).priorCTReports = [1, '0'];
  }),
  at('reporter-email-required', 'minimal', '/reporter/reportingPerson', (draft) => {
    draft.reporter.reportingPerson = { email: [] };
  }),
  at('email-of-a-person', 'full', '/internetDetails/1/emailIncident/emailAddress/0', (draft) => {
    given(draft.internetDetails?.[1]?.emailIncident).emailAddress = [{ value: 'other@example.com' }];
  }),
  at('email-of-a-person', 'minimal', '/internetDetails/0/newsgroupIncident/emailAddress/0', (draft) => {
    draft.internetDetails = [{ newsgroupIncident: { emailAddress: [{ value: 'desk@example.org' }] } }];
  }),
  at('one-person-reported', 'minimal', '/personOrUserReported', (draft) => {
    draft.personOrUserReported = [{ espIdentifier: '1' }, { espIdentifier: '2' }];
  }),
  at('age-or-birth-date', 'full', `${PERSON}/associatedAccount/0`, (draft) => {
    linked(draft).dateOfBirth = '1992-01-01';
  }),
  at('verified-when-dated', 'full', '/reporter/reportingPerson/email/0', (draft) => {
    first(draft.reporter.reportingPerson.email).verified = false;
  }),
  at('verified-when-dated', 'full', '/internetDetails/5/cellPhoneIncident/phoneNumber', (draft) => {
    delete given(draft.internetDetails?.[5]?.cellPhoneIncident?.phoneNumber).verified;
  }),
  at('phone-without-calling-code', 'full', '/chatGroups/0/members/0/phone/value', (draft) => {
    given(first(chat(draft).members).phone).value = '+1 202 555 0142';
  }),
  at('phone-without-calling-code', 'full', '/victim/0/victimPerson/phone/0/value', (draft) => {
    first(first(draft.victim).victimPerson.phone).value = '+1 202 555 0142';
  }),
  at('us-region-is-state', 'full', '/victim/0/estimatedLocation/region', (draft) => {
    given(first(draft.victim).estimatedLocation).region = 'Massachusetts';
  }),
  at('us-region-with-city', 'full', '/victim/0/estimatedLocation', (draft) => {
    given(first(draft.victim).estimatedLocation).region = ' ';
  }),
  at('location-needs-country', 'full', '/victim/0/estimatedLocation', (draft) => {
    first(draft.victim).estimatedLocation = { city: 'Springfield', countryCode: '' };
  }),
  at('notified-after-disabled', 'full', `${PERSON}/accountPermanentlyDisabled/userNotifiedDate`, (draft) => {
    given(reported(draft).accountPermanentlyDisabled).userNotifiedDate = '2026-11-20T10:00:00+00:01';
  }),
  at('reenabled-after-disabled', 'full', `${PERSON}/accountTemporarilyDisabled/reenabledDate`, (draft) => {
    given(reported(draft).accountTemporarilyDisabled).reenabledDate = '2026-11-20T10:00:00Z';
  }),
  at('exif-viewed-implies-viewed', 'minimal', FILE, (draft) => {
    draft.attachments = [{ path: 'a', sha256: SHA_A, sizeBytes: 1, fileDetails: { exifViewedByEsp: true } }];
  }),
  at('classified-is-reported', 'full', FILE, (draft) => {
    file(draft).fileRelevance = 'Supplemental Reported';
  }),
  at('batch-forbids-section', 'batched', '/incidentSummary/escalateToHighPriority', (draft) => {
    draft.incidentSummary.escalateToHighPriority = 'now';
  }),
  at('batch-forbids-section', 'batched', '/internetDetails', (draft) => {
    draft.internetDetails = [{ chatImIncident: {} }];
  }),
  at('batch-forbids-section', 'batched', '/lawEnforcement', (draft) => {
    draft.lawEnforcement = { agencyName: 'Example Police' };
  }),
  at('batch-forbids-section', 'batched', '/intendedRecipient', (draft) => {
    draft.intendedRecipient = [{}];
  }),
  at('batch-forbids-section', 'batched', '/victim', (draft) => {
    draft.victim = [{ victimPerson: {} }];
  }),
  at('batch-forbids-section', 'batched', '/additionalInfo', (draft) => {
    draft.additionalInfo = 'more';
  }),
  at('batch-person-identifier-only', 'batched', '/personOrUserReported/1', (draft) => {
    given(draft.personOrUserReported?.[1]).screenName = 'kim';
  }),
  at('batch-one-file', 'batched', '/attachments', (draft) => {
    draft.attachments?.push({ ...first(draft.attachments), path: 'b.jpg', sha256: SHA_B });
  }),
  at('batch-file-needs-mark', 'batched', FILE, (draft) => {
    delete first(draft.attachments).fileDetails;
  }),
  at('batch-file-forbids-mark', 'batched', `${FILE}/fileAnnotations/infant`, (draft) => {
    given(file(draft).fileAnnotations).infant = true;
  }),
  ...(
    [
      ['originalFileName', { originalFileName: 'a.jpg' }],
      ['locationOfFile', { locationOfFile: 'https://example.com/a' }],
      ['originalFileHash', { originalFileHash: [{ value: 'ab', hashType: 'MD5' }] }],
      ['ipCaptureEvent', { ipCaptureEvent: { ipAddress: '192.0.2.1' } }],
      ['deviceId', { deviceId: [{ idType: 'IMEI', idValue: '0' }] }],
      ['details', { details: [{ nameValuePair: [{ name: 'a', value: 'b' }] }] }],
      ['additionalInfo', { additionalInfo: ['more'] }],
    ] as const
  ).map(([field, value]) =>
    at('batch-file-forbids-field', 'batched', `${FILE}/${field}`, (draft) => {
      Object.assign(file(draft), value);
    }),
  ),
  at('batch-file-is-reported', 'batched', `${FILE}/fileRelevance`, (draft) => {
    first(draft.attachments).fileDetails = { fileAnnotations: { viral: true }, fileRelevance: 'Supplemental Reported' };
  }),
  at('xml-characters', 'minimal', '/additionalInfo', (draft) => {
    draft.additionalInfo = 'a\u0001b';
  }),
  at('coordinates-on-earth', 'full', '/internetDetails/5/cellPhoneIncident', (draft) => {
    given(draft.internetDetails?.[5]?.cellPhoneIncident).latitude = 'NaN';
  }),
  at('time-point-or-span', 'full', '/times/uploaded', (draft) => {
    given(draft.times?.uploaded).from = '2026-11-20T08:00:00Z';
  }),
  at('time-point-or-span', 'full', '/times/occurred', (draft) => {
    delete given(draft.times?.occurred).to;
  }),
  at('span-in-order', 'full', '/viewEvents/0', (draft) => {
    first(draft.viewEvents).to = '2026-11-01T00:00:00Z';
  }),
  at('times-in-order', 'full', '/times/uploaded', (draft) => {
    given(draft.times?.uploaded).at = '2026-11-20T07:00:00Z';
  }),
  at('times-in-order', 'full', '/messages/0/edited', (draft) => {
    given(message(draft).edited).at = '2026-11-05T09:59:59+05:30';
  }),
  at('group-id-unique', 'full', '/chatGroups/1/id', (draft) => {
    draft.chatGroups?.push({ id: 'g1', platform: 'Example Chat' });
  }),
  at('message-id-unique', 'full', '/messages/1/id', (draft) => {
    draft.messages?.push({ ...message(draft) });
  }),
  at('message-group-known', 'minimal', '/messages/0/chatGroup', (draft) => {
    draft.messages = [{ id: '1', chatGroup: 'g', sender: 'kim', sent: { at: 'unknown', clockSource: 'unknown' } }];
  }),
  at('message-attachment-named', 'full', '/messages/0/attachments/0', (draft) => {
    message(draft).attachments = [{}];
  }),
  at('message-attachment-known', 'full', '/messages/0/attachments/0', (draft) => {
    message(draft).attachments = [{ sha256: SHA_C }];
  }),
  at('message-attachment-known', 'full', '/messages/0/attachments/1', (draft) => {
    message(draft).attachments = [{ sha256: SHA_A }, { path: 'c.bin' }];
  }),
  at('reply-known', 'full', '/messages/0/replyTo', (draft) => {
    message(draft).replyTo = 'n0';
  }),
  at('photo-known', 'full', '/chatGroups/0/photos/0/sha256', (draft) => {
    first(chat(draft).photos).sha256 = SHA_C;
  }),
  at('observed-group-known', 'full', '/observations/0/chatGroups/1', (draft) => {
    first(draft.observations).chatGroups = ['g1', 'g2'];
  }),
  at('attachment-path-unique', 'full', '/attachments/2/path', (draft) => {
    draft.attachments?.push({ path: 'b.bin', sha256: SHA_C, sizeBytes: 1 });
  }),
  at('same-hash-same-size', 'full', '/attachments/2/sizeBytes', (draft) => {
    draft.attachments?.push({ path: 'c.bin', sha256: SHA_B, sizeBytes: 1 });
  }),
  at('view-of-known-file', 'full', '/viewEvents/1/sha256', (draft) => {
    draft.viewEvents?.push({ sha256: SHA_C, viewer: 'Noa Example', extent: 'none' });
  }),
  at('viewed-claim-agrees', 'full', `${FILE}/fileViewedByEsp`, (draft) => {
    first(draft.viewEvents).extent = 'thumbnail';
  }),
  at('mark-of-basis-set', 'minimal', '/annotationBasis/0', (draft) => {
    draft.annotationBasis = [{ annotation: 'spam', by: 'model', name: 'Example Classifier' }];
  }),
  at('mark-of-basis-set', 'batched', '/attachments/0/annotationBasis/0', (draft) => {
    first(draft.attachments).annotationBasis = [{ annotation: 'infant', by: 'person', name: 'Noa Example' }];
  }),
  at('no-possession-no-files', 'noPossession', '/attachments', (draft) => {
    draft.attachments = [{ path: 'a', sha256: SHA_A, sizeBytes: 1 }];
  }),
  at('no-possession-needs-statement', 'noPossession', '', (draft) => {
    delete draft.possessionStatement;
  }),
  at('unheld-needs-trace', 'noPossession', '/unheldMaterial/0', (draft) => {
    draft.unheldMaterial = [{ description: 'a cube', hash: [] }];
  }),
  at('handling-conditions', 'full', '/handling/codes/1', (draft) => {
    given(draft.handling?.codes?.[1]).conditions = ' ';
  }),
  at('handling-h0-alone', 'full', '/handling/codes', (draft) => {
    draft.handling?.codes?.push({ code: 'H0' });
  }),
  at('link-needs-target', 'minimal', '/linkedReferrals/0', (draft) => {
    draft.linkedReferrals = [{ relation: 'samePerson' }];
  }),
];
