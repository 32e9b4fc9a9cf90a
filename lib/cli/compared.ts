// Which of the files a receipt vouches for were held against it: a proof that says "holds" must also say of what it said nothing.
import { commitment } from '../custody.ts';
import type { Opening, Receipt } from '../index.ts';

/**
 * In plain words, for the notes of a verdict.
 * @param digests SHA-256 of each file that was given, hex
 */
export function comparedNotes(receipt: Receipt, digests: readonly string[]): string[] {
  const listed = receipt.openings.filter(({ attachment }) => attachment !== undefined);
  if (listed.length === 0) return [];
  if (digests.length === 0) {
    return ['No file of yours was given: whether yours are the ones that were sealed was not checked.'];
  }
  const left = countUnmet(listed, digests);
  return left === 0
    ? [`All ${listed.length} attachments it vouches for were compared with files that were given.`]
    : [`${left} of the ${listed.length} attachments it vouches for were not among the files given, so not compared.`];
}

/** Files mostly come in the order in which they were sealed, so the search goes on where the last one was found. */
function countUnmet(listed: readonly Opening[], digests: readonly string[]): number {
  let unmet = 0;
  let next = 0;
  for (const opening of listed) {
    const found = findFrom(digests, next, (sha256) => isOpenedBy(opening, sha256));
    if (found === undefined) unmet++;
    else next = found + 1;
  }
  return unmet;
}

/** Once around, beginning at `start`. */
function findFrom(digests: readonly string[], start: number, isMet: (sha256: string) => boolean): number | undefined {
  for (let n = start; n < start + digests.length; n++) {
    if (isMet(digests[n % digests.length] ?? '')) return n % digests.length;
  }
  return undefined;
}

function isOpenedBy({ key, label, commitment: expected }: Opening, sha256: string): boolean {
  return commitment(Buffer.from(key, 'base64'), label, 'sha256', sha256) === expected;
}
