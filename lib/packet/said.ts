// What the submitter says of an exhibit beside its bytes: as the referral declares it, or as he described it later.
import type { Attachment, Referral } from '../../schemas/index.ts';
import type { Exhibit } from './case.ts';

/** Undefined where he says nothing of it. What was described has no name and no digest of its own. */
export function saidOf(
  { declared, details }: Pick<Exhibit, 'declared' | 'details'>,
  { attachments = [] }: Pick<Referral, 'attachments'>,
): Partial<Attachment> | undefined {
  if (declared !== null) return attachments[declared];
  return details === undefined ? undefined : { fileDetails: details.fileDetails };
}

/** A CyberTipline report with its exhibits as attachments, so that what is missing can be told of them too. */
export function withExhibits(referral: Referral, exhibits: readonly Exhibit[]): Referral {
  if (exhibits.length === 0) return referral;
  const attachments = exhibits.map(({ exhibit, originalName, sha256, sizeBytes, details }) => ({
    path: originalName ?? exhibit,
    sha256,
    sizeBytes,
    ...(details === undefined ? {} : { fileDetails: details.fileDetails }),
  }));
  return { ...referral, attachments };
}
