// What lies in the PDF beside its pages: the files they were drawn from.
// Always true: nothing where the pages leave something out, since a PDF may travel alone.
import { profileOf } from '../profile/index.ts';
import type { Attached } from '../summary/index.ts';
import type { Case } from './case.ts';

/** The PDF prints the digest of the case manifest, which does not name it: so both that and the referral may lie in it. */
export function attachedTo(manifest: Case, caseJson: Uint8Array, referralJson: Uint8Array): readonly Attached[] {
  if (profileOf(manifest.packet?.terms.profile ?? 'general').leftOut.length > 0) return [];
  const drawnFrom = 'The case manifest, from which the pages are drawn';
  return [
    { name: 'case.json', bytes: caseJson, relationship: 'Data', description: drawnFrom },
    {
      name: 'referral.json',
      bytes: referralJson,
      relationship: 'Source',
      description: 'The referral, as in the packet',
    },
  ];
}
