// Verifying a packet that shows a part of its referral: each part that is shown is the one that was sealed, every other part, file and
// look of the whole is accounted for, and nothing is shown that the order leaves out.
import { canonicalBytes } from '../formats/canonical.ts';
import { rootOf } from '../formats/merkle.ts';
import { isContentsOf, opens } from '../proofs/receipt.ts';
import { detailsName, type Listed } from '../receipt.ts';
import type { ShownPart } from './case.ts';
import { documentLabel, partLeaf } from '../custody.ts';
import {
  disclosureSchema,
  fieldOf,
  labelOf,
  leafIn,
  partsUnder,
  type DisclosedPart,
  type Disclosure,
} from './disclosure.ts';
import { DISCLOSURE } from './parts.ts';
import { CASE, isSameJson, openingOfWhole, REFERRAL, type Told } from './told.ts';

/** data/disclosure.json, if it is one in its one spelling. Code: packet/malformed. */
export function readDisclosure({ report, files }: Told): Disclosure | undefined {
  const content = files.get(DISCLOSURE)?.content;
  if (content === undefined) return undefined; // said to be missing already
  try {
    const parsed = disclosureSchema.safeParse(JSON.parse(Buffer.from(content).toString('utf8')));
    if (parsed.success && canonicalBytes(parsed.data).equals(content)) return parsed.data;
  } catch {
    // told below
  }
  report.say('packet/malformed', DISCLOSURE);
  return undefined;
}

/** Codes: packet/part (a part that is shown is not the sealed one), packet/disclosure, packet/referral, packet/order. */
export function checkDisclosure(told: Told, disclosure: Disclosure): void {
  checkShown(told, disclosure);
  checkWhole(told, disclosure);
  checkCounts(told, disclosure);
  checkTerms(told, disclosure);
  checkNoMore(told, disclosure);
  told.report.leave('left-out', LEFT_OUT[disclosure.version]);
}

const LEFT_OUT = {
  1: 'What is shown is proved. Which parts are left out, at least how many, and whether each had to be, stands on the word of the desk.',
  2: 'What is shown is proved, and how many parts there are. Which of them are left out, and whether each had to be, stands on the word of the desk.',
} as const;

function pointersIn({ parts }: Disclosure): string[] {
  const all: readonly DisclosedPart[] = parts;
  return all.flatMap(({ shown }) => shown?.pointer ?? []);
}

/** Each part of referral.json with its salt makes the leaf that stands in its place. */
function checkShown({ report, files, document, referral, manifest }: Told, disclosure: Disclosure): void {
  const content = files.get(REFERRAL)?.content;
  if (content === undefined) return; // said already
  const parts = document === undefined ? undefined : partsUnder(document, pointersIn(disclosure));
  const isWritten = document !== undefined && referral !== undefined && canonicalBytes(document).equals(content);
  const isOfType = referral?.incidentSummary.incidentType === manifest.referral.incidentType;
  if (!isWritten || !isOfType) report.say('packet/referral', `${REFERRAL}: not a part of a referral in its one form`);
  if (parts === undefined) {
    report.say('packet/disclosure', `${REFERRAL}: not just the parts that ${DISCLOSURE} shows, in their order`);
    return;
  }
  const all: readonly DisclosedPart[] = disclosure.parts;
  const shown = all.filter((each) => each.shown !== undefined);
  for (const [n, part] of parts.entries()) {
    const said = shown[n];
    const salt = Buffer.from(said?.shown?.salt ?? '', 'hex');
    if (said === undefined || !partLeaf(labelOf(disclosure), salt, part).equals(leafIn(said)))
      report.say('packet/part', `${REFERRAL}: ${part.pointer} is not the part that was sealed`);
  }
}

/** All leaves together are the document that the first entry took in; and there is no key by which those left out could be tried. */
function checkWhole(told: Told, disclosure: Disclosure): void {
  const { report, openings, entries } = told;
  const opening = openingOfWhole(told);
  const root = rootOf(disclosure.parts.map(leafIn)).toString('hex');
  const isOfForm = entries[0] !== undefined && documentLabel(entries[0]) === labelOf(disclosure);
  if (!isOfForm || opening === undefined || !opens(opening, 'root', root))
    report.say(
      'packet/disclosure',
      `${DISCLOSURE}: its parts are not those of the referral that was sealed, all of them`,
    );
  if (opening?.documentKey !== undefined || openings.has('0/original'))
    report.say('packet/disclosure', 'custody/openings.json: it opens what was left out');
}

