// Rules about the fields of one group, wherever the group occurs: a phone is a phone in every role.
// Always true: a check sees its group alone; what needs the whole referral stands in the other files.
import type { AccountTemporarilyDisabled, EstimatedLocation } from '../account-fields.ts';
import type { AssociatedAccount } from '../associated-account.ts';
import type { ReportAnnotationBasis } from '../attachments.ts';
import type { Message, MessageAttachment } from '../chat.ts';
import { US_STATES } from '../codes.ts';
import type { Phone } from '../contact.ts';
import type { FileDetails } from '../file-details.ts';
import type { Handling, LinkedReferral } from '../handling.ts';
import { msOf } from '../instant.ts';
import type { UnheldMaterial } from '../observations.ts';
import { pointTo } from '../pointer.ts';
import type { KnownTime } from '../times.ts';
import type { ValueCheck } from './field-rules.ts';
import type { Inspection } from './table.ts';

type GroupCheck<T> = (group: T, path: string, inspection: Inspection) => void;

/** A check for groups of one shape; the plan hands it only those, after parsing. */
function on<T>(check: GroupCheck<T>): ValueCheck {
  return (value, path, inspection) => {
    check(value as T, path, inspection);
  };
}

const checkVerified = on<Pick<Phone, 'verified' | 'verificationDate'>>((contact, path, { report }) => {
  if (contact.verificationDate !== undefined && contact.verified !== true) report('verified-when-dated', path);
});

const checkCallingCode = on<Phone>(({ value, countryCallingCode }, path, { report }) => {
  if (countryCallingCode === undefined) return;
  if (startsWithCallingCode(value, countryCallingCode.slice(1))) {
    report('phone-without-calling-code', pointTo(path, 'value'));
  }
});

/** Bare digits count only for +1, whose own numbers never begin with 1; elsewhere they may be the number itself. */
function startsWithCallingCode(number: string, code: string): boolean {
  const dialled = number.replaceAll(/[^0-9+]/g, '');
  return dialled.startsWith(`+${code}`) || dialled.startsWith(`00${code}`) || (code === '1' && dialled.startsWith('1'));
}

const checkLocation = on<EstimatedLocation>(({ city, region, countryCode }, path, { report }) => {
  if (countryCode === undefined || countryCode === '') report('location-needs-country', path);
  if (countryCode !== 'US') return;
  const isBlank = region === undefined || region.trim() === '';
  if (!isBlank && !US_STATES.includes(region)) report('us-region-is-state', pointTo(path, 'region'));
  if (isBlank && city !== undefined && city.trim() !== '') report('us-region-with-city', path);
});

const checkDisabled = on<AccountTemporarilyDisabled>((account, path, { report }) => {
  const disabled = msOf(account.disabledDate);
  const notified = msOf(account.userNotifiedDate);
  const reenabled = msOf(account.reenabledDate);
  if (disabled === undefined) return;
  if (notified !== undefined && notified < disabled)
    report('notified-after-disabled', pointTo(path, 'userNotifiedDate'));
  if (reenabled !== undefined && reenabled <= disabled)
    report('reenabled-after-disabled', pointTo(path, 'reenabledDate'));
});

const checkAge = on<AssociatedAccount>((account, path, { report }) => {
  if (account.approximateAge !== undefined && account.dateOfBirth !== undefined) report('age-or-birth-date', path);
});

const checkFile = on<FileDetails>((file, path, { report }) => {
  if (file.exifViewedByEsp === true && file.fileViewedByEsp !== true) report('exif-viewed-implies-viewed', path);
  const isMeme = file.potentialMeme === true || file.fileAnnotations?.potentialMeme === true;
  const isSorted = isMeme || file.industryClassification !== undefined;
  if (file.fileRelevance === 'Supplemental Reported' && isSorted) report('classified-is-reported', path);
});

const checkCoordinates = on<{ latitude?: number | string; longitude?: number | string }>((place, path, { report }) => {
  const isOff = (degrees: number | string | undefined, most: number) =>
    degrees !== undefined && !(Math.abs(Number(degrees)) <= most);
  if (isOff(place.latitude, 90) || isOff(place.longitude, 180)) report('coordinates-on-earth', path);
});

