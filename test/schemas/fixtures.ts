// Referrals for tests: the smallest, one with everything, and the two kinds that exclude parts of it.
// Always true: all of it is invented; numbers, domains and addresses are those reserved for examples; no rule objects.
import type { AssociatedAccount, Referral } from '../../schemas/index.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
export const SHA_A = 'a'.repeat(64);
export const SHA_B = 'b'.repeat(64);
export const SHA_C = 'c'.repeat(64);

export const minimal: Referral = {
  incidentSummary: {
    incidentType: 'Online Enticement of Children for Sexual Acts',
    incidentDateTime: '2026-11-20T09:30:00Z',
  },
  reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }] } },
};

const when = '2026-11-20T10:00:00+01:00';

const address = {
  address: '1 Example Street',
  city: 'Springfield',
  zipCode: '01234',
  state: 'MA',
  nonUsaState: 'none',
  country: 'US',
  type: 'Home',
} as const;

const email = { value: 'kim@example.com', type: 'Home', verified: true, verificationDate: when } as const;

const phone = {
  value: '202 555 0142',
  type: 'Mobile',
  verified: true,
  verificationDate: when,
  countryCallingCode: '+1',
  extension: '007',
  e164: '+12025550142',
  country: 'US',
} as const;

const contact = { firstName: 'Kim', lastName: 'Example', phone: [phone], email: [email], address: [address] };
const person = { ...contact, age: '034', ageAssertionDiscrepancy: true, dateOfBirth: '1992-02-29' };

const connection = {
  ipAddress: '192.0.2.17',
  eventName: 'Upload',
  dateTime: '2026-11-20T09:12:13.5Z',
  possibleProxy: false,
  port: 51234,
} as const;

const device = { idType: 'IMEI', idValue: '000000000000000', eventName: 'Login', dateTime: when } as const;

const account = {
  espIdentifier: '900719925474099312345',
  espService: 'Example Chat',
  compromisedAccount: false,
  screenName: 'kim_example',
  displayName: ['Kim', 'קים'],
  profileUrl: ['https://example.com/users/kim'],
  profileBio: 'Likes examples.',
  ipCaptureEvent: [connection, { ...connection, ipAddress: '2001:db8::17', port: '443' }],
  deviceId: [device],
  accountTemporarilyDisabled: {
    value: true,
    disabledDate: '2026-11-20T10:00:00Z',
    userNotified: true,
    userNotifiedDate: '2026-11-20T10:00:00Z',
    reenabledDate: '2027-11-20T10:00:00Z',
  },
  accountPermanentlyDisabled: {
    value: false,
    disabledDate: '2026-11-20T10:00:00Z',
    userNotified: false,
    userNotifiedDate: '2026-11-20T11:00:00Z',
  },
  allEmailsReported: true,
};

const estimatedLocation = { city: 'Springfield', region: 'MA', countryCode: 'US', verified: false, timestamp: when };

const linked: AssociatedAccount = {
  ...account,
  platform: { value: 'Example Video', thirdPartyUser: true },
  firstName: 'Kim',
  middleName: 'Q',
  lastName: 'Example',
  ageAssertionDiscrepancy: false,
  phone: [phone],
  email: [email],
  address: [address],
  groupIdentifier: 'group-9',
  priorCTReport: ['4564654'],
  additionalInfo: 'Same picture.',
  type: 'Linked',
};
/** NCMEC takes an age or a birthday, not both. */
const associatedAccounts = [
  { ...linked, approximateAge: 34 },
  { ...linked, dateOfBirth: '1992-02-29Z' },
];

const observer = { name: 'Noa Example', role: 'analyst', organisation: 'Example Hotline' };

const knownTime = { source: 'platformServer', uncertaintySeconds: 1, note: 'from the server log' } as const;

const provenance = {
  detectionContext: 'webCrawl',
  dataset: 'Example Crawl 7',
  url: 'https://example.net/page',
  crawledAt: '2026-11-01T00:00:00Z',
  uploaderUnknownReason: 'The host keeps no records.',
} as const;

const basis = { by: 'model', name: 'Example Classifier', version: '3.1', at: when } as const;

