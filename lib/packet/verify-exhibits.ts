// Verifying a packet, its exhibits: all that was finished is here and nothing else, each is the one that was taken in, and each is
// called and told of as the referral says.
import { isOfDetails, opens, opensContents } from '../proofs/receipt.ts';
import type { Opening } from '../receipt.ts';
import type { Exhibit } from './case.ts';
import type { Disclosure } from './disclosure.ts';
import { exhibitName, exhibitPath } from './exhibit-path.ts';
import { saidOf } from './said.ts';
import { CASE, isPartial, type ReadFile, type Told } from './told.ts';
import { isWholeContents } from './verify-disclosure.ts';

/** The list the finish entry commits to is made of just these. Code: packet/contents. */
export function checkContents(told: Told, disclosure: Disclosure | undefined): void {
  const { report, manifest, openings, finish, referral } = told;
  const list = openings.get(`${finish?.seq ?? -1}/contents`);
  const contents = [...openings.values()].filter(isContent);
  const described = contents.filter(isOfDetails).length;
  const attachments = new Set(contents.flatMap(({ attachment }) => attachment ?? []));
  const declared = manifest.exhibits.flatMap((exhibit) => exhibit.declared ?? []);
  const isAll =
    attachments.size === manifest.exhibits.length &&
    manifest.exhibits.every(({ attachment }) => attachments.has(attachment)) &&
    manifest.exhibits.filter(({ details }) => details !== undefined).length === described &&
    declared.length === (referral?.attachments ?? []).length &&
    declared.every((place, n) => place === n);
  const isListed = isPartial(told)
    ? disclosure === undefined || isWholeContents(told, disclosure)
    : list !== undefined && opensContents(list, contents);
  if (!isListed || !isAll)
    report.say('packet/contents', `${CASE}: the exhibits are not all that was finished, and nothing else`);
}

/** What the list is made of: of the referral all that is opened, of an attachment its bytes and its details. */
function isContent({ seq, label, attachment }: Opening): boolean {
  if (attachment === undefined) return seq === 0 && label !== 'order';
  return label === 'sha256' || label === 'details';
}

/** Code: packet/exhibit. */
export function checkExhibits(told: Told): void {
  const names = told.manifest.exhibits.map(({ exhibit }) => exhibit);
  for (const [n, exhibit] of told.manifest.exhibits.entries()) {
    const isNumbered = isPartial(told) ? isAfter(exhibit.exhibit, names[n - 1]) : exhibit.exhibit === exhibitName(n);
    if (!isNumbered || !isTakenIn(told, exhibit) || !isCalledSo(told, exhibit))
      told.report.say('packet/exhibit', exhibit.path);
  }
  if (told.manifest.exhibits.some(({ leftOut }) => leftOut === true))
    told.report.leave(
      'left-out-files',
      'Of files that are left out the SHA-256 is proved; their sizes, SHA-1, MD5 and CRC-32 stand on the word of the desk.',
    );
}

/** In a part each has the number that it has in the whole. */
function isAfter(name: string, before: string | undefined): boolean {
  return before === undefined || Number(name.slice(1)) > Number(before.slice(1));
}

function isTakenIn({ files, entries, openings }: Told, exhibit: Exhibit): boolean {
  const { path, attachment, seq, sealedAt, sha256, sizeBytes } = exhibit;
  const found = files.get(path);
  const opening = openings.get(`${seq}/sha256`);
  const isHere = exhibit.leftOut ? found === undefined : found?.sha256 === sha256 && found.sizeBytes === sizeBytes;
  const isIt = opening?.attachment === attachment && opens(opening, 'sha256', sha256);
  return isHere && isLookedUpSo(found, exhibit) && isIt && entries[seq]?.time === sealedAt;
}

/** The digests by which tools look it up are of these bytes too; no entry commits to them. */
function isLookedUpSo(found: ReadFile | undefined, { sha1, md5 }: Exhibit): boolean {
  return found?.lookUp === undefined || (found.lookUp.sha1 === sha1 && found.lookUp.md5 === md5);
}

function isCalledSo({ referral }: Told, exhibit: Exhibit): boolean {
  const { originalName, label, sha256, sizeBytes } = exhibit;
  const said = saidOf(exhibit, referral ?? {});
  return (
    exhibit.path === exhibitPath(exhibit.exhibit, originalName) &&
    label === said?.exhibit &&
    (said?.sha256 ?? sha256) === sha256 &&
    (said?.sizeBytes ?? sizeBytes) === sizeBytes
  );
}