const checkSpan = on<{ from?: string; to?: string }>(({ from, to }, path, { report }) => {
  const [start, end] = [msOf(from), msOf(to)];
  if (start !== undefined && end !== undefined && start > end) report('span-in-order', path);
});

const checkKnownTime = on<KnownTime>(({ at, from, to }, path, { report }) => {
  const hasSpan = from !== undefined && to !== undefined;
  const hasPart = from !== undefined || to !== undefined;
  if (at === undefined ? !hasSpan : hasPart) report('time-point-or-span', path);
});

const checkMessageTimes = on<Message>(({ sent, edited, deleted }, path, { report }) => {
  const first = msOf(sent.at);
  const changed = msOf(edited?.at);
  const gone = msOf(deleted?.at);
  const isLate = (earlier: number | undefined, later: number | undefined) =>
    earlier !== undefined && later !== undefined && earlier > later;
  if (isLate(first, changed)) report('times-in-order', pointTo(path, 'edited'));
  if (isLate(first, gone) || isLate(changed, gone)) report('times-in-order', pointTo(path, 'deleted'));
});

const checkMessageAttachment = on<MessageAttachment>(({ sha256, path: name }, path, { report }) => {
  if (sha256 === undefined && name === undefined) report('message-attachment-named', path);
});

const checkUnheld = on<UnheldMaterial>(({ url, hash }, path, { report }) => {
  if (url === undefined && (hash ?? []).length === 0) report('unheld-needs-trace', path);
});

const checkHandling = on<Handling>(({ codes = [] }, path, { report }) => {
  codes.forEach(({ code, conditions = '' }, index) => {
    if (code === 'H3' && conditions.trim() === '') report('handling-conditions', `${path}/codes/${index}`);
  });
  if (codes.length > 1 && codes.some(({ code }) => code === 'H0')) report('handling-h0-alone', pointTo(path, 'codes'));
});

const checkLink = on<LinkedReferral>(({ id, externalReference }, path, { report }) => {
  if ((id === undefined) === (externalReference === undefined)) report('link-needs-target', path);
});

const checkFileBasis = on<{ fileDetails?: FileDetails; annotationBasis?: { annotation: string }[] }>(
  ({ fileDetails, annotationBasis = [] }, path, inspection) => {
    const legacy = fileDetails?.potentialMeme === true ? { potentialMeme: true } : {};
    checkBasis({ ...legacy, ...fileDetails?.fileAnnotations }, annotationBasis, path, inspection);
  },
);

const checkReportBasis = on<{
  incidentSummary: { reportAnnotations?: object };
  annotationBasis?: ReportAnnotationBasis[];
}>(({ incidentSummary, annotationBasis = [] }, path, inspection) => {
  checkBasis(incidentSummary.reportAnnotations ?? {}, annotationBasis, path, inspection);
});

function checkBasis(
  marks: object,
  basis: readonly { annotation: string }[],
  path: string,
  { report }: Inspection,
): void {
  basis.forEach(({ annotation }, index) => {
    if (!Object.hasOwn(marks, annotation)) report('mark-of-basis-set', `${path}/annotationBasis/${index}`);
  });
}

/** Checks by the name of the group they are about. */
export const GROUP_RULES: Readonly<Record<string, readonly ValueCheck[]>> = {
  Referral: [checkReportBasis],
  Email: [checkVerified],
  Phone: [checkVerified, checkCallingCode],
  EstimatedLocation: [checkLocation],
  AccountTemporarilyDisabled: [checkDisabled],
  AccountPermanentlyDisabled: [checkDisabled],
  AssociatedAccount: [checkAge],
  FileDetails: [checkFile],
  Attachment: [checkFileBasis],
  CellPhoneIncident: [checkCoordinates],
  KnownTime: [checkKnownTime, checkSpan],
  GroupName: [checkSpan],
  GroupPhoto: [checkSpan],
  ChatMember: [checkSpan],
  ObservationWindow: [checkSpan],
  ViewEvent: [checkSpan],
  Message: [checkMessageTimes],
  MessageAttachment: [checkMessageAttachment],
  UnheldMaterial: [checkUnheld],
  Handling: [checkHandling],
  LinkedReferral: [checkLink],
};
