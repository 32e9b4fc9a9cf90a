// What a batched report may hold: one viral file, and the bare identifiers of those who shared it.
// Always true: these rules sleep unless batchedReport is there.
import type { Attachment } from '../attachments.ts';
import type { FileDetails } from '../file-details.ts';
import { pointTo } from '../pointer.ts';
import type { Referral } from '../referral.ts';
import type { Inspection } from './table.ts';

export function checkBatch(referral: Referral, { report }: Inspection): void {
  if (referral.batchedReport === undefined) return;
  checkSections(referral, report);
  (referral.personOrUserReported ?? []).forEach((person, index) => {
    if (givenKeys(person).some((key) => key !== 'espIdentifier')) {
      report('batch-person-identifier-only', `/personOrUserReported/${index}`);
    }
  });
  const attachments = referral.attachments ?? [];
  if (attachments.length > 1) report('batch-one-file', '/attachments');
  attachments.forEach((attachment, index) => {
    checkFile(attachment, `/attachments/${index}`, report);
  });
}

const FORBIDDEN_SECTIONS = [
  'internetDetails',
  'lawEnforcement',
  'intendedRecipient',
  'victim',
  'additionalInfo',
] as const;
const FORBIDDEN_FIELDS = [
  'originalFileName',
  'locationOfFile',
  'originalFileHash',
  'ipCaptureEvent',
  'deviceId',
  'details',
  'additionalInfo',
] as const;
const ALLOWED_MARKS = ['viral', 'potentialMeme'];

function checkSections(referral: Referral, report: Inspection['report']): void {
  if (referral.incidentSummary.escalateToHighPriority !== undefined) {
    report('batch-forbids-section', '/incidentSummary/escalateToHighPriority');
  }
  for (const section of FORBIDDEN_SECTIONS) {
    if (isGiven(referral[section])) report('batch-forbids-section', pointTo('', section));
  }
}

function checkFile({ fileDetails = {} }: Attachment, path: string, report: Inspection['report']): void {
  const at = pointTo(path, 'fileDetails');
  const marks = marksOf(fileDetails);
  if (!marks.some((mark) => ALLOWED_MARKS.includes(mark))) report('batch-file-needs-mark', at);
  for (const mark of marks.filter((mark) => !ALLOWED_MARKS.includes(mark))) {
    report('batch-file-forbids-mark', `${at}/fileAnnotations/${mark}`);
  }
  for (const field of FORBIDDEN_FIELDS) {
    if (isGiven(fileDetails[field])) report('batch-file-forbids-field', pointTo(at, field));
  }
  if (fileDetails.fileRelevance === 'Supplemental Reported') {
    report('batch-file-is-reported', pointTo(at, 'fileRelevance'));
  }
}

function marksOf({ fileAnnotations = {}, potentialMeme }: FileDetails): string[] {
  return [...givenKeys(fileAnnotations), ...(potentialMeme === true ? ['potentialMeme'] : [])];
}

function givenKeys(value: object): string[] {
  return Object.entries(value).flatMap(([key, held]) => (isGiven(held) ? [key] : []));
}

/** An empty list is as good as none: XML writes nothing for it. */
function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