/** What the case manifest says of how much is here. Code: packet/disclosure. */
function checkCounts(told: Told, disclosure: Disclosure): void {
  const { report, manifest, entries } = told;
  const said = manifest.packet?.part;
  const counted = (act: string): number => entries.filter((entry) => entry.act === act).length;
  const [here, of] = [pointersIn(disclosure).length, disclosure.parts.length];
  const files = manifest.exhibits.filter(({ leftOut }) => leftOut === undefined).length;
  const looks = manifest.views.filter(({ source }) => source === 'desk').length;
  const again: Omit<ShownPart, 'leftOut'> = {
    parts: { here, of },
    exhibits: { here: files, told: manifest.exhibits.length, of: counted('attach') },
    looks: { here: looks, of: counted('view') },
    ...(disclosure.version === 2 ? { isExact: true } : {}),
  };
  const { leftOut = [], ...counts } = said ?? {};
  const sum = leftOut.reduce((total, { parts }) => total + parts, 0);
  if (!isSameJson(counts, again) || sum !== of - here)
    report.say('packet/disclosure', `${CASE}: it tells of more or less than is left out`);
}

/** What the order asked for and no more is left out of the files; nothing that it leaves out is shown. Code: packet/disclosure. */
function checkTerms({ report, manifest }: Told, disclosure: Disclosure): void {
  const { role, selection } = manifest.packet?.terms ?? { role: 'investigation' };
  const leaveOut = new Set([...(selection?.leaveOut ?? []), ...(role === 'triage' ? ['/victim'] : [])]);
  for (const pointer of pointersIn(disclosure)) {
    if (leaveOut.has(pointer) || leaveOut.has(fieldOf(pointer)))
      report.say('packet/disclosure', `${REFERRAL}: ${pointer} was to be left out`);
  }
  const told = manifest.exhibits.map(({ attachment }) => attachment);
  if (selection?.files !== undefined && !isSameJson(told, selection.files))
    report.say('packet/contents', `${CASE}: the exhibits are not those that were asked for`);
  for (const { exhibit, leftOut } of manifest.exhibits) {
    if ((leftOut === true) !== (role === 'triage'))
      report.say('packet/exhibit', `${exhibit}: for triage files are left out, and for nothing else`);
  }
}

/** Nothing is left out for a reason that the order does not give. Code: packet/disclosure. */
function checkNoMore({ report, manifest, entries }: Told, { contents, looks }: Disclosure): void {
  const { terms, part } = manifest.packet ?? {};
  const { files, leaveOut = [] } = terms?.selection ?? {};
  const isTriage = terms?.role === 'triage';
  const told = new Set(manifest.exhibits.map(({ attachment }) => attachment));
  const isMissing =
    (files === undefined && told.size !== entries.filter(({ act }) => act === 'attach').length) ||
    (!isTriage && contents.some(({ name }) => told.has(name.replace(/^details\//, '')))) ||
    (!isTriage && files === undefined && looks.length > 0);
  const isAsked = (field: string, parts: number): boolean => {
    const asked = leaveOut.filter((pointer) => fieldOf(pointer) === `/${field}`);
    return asked.includes(`/${field}`) || asked.length >= parts;
  };
  const reasons = { asked: isAsked, triage: () => isTriage, file: () => files !== undefined };
  const isUnasked = part?.leftOut.some(({ field, why, parts }) => !reasons[why](field, parts)) === true;
  if (isMissing || isUnasked) report.say('packet/disclosure', `${CASE}: more is left out than the order asks for`);
}

/** What is shown and what is named as left out is all that the finish entry lists. */
export function isWholeContents({ manifest, entries, finish, openings }: Told, { contents }: Disclosure): boolean {
  const [first] = entries;
  const list = openings.get(`${finish?.seq ?? -1}/contents`);
  const of = (name: string, seq: number, label: string): Listed => {
    return { name, seq, commitment: entries[seq]?.commitments[label] ?? '' };
  };
  const shown = manifest.exhibits.flatMap(({ attachment, seq, details }) => [
    of(attachment, seq, 'sha256'),
    ...(details === undefined ? [] : [of(detailsName(attachment), details.seq, 'details')]),
  ]);
  const hidden = contents.map(({ name, seq }) => of(name, seq, name.startsWith('details/') ? 'details' : 'sha256'));
  const referral = ['original', ...(first === undefined ? [] : [documentLabel(first)])].map((name) =>
    of(name, 0, name),
  );
  return list !== undefined && isContentsOf(list, [...referral, ...shown, ...hidden]);
}
