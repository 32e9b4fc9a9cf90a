// Verifying a packet, what is made of the rest: each such file is made again, and must be the same to the byte.
import { manifestText } from '../formats/bag.ts';
import { sha256OfPieces } from '../formats/canonical.ts';
import { derivedFiles, type Derived } from './derived.ts';
import { eEvidenceManifest } from './e-evidence.ts';
import { E_EVIDENCE, TAG_MANIFEST_512 } from './parts.ts';
import type { ReadFile, Told } from './told.ts';

/** Code: packet/derived. */
export function checkDerived(told: Told): void {
  const { report, files, manifest, referral } = told;
  const derived = referral === undefined ? [] : derivedFiles(manifest, referral);
  for (const { path, make } of [...derived, ...ofFiles(told)]) {
    const found = files.get(path);
    if (found !== undefined && sha256OfPieces(make()) !== found.sha256) report.say('packet/derived', path);
  }
}

/** What follows from the digests of the other files. No signature covers the second tag manifest, so it must have just one form. */
function ofFiles({ files, manifest }: Told): Derived[] {
  const tags = [...files.values()].filter(isTag);
  return [
    { path: E_EVIDENCE, make: () => [eEvidenceManifest(manifest, files).toString('utf8')] },
    { path: TAG_MANIFEST_512, make: () => listOf(tags) },
  ];
}

function isTag({ path }: ReadFile): boolean {
  return !path.startsWith('data/') && !path.startsWith('tagmanifest-') && path !== 'signature.json';
}

/** Empty where a file cannot be listed, or its digest was not computed: the bag's check has said so. */
function listOf(tags: readonly ReadFile[]): string[] {
  try {
    return [manifestText(tags, 'sha512')];
  } catch {
    return [];
  }
}
