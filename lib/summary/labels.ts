// Plain words for the names of a referral's fields and for its closed codes. Text that a sender wrote never passes through here.
// Always true: what has no words of its own is split at its capitals, never left out.
import { country } from './countries.ts';

const LABELS: Readonly<Record<string, string>> = {
  url: 'URL',
  legalURL: 'Page for legal process',
  ipAddress: 'IP address',
  ipCaptureEvent: 'Connection',
  eventName: 'Event',
  dateTime: 'Time',
  timestamp: 'Time',
  at: 'Time',
  by: 'By whom',
  idType: 'Kind',
  idValue: 'Id',
  id: 'Id',
  profileUrl: 'Profile page',
  espIdentifier: 'Id at the service',
  espService: 'Part of the service',
  priorCTReports: 'Earlier CyberTipline reports',
  reportId: 'Number of the CyberTipline report',
  email: 'E-mail',
  emailAddress: 'E-mail address',
  reportedToLe: 'Reported to police',
  fleaCountry: 'Foreign country',
  e164: 'E.164 as sent',
  additionalInfo: 'More information',
  chatImIncident: 'Chat',
  webPageIncident: 'Web page',
  peer2peerIncident: 'File sharing',
  sha256: 'SHA-256',
  fileViewedByEsp: 'Submitter says viewed',
  exifViewedByEsp: 'Submitter says EXIF viewed',
  uploadedToEspTimestamp: 'Uploaded to the service',
  fileRelevance: 'Relevance',
  fileId: 'Id of the uploaded file',
  fileAnnotations: 'Marks on the file',
  locationOfFile: 'Where it could be seen',
  originalFileName: 'Name when uploaded',
  originalFileHash: 'Hash when uploaded',
  industryClassification: 'Class agreed among platforms',
  publiclyAvailable: 'Everybody could see it',
  hashType: 'Kind of hash',
  nameValuePair: 'Value',
  details: 'Data of the file',
  sizeBytes: 'Size in bytes',
  contentType: 'Media type',
  detectionContext: 'How it was noticed',
  dataset: 'Data set',
  crawledAt: 'Collected',
  uploaderUnknownReason: 'Why the uploader is unknown',
  seenAt: 'Seen',
  madeAt: 'Made',
  sworn: 'Under oath or in its place',
  thirdPartyHostedContent: "On somebody else's servers",
  companyTemplate: 'About the company',
  nonUsaState: 'State outside the US',
  zipCode: 'Postal code',
  countryCode: 'Country',
  possibleProxy: 'May be a proxy',
  verified: 'Checked',
  verificationDate: 'Checked at',
  userNotified: 'User was told',
  userNotifiedDate: 'User told at',
  disabledDate: 'Disabled at',
  reenabledDate: 'Opened again at',
  externalReference: 'Number in another system',
  schoolName: 'School',
  vehicleDescription: 'Vehicle',
  annotation: 'Mark',
  annotationBasis: 'Basis of mark',
  personOrUserReported: 'Person or account reported',
  victim: 'Child or victim',
  csamSolicitation: 'CSAM solicitation',
  animeDrawingVirtualHentai: 'Drawn, animated or virtual',
  generativeAi: 'Generative AI',
};

const CODES: Readonly<Record<string, string>> = {
  inviteAggregator: 'page that lists invitations',
  appStoreListing: 'entry in an app store',
  socialPost: 'post on a social network',
  forumPost: 'post in a forum',
  ip: 'IP address',
  phone: 'phone number',
  address: 'postal address',
  account: 'data of the account',
  statement: 'a statement',
  userReport: 'report by a user',
  proactiveDetection: 'search by the reporter',
  webCrawl: 'collected from the web',
  observation: 'seen by an observer',
  VIRAL_POTENTIAL_MEME: 'viral, potential meme',
};

/** `screenName` → `Screen name`. */
export function label(key: string): string {
  if (Object.hasOwn(LABELS, key)) return LABELS[key] ?? key;
  const words = split(key);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A label in the middle of a line; abbreviations keep their capitals. */
export function within(key: string): string {
  const name = label(key);
  return /^[A-Z](?:[A-Z]|\.)/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** A code of a closed list. @param field the name of the field that it stands in */
export function plainCode(field: string, code: string): string {
  if (/country/i.test(field)) return country(code);
  if (field === 'annotation') return within(code);
  return Object.hasOwn(CODES, code) ? (CODES[code] ?? code) : split(code);
}

/** `/attachments/0/fileDetails/fileName` → `attachment 1: file details, file name`. */
export function placeName(pointer: string): string {
  const names: string[] = [];
  for (const each of pointer.split('/').slice(1)) {
    if (/^\d+$/.test(each)) names.push(`${(names.pop() ?? '').replace(/s$/, '')} ${Number(each) + 1}`);
    else names.push(within(each));
  }
  const [first = 'the referral', ...others] = names;
  return others.length === 0 ? first : `${first}: ${others.join(', ')}`;
}

function split(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
