// Predicts what an agency will call a referral: a referral it can act on, or mere information.
// Always true: the same referral gets the same verdict, every reason is named, and no free text is read.
import type { Attachment, Provenance } from './attachments.ts';
import type { Referral } from './referral.ts';
import { findContent, findPlace, findUser, findVictim } from './signs.ts';

export type ReasonCode =
  | 'user-identifier'
  | 'victim'
  | 'content'
  | 'location'
  | 'no-one-to-look-for'
  | 'no-content'
  | 'no-location'
  | 'marked-informational'
  | 'marked-spam'
  | 'viral-only'
  | 'scan-without-source';

export interface Reason {
  readonly code: ReasonCode;
  readonly counts: 'for' | 'against';
  /** JSON pointer to what counts, or to where something could be added. */
  readonly path: string;
  readonly message: string;
}

export interface Prediction {
  readonly verdict: 'referral' | 'informational';
  readonly reasons: readonly Reason[];
}

/**
 * What an agency will call a parsed referral. Actionable means: somebody to look for, something to look at, somewhere to look, and
 * nothing that speaks against. Every reason is named; no free text is read. Never throws.
 */
export function predictActionable(referral: Referral): Prediction {
  const reasons = [...findElements(referral), ...findStoppers(referral)];
  return { verdict: reasons.some(({ counts }) => counts === 'against') ? 'informational' : 'referral', reasons };
}

/** Material found by scanning, of which nobody can say where it came from: where its source is lacking. */
export function findScanWithoutSource({ provenance, attachments = [] }: Referral): string | undefined {
  if (provenance !== undefined && isWithoutSource(provenance)) return '/provenance';
  if (provenance !== undefined) return undefined;
  const index = attachments.findIndex((file) => file.provenance !== undefined && isWithoutSource(file.provenance));
  return index >= 0 ? `/attachments/${index}/provenance` : undefined;
}

function isWithoutSource({ detectionContext, dataset = '', url = '' }: Provenance): boolean {
  const isScan = detectionContext === 'trainingData' || detectionContext === 'webCrawl';
  return isScan && dataset.trim() === '' && url.trim() === '';
}

function findElements(referral: Referral): Reason[] {
  const user = findUser(referral);
  const victim = findVictim(referral);
  const content = findContent(referral);
  const place = findPlace(referral);
  return [
    ...found('user-identifier', user, 'A user can be asked for by an identifier.'),
    ...found('victim', victim, 'Something is known of the child.'),
    ...lacking(
      'no-one-to-look-for',
      user ?? victim,
      '/personOrUserReported',
      'Add an identifier of the user or the child.',
    ),
    ...found('content', content, 'There is material or there are words to look at.'),
    ...lacking('no-content', content, '/attachments', 'Add a file, messages or the address of the material.'),
    ...found('location', place, 'There is a place, a country, or a connection with its time.'),
    ...lacking('no-location', place, '/jurisdictionHints', 'Add a connection with its time, a country or an address.'),
  ];
}

function findStoppers(referral: Referral): Reason[] {
  const { informational, spam } = referral.incidentSummary.reportAnnotations ?? {};
  const flags = '/incidentSummary/reportAnnotations';
  const scan = findScanWithoutSource(referral);
  return [
    ...stopped('marked-informational', informational, `${flags}/informational`, 'The reporter expects no action.'),
    ...stopped('marked-spam', spam, `${flags}/spam`, 'The reporter takes it for spam.'),
    ...stopped(
      'viral-only',
      isViralOnly(referral),
      '/attachments',
      'Every file is viral or a meme: the child is known.',
    ),
    ...stopped('scan-without-source', scan !== undefined, scan ?? '', 'Name the data set or address it was found at.'),
  ];
}

function isViralOnly({ batchedReport, attachments = [], messages = [], victim = [] }: Referral): boolean {
  if (batchedReport !== undefined) return true;
  return attachments.length > 0 && messages.length === 0 && victim.length === 0 && attachments.every(isViral);
}

function isViral({ fileDetails }: Attachment): boolean {
  const { viral, potentialMeme } = fileDetails?.fileAnnotations ?? {};
  return viral === true || potentialMeme === true || fileDetails?.potentialMeme === true;
}

function found(code: ReasonCode, path: string | undefined, message: string): Reason[] {
  return path === undefined ? [] : [{ code, counts: 'for', path, message }];
}

function lacking(code: ReasonCode, sign: string | undefined, path: string, message: string): Reason[] {
  return sign === undefined ? [{ code, counts: 'against', path, message }] : [];
}

function stopped(code: ReasonCode, isStopped: boolean | undefined, path: string, message: string): Reason[] {
  return isStopped === true ? [{ code, counts: 'against', path, message }] : [];
}