/** Every field but batchedReport, and but those that exclude one another. */
export const full: Referral = {
  incidentSummary: {
    incidentType: 'Child Pornography (possession, manufacture, and distribution)',
    platform: 'Example Chat',
    escalateToHighPriority: 'A child may be in danger now.',
    reportAnnotations: {
      sextortion: true,
      csamSolicitation: true,
      minorToMinorInteraction: true,
      spam: true,
      sadisticOnlineExploitation: true,
      informational: true,
      potentialAggravatingFactors: true,
      instrumentalUse: true,
    },
    incidentDateTime: '2026-11-20T10:00:00+02:00',
    incidentDateTimeDescription: 'Upload of the first file.',
  },
  internetDetails: [
    { webPageIncident: { url: ['https://example.com/a'], additionalInfo: 'page', thirdPartyHostedContent: true } },
    {
      emailIncident: {
        emailAddress: [{ ...email, value: 'KIM@example.com' }],
        content: 'text',
        additionalInfo: 'more',
      },
    },
    { newsgroupIncident: { name: 'alt.example', emailAddress: [email], content: 'text', additionalInfo: 'more' } },
    { chatImIncident: { chatClient: 'Example Chat', chatRoomName: 'Room', content: 'text', additionalInfo: 'more' } },
    { onlineGamingIncident: { gameName: 'Example', console: 'Box', content: 'text', additionalInfo: 'more' } },
    { cellPhoneIncident: { phoneNumber: phone, latitude: '1.50', longitude: -7.25e1, additionalInfo: 'more' } },
    { nonInternetIncident: { locationName: 'Park', incidentAddress: [address], additionalInfo: 'more' } },
    {
      peer2peerIncident: { client: 'Share', ipCaptureEvent: [connection], fileNames: 'a.bin', additionalInfo: 'more' },
    },
  ],
  lawEnforcement: {
    agencyName: 'Example Police',
    caseNumber: '0042',
    officerContact: contact,
    reportedToLe: true,
    servedLegalProcessDomestic: false,
    servedLegalProcessInternational: { value: true, fleaCountry: 'DE' },
  },
  reporter: {
    reportingPerson: person,
    contactPerson: contact,
    companyTemplate: 'Example Hotline',
    termsOfService: 'Be kind.',
    legalURL: 'https://example.org/legal',
  },
  personOrUserReported: [
    {
      personOrUserReportedPerson: person,
      ...account,
      vehicleDescription: 'red car',
      thirdPartyUserReported: false,
      priorCTReports: [4564654, '9223372036854775807'],
      groupIdentifier: 'group-9',
      estimatedLocation,
      associatedAccount: associatedAccounts,
      additionalInfo: 'more',
    },
  ],
  intendedRecipient: [
    {
      intendedRecipientPerson: person,
      ...account,
      priorCTReports: [4564654],
      groupIdentifier: 'group-9',
      estimatedLocation,
      additionalInfo: ['more', 'and more'],
    },
  ],
  victim: [
    {
      victimPerson: person,
      ...account,
      schoolName: 'Example School',
      priorCTReports: [4564654],
      estimatedLocation,
      associatedAccount: associatedAccounts,
      additionalInfo: 'more',
    },
  ],
  additionalInfo: 'Seen by two observers.',
  otherPersons: [{ role: 'witness', person, account: 'kim2 on Example Video', note: 'saw it' }],
  annotationBasis: [{ annotation: 'sextortion', ...basis }],
  times: {
    occurred: { from: '2026-11-20T08:00:00Z', to: '2026-11-20T08:10:00Z', ...knownTime },
    uploaded: { at: '2026-11-20T08:10:00Z', ...knownTime },
    detected: { at: '2026-11-20T09:00:00Z', ...knownTime },
    viewed: { from: '2026-11-20T09:00:00Z', to: '2026-11-20T09:20:00Z', ...knownTime },
    reported: { at: '2026-11-22T11:00:00Z', ...knownTime, uncertaintySeconds: 'unknown' },
  },
  attachments: [
    {
      path: 'שיחה/תמונה 1.jpg',
      sha256: SHA_A,
      sizeBytes: 1234,
      contentType: 'image/jpeg',
      exhibit: 'A-1',
      fileDetails: {
        reportId: 4564654,
        fileId: 'b0754af766b426f2928a02c651ed4b99',
        fileName: 'old.jpg',
        originalFileName: 'picture 1.jpg',
        uploadedToEspTimestamp: when,
        locationOfFile: 'https://example.com/files/1',
        fileViewedByEsp: true,
        exifViewedByEsp: true,
        publiclyAvailable: false,
        fileRelevance: 'Reported',
        fileAnnotations: {
          animeDrawingVirtualHentai: true,
          potentialMeme: true,
          viral: true,
          possibleSelfProduction: true,
          physicalHarm: true,
          violenceGore: true,
          bestiality: true,
          liveStreaming: true,
          infant: true,
          generativeAi: true,
        },
        industryClassification: 'B2',
        originalFileHash: [{ value: 'fafa5efeaf3cbe3b23b2748d13e629a1', hashType: 'MD5' }],
        ipCaptureEvent: connection,
        deviceId: [device],
        details: [{ nameValuePair: [{ name: 'Make', value: 'Example' }], type: 'EXIF' }],
        additionalInfo: ['more'],
      },
      annotationBasis: [{ annotation: 'generativeAi', ...basis }],
      provenance,
    },
    { path: 'b.bin', sha256: SHA_B, sizeBytes: 0, fileDetails: { potentialMeme: false } },
  ],
  viewEvents: [{ sha256: SHA_A, viewer: 'Noa Example', from: when, to: when, extent: 'full' }],
  chatGroups: [
    {
      id: 'g1',
      platform: 'Example Chat',
      names: [{ name: 'Group One', from: '2026-11-01T00:00:00Z', to: '2026-11-10T00:00:00Z' }],
      photos: [{ sha256: SHA_A, description: 'a cube', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }],
      inviteLinks: ['https://example.com/join/abc'],
      description: 'a group',
      members: [
        { id: 'm1', phone, displayName: 'Kim', country: 'US', role: 'admin', from: '2026-11-01T00:00:00Z', to: when },
      ],
    },
  ],
  messages: [
    {
      id: 'n1',
      chatGroup: 'g1',
      sender: 'm1',
      recipients: ['m2'],
      sent: { at: '2026-11-05T10:00:00+05:30', clockSource: 'device' },
      edited: { at: '2026-11-05T10:01:00+05:30', clockSource: 'device' },
      deleted: { at: 'unknown', clockSource: 'unknown' },
      text: '=HYPERLINK("https://example.com")',
      attachments: [{ sha256: SHA_A }, { path: 'b.bin' }],
      replyTo: 'n1',
    },
  ],
  observations: [
    {
      observer,
      device: { make: 'Example', model: 'One', serial: '0001', clockOffsetSeconds: -2.5 },
      window: { from: '2026-11-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
      done: 'joined and read',
      where: 'office, Israel',
      chatGroups: ['g1'],
    },
  ],
  distributionLinks: [{ kind: 'inviteAggregator', url: 'https://example.net/invites', seenAt: when, note: 'list' }],
  provenance,
  possession: 'held',
  possessionStatement: { observer, statement: 'I kept no copy.', sworn: true, madeAt: when },
  unheldMaterial: [
    {
      url: 'https://example.net/page',
      hash: [{ value: 'fafa5efeaf3cbe3b23b2748d13e629a1', hashType: 'MD5' }],
      fileName: 'c.bin',
      sizeBytes: 5,
      seenAt: when,
      description: 'a cube',
    },
  ],
  jurisdictionHints: [{ country: 'IL', basis: 'phone', note: 'number of an admin' }],
  linkedReferrals: [
    { id: '019ab0c4-7a1c-7d21-8f7e-1f4c5a6b7c8d', relation: 'sameGroup' },
    { externalReference: { system: 'NCMEC', id: '004564654' }, relation: 'supplements' },
  ],
  handling: {
    codes: [{ code: 'H1' }, { code: 'H3', conditions: 'Ask first.' }],
    sourceEvaluation: 'A',
    informationEvaluation: '2',
  },
};

export const batched: Referral = {
  batchedReport: { reason: 'VIRAL_POTENTIAL_MEME' },
  ...minimal,
  personOrUserReported: [{ espIdentifier: '1' }, { espIdentifier: '2' }, { espIdentifier: '3' }],
  attachments: [
    {
      path: 'a.jpg',
      sha256: SHA_A,
      sizeBytes: 10,
      fileDetails: { fileAnnotations: { viral: true, potentialMeme: true } },
    },
  ],
};

export const noPossession: Referral = {
  ...minimal,
  possession: 'none',
  possessionStatement: { observer, statement: 'I saw it and kept no copy.', sworn: true, madeAt: when },
  unheldMaterial: [{ url: 'https://example.net/page', seenAt: when }],
};

export const ALL = { minimal, full, batched, noPossession };
