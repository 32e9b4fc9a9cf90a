// Every rule by its name: what it asks for, why there is such a rule, and who says so.
// Always true: a name once given keeps its meaning; the text of a finding comes from here and from nowhere else.

export interface Rule {
  /** `refuse`: the referral is not taken. `warn`: it is taken, and the sender is told. */
  readonly severity: 'refuse' | 'warn';
  /** What to do; `{}` stands for a detail such as a limit or the name of a field. */
  readonly todo: string;
  readonly reason: string;
  readonly source: 'CyberTipline documentation' | 'Referral Desk';
  /** Fields it is about, as `Group.field`, beyond those that switch it on by a limit. */
  readonly about: readonly string[];
}

const make = (severity: Rule['severity'], source: Rule['source']) => {
  return (todo: string, reason: string, ...about: string[]): Rule => ({ severity, todo, reason, source, about });
};
const tip = make('refuse', 'CyberTipline documentation');
const desk = make('refuse', 'Referral Desk');
const advice = make('warn', 'Referral Desk');

export const RULES = {
  'max-length': tip('Shorten this to at most {} characters.', 'NCMEC refuses longer text; ours follow the same habit.'),
  'not-blank': tip('Write something here, or leave the field out.', 'A blank field looks answered and is not.'),
  'zone-required': tip(
    'Add the zone to this time: Z, or an offset such as +01:00.',
    'A time without a zone fits 26 hours.',
  ),
  'not-in-future': tip('Correct this time; it has not come yet.', 'What has happened lies in the past.'),
  'valid-url': tip('Write the whole address with its scheme, without spaces.', 'NCMEC refuses what is no URL.'),
  'valid-email': tip(
    'Write a whole e-mail address; before the @ at most 64 characters.',
    'NCMEC refuses what is none.',
  ),
  'valid-ip': tip('Write an IPv4 or IPv6 address and nothing else.', 'NCMEC refuses what is no address.'),
  'number-in-range': tip('Write a number from {}.', 'NCMEC refuses other numbers.'),
  'valid-report-id': tip('Write the number of a CyberTipline report.', 'Report numbers are above 0.'),
  'reporter-email-required': tip(
    'Add at least one e-mail address of the reporting person.',
    'NCMEC answers the reporter by e-mail; its XSD does not ask for it, its server does.',
    'Reporter.reportingPerson',
  ),
  'email-of-a-person': tip(
    'List this e-mail address also with the person reported, the recipient or the victim it belongs to.',
    'An address that belongs to nobody cannot be followed up.',
    'EmailIncident.emailAddress',
    'NewsgroupIncident.emailAddress',
  ),
  'one-person-reported': tip(
    'Report each person in a referral of its own and link them, or name group members in chatGroups.',
    'NCMEC takes one reported person per report, unless it is a batched report.',
    'Referral.personOrUserReported',
  ),
  'age-or-birth-date': tip(
    'Give approximateAge or dateOfBirth, not both.',
    'Two answers to one question may differ.',
    'AssociatedAccount.approximateAge',
    'AssociatedAccount.dateOfBirth',
  ),
  'verified-when-dated': tip(
    'Set verified to true, or leave verificationDate out.',
    'A date says that it was verified.',
    'Email.verified',
    'Email.verificationDate',
    'Phone.verified',
    'Phone.verificationDate',
  ),
  'phone-without-calling-code': tip(
    'Take the calling code out of the number, or leave countryCallingCode out.',
    'Dialled together the code would stand there twice.',
    'Phone.value',
    'Phone.countryCallingCode',
  ),
  'us-region-is-state': tip(
    'Write the two-letter code of a US state or territory.',
    'NCMEC routes US cases by it.',
    'EstimatedLocation.region',
  ),
  'us-region-with-city': tip(
    'Add the US state in region.',
    'Many US cities share one name.',
    'EstimatedLocation.region',
    'EstimatedLocation.city',
  ),
  'location-needs-country': tip(
    'Add countryCode to this place.',
    'A place without a country leads to nobody.',
    'EstimatedLocation.countryCode',
  ),
  'notified-after-disabled': tip(
    'Correct the order: the user is told at the moment the account is disabled, or later.',
    'One of the two times must be wrong.',
    'AccountTemporarilyDisabled.userNotifiedDate',
    'AccountPermanentlyDisabled.userNotifiedDate',
  ),
  'reenabled-after-disabled': tip(
    'Correct the order: an account is opened again after it was disabled.',
    'One of the two times must be wrong.',
    'AccountTemporarilyDisabled.reenabledDate',
  ),
  'exif-viewed-implies-viewed': tip(
    'Set fileViewedByEsp to true as well, or exifViewedByEsp to false.',
    'NCMEC takes no report in which only the EXIF data was viewed.',
    'FileDetails.exifViewedByEsp',
    'FileDetails.fileViewedByEsp',
  ),
  'classified-is-reported': tip(
    'Set fileRelevance to Reported, or take classification and potentialMeme out.',
    'A file that only helps to understand is not classified.',
    'FileDetails.fileRelevance',
    'FileDetails.industryClassification',
    'FileDetails.potentialMeme',
    'FileAnnotations.potentialMeme',
  ),
  'batch-forbids-section': tip(
    'Leave this out of a batched report.',
    'A batched report is about one viral file only.',
    'IncidentSummary.escalateToHighPriority',
    'Referral.internetDetails',
    'Referral.lawEnforcement',
    'Referral.intendedRecipient',
    'Referral.victim',
    'Referral.additionalInfo',
    'Referral.batchedReport',
  ),
  'batch-person-identifier-only': tip(
    'Give only espIdentifier for each person in a batched report.',
    'Most of these people meant no harm.',
    'Referral.personOrUserReported',
    'Referral.batchedReport',
  ),
  'batch-one-file': tip(
    'Attach one file to a batched report.',
    'NCMEC refuses the second file at finish.',
    'Referral.attachments',
    'Referral.batchedReport',
  ),
  'batch-file-needs-mark': tip(
    'Mark the file of a batched report as viral, potentialMeme or both.',
    'That mark is the reason for a batched report.',
    'FileAnnotations.viral',
    'FileAnnotations.potentialMeme',
    'Referral.batchedReport',
  ),
  'batch-file-forbids-mark': tip(
    'Leave every mark but viral and potentialMeme out of a batched report.',
    'Other marks need a report of their own.',
    'FileDetails.fileAnnotations',
    'Referral.batchedReport',
  ),
  'batch-file-forbids-field': tip(
    'Leave this out of the file of a batched report.',
    'It would point at one person.',
    'FileDetails.originalFileName',
    'FileDetails.locationOfFile',
    'FileDetails.originalFileHash',
    'FileDetails.ipCaptureEvent',
    'FileDetails.deviceId',
    'FileDetails.details',
    'FileDetails.additionalInfo',
    'Referral.batchedReport',
  ),
  'batch-file-is-reported': tip(
    'Set fileRelevance to Reported, or leave it out.',
    'The file is what is reported.',
    'FileDetails.fileRelevance',
    'Referral.batchedReport',
  ),
  'xml-characters': advice(
    'Know that some characters here cannot stand in XML; the agency will see replacements.',
    'XML 1.0 has no place for most control characters.',
  ),
  'coordinates-on-earth': advice(
    'Check latitude and longitude.',
    'No place on earth has these coordinates.',
    'CellPhoneIncident.latitude',
    'CellPhoneIncident.longitude',
  ),
  'time-point-or-span': desk(
    'Give either at, or from and to.',
    'Half a time, or two, say nothing.',
    'KnownTime.at',
    'KnownTime.from',
    'KnownTime.to',
  ),
  'span-in-order': desk(
    'Let from come before to.',
    'One of the two times must be wrong.',
    'KnownTime.from',
    'KnownTime.to',
    'GroupName.from',
    'GroupName.to',
    'GroupPhoto.from',
    'GroupPhoto.to',
    'ChatMember.from',
    'ChatMember.to',
    'ObservationWindow.from',
    'ObservationWindow.to',
    'ViewEvent.from',
    'ViewEvent.to',
  ),
  'times-in-order': advice(
    'Check this time against the earlier ones: it lies before something it should follow.',
    'A time out of order is the first thing the defence will find.',
    'Referral.times',
    'Message.edited',
    'Message.deleted',
  ),
  'group-id-unique': desk(
    'Give each chat group an id of its own.',
    'Messages could not be told apart.',
    'ChatGroup.id',
  ),
  'message-id-unique': desk(
    'Give each message of a group an id of its own.',
    'Replies could not be told apart.',
    'Message.id',
  ),
  'message-group-known': desk(
    'List the chat group this message names, under the same id.',
    'It points at nothing.',
    'Message.chatGroup',
  ),
  'message-attachment-named': desk(
    'Give sha256 or path of the attachment.',
    'It points at nothing.',
    'MessageAttachment.sha256',
    'MessageAttachment.path',
  ),
  'message-attachment-known': desk(
    'List the attachment that this message names.',
    'It points at nothing.',
    'MessageAttachment.sha256',
    'MessageAttachment.path',
  ),
  'reply-known': advice(
    'Add the message that this one answers, if you have it.',
    'A reply alone may mislead.',
    'Message.replyTo',
  ),
  'photo-known': advice(
    'Attach the picture of the group, or leave its sha256 out.',
    'It points at nothing.',
    'GroupPhoto.sha256',
  ),
  'observed-group-known': desk(
    'List the chat group this observation names, under the same id.',
    'It points at nothing.',
    'Observation.chatGroups',
  ),
  'attachment-path-unique': desk(
    'Give each attachment a path of its own.',
    'Two files would be spoken of as one.',
    'Attachment.path',
  ),
  'same-hash-same-size': desk(
    'Correct sizeBytes: the same SHA-256 stands here with another size.',
    'One must be wrong.',
    'Attachment.sha256',
    'Attachment.sizeBytes',
  ),
  'view-of-known-file': advice(
    'List the attachment that was looked at.',
    'The view is of a file nobody has declared.',
    'ViewEvent.sha256',
  ),
  'viewed-claim-agrees': advice(
    'Bring fileViewedByEsp and viewEvents into line: they contradict each other for this file.',
    'That flag decides whether police need a warrant.',
    'FileDetails.fileViewedByEsp',
    'ViewEvent.extent',
  ),
  'mark-of-basis-set': advice(
    'Set the mark that this explains, or take the explanation out.',
    'It explains nothing.',
    'FileAnnotationBasis.annotation',
    'ReportAnnotationBasis.annotation',
  ),
  'no-possession-no-files': desk(
    'Take the attachments out, or set possession to held.',
    'Who may not hold, sends none.',
    'Referral.possession',
    'Referral.attachments',
  ),
  'no-possession-needs-statement': desk(
    'Add possessionStatement.',
    'It stands in for the files.',
    'Referral.possession',
    'Referral.possessionStatement',
  ),
  'unheld-needs-trace': desk(
    'Give url or hash of the material.',
    'Nobody could find it again.',
    'UnheldMaterial.url',
    'UnheldMaterial.hash',
  ),
  'handling-conditions': desk(
    'Write the conditions that H3 refers to.',
    'The code has no meaning without them.',
    'HandlingCode.conditions',
  ),
  'handling-h0-alone': desk(
    'Take H0 out, or the codes beside it.',
    'H0 says that no other condition applies.',
    'HandlingCode.code',
  ),
  'link-needs-target': desk(
    'Give either id or externalReference.',
    'It points at nothing, or at two things.',
    'LinkedReferral.id',
    'LinkedReferral.externalReference',
  ),
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

export interface Finding {
  readonly rule: RuleName;
  /** JSON pointer to what must be looked at. */
  readonly path: string;
  /** What to do; never repeats a value. */
  readonly message: string;
  readonly severity: 'refuse' | 'warn';
}

/** What every rule is given: the clock, and the place to put what it finds. */
export interface Inspection {
  /** Latest moment that does not count as future, in milliseconds since 1970. */
  readonly latestMs: number;
  readonly report: (rule: RuleName, path: string, detail?: string) => void;
}
