// The part of a referral that a packet shows, cut out of all that was gathered: what was asked for; for triage without all that names
// a victim; and never what names a file that is left out.
// Always true: every part, file and look of the whole is accounted for, and nothing of what is left out is in what is answered.
import type { Chain } from '../core.ts';
import {
  documentKey,
  documentLabel,
  partDigest,
  partLeaf,
  partsOf,
  type DocumentLabel,
  type Part,
} from '../custody.ts';
import { leafSalt } from '../formats/derive.ts';
import { detailsName } from '../receipt.ts';
import type { Case, Exhibit, ShownPart } from './case.ts';
import {
  documentOf,
  fieldOf,
  movedPointers,
  readable,
  type Disclosure,
  type Document,
  type ProvedParts,
} from './disclosure.ts';
import type { Gathered, GatheredExhibit } from './gather.ts';
import { identifierFinder, type Finder } from './identifiers.ts';
import { shownCase, shownExhibit, type Moved } from './select-case.ts';
import type { PacketTerms } from './terms.ts';

export interface SelectedPart {
  readonly gathered: Omit<Gathered, 'original'>;
  /** What of the referral is shown, as it lies in the packet. */
  readonly document: Document;
  readonly disclosure: Disclosure;
  readonly part: ShownPart;
}

type Why = ShownPart['leftOut'][number]['why'];

/** What of the referral is shown and what is not. */
export interface Cut {
  readonly parts: readonly Part[];
  readonly shown: readonly Part[];
  readonly moved: Moved;
  readonly hidden: ReadonlyMap<string, Why>;
}

/** The part that these terms ask for, with the proof that it belongs to the whole. */
export function selectPart(whole: Gathered, chain: Chain, terms: PacketTerms): SelectedPart {
  const names = terms.role === 'triage' ? identifierFinder(whole.referral.victim ?? []) : () => false;
  const told = toldOf(whole, terms);
  const digests = digestsLeftOut(whole, told);
  const cut = cutOut(partsOf({ ...whole.referral }), whyHidden(whole, told, terms, { names, digests }));
  const document = documentOf(cut.shown);
  const referral = readable(document, whole.case.referral.incidentType);
  const views = whole.case.views.filter(
    ({ source, sha256, viewer }) => source === 'desk' && !digests.has(sha256) && !names(viewer),
  );
  const exhibits = told.map((each) => shownExhibit(each, cut.moved, names, terms.role === 'triage'));
  const { manifest, exhibits: shown } = shownCase(whole, { referral, exhibits, views, moved: cut.moved, names });
  const disclosure: Disclosure = {
    ...proofOf(whole, cut, chain),
    contents: contentsLeftOut(whole, shown),
    looks: looksLeftOut(whole, views),
  };
  const gathered = { ...whole, case: manifest, referral, exhibits: shown };
  return { gathered, document, disclosure, part: countsOf(whole, cut, shown, views) };
}

function toldOf({ exhibits }: Gathered, { selection }: PacketTerms): GatheredExhibit[] {
  if (selection?.files === undefined) return [...exhibits];
  const files = new Set(selection.files);
  return exhibits.filter(({ exhibit }) => files.has(exhibit.attachment));
}

// ── the parts of the referral ─────────────────────────────────────────────────────────────────────────────────────────

function cutOut(parts: readonly Part[], why: (part: Part) => Why | undefined): Cut {
  const hidden = new Map<string, Why>();
  for (const part of parts) {
    const reason = why(part);
    if (reason !== undefined) hidden.set(part.pointer, reason);
  }
  const shown = parts.filter(({ pointer }) => !hidden.has(pointer));
  return { parts, shown, hidden, moved: movedPointers(shown.map(({ pointer }) => pointer)) };
}

/** Why a part is left out, if it is. */
function whyHidden(
  whole: Gathered,
  told: readonly GatheredExhibit[],
  { role, selection }: PacketTerms,
  { names, digests }: { readonly names: Finder; readonly digests: ReadonlySet<string> },
): (part: Part) => Why | undefined {
  const asked = new Set(selection?.leaveOut);
  const kept = new Set(told.map(({ exhibit }) => exhibit.declared));
  const places = whole.exhibits.flatMap(({ exhibit: { declared } }) => (declared === null ? [] : [declared]));
  const gone = new Set(places.filter((place) => !kept.has(place)).map((place) => `/attachments/${place}`));
  return ({ pointer, value }) => {
    if (asked.has(pointer) || asked.has(fieldOf(pointer))) return 'asked';
    if (role === 'triage' && (fieldOf(pointer) === '/victim' || names(value))) return 'triage';
    return gone.has(pointer) || holdsOneOf(value, digests) ? 'file' : undefined;
  };
}

/** Digests of the files that are left out, and of none that is told of. */
function digestsLeftOut({ exhibits }: Gathered, told: readonly GatheredExhibit[]): ReadonlySet<string> {
  const all = (some: readonly GatheredExhibit[]): string[] =>
    some.flatMap(({ exhibit: { sha256, sha1, md5 } }) => [sha256, sha1, md5]);
  const here = new Set(all(told));
  return new Set(all(exhibits).filter((digest) => !here.has(digest)));
}

/** What may be a digest, also in the middle of a text. */
const HEX = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-f])/g;

function holdsOneOf(value: unknown, digests: ReadonlySet<string>): boolean {
  if (digests.size === 0) return false;
  if (typeof value === 'string') return (value.toLowerCase().match(HEX) ?? []).some((run) => digests.has(run));
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => holdsOneOf(each, digests));
}

// ── the proof ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** In the form that the referral's first entry commits to. */
function proofOf({ entries }: Gathered, { parts, hidden }: Cut, { secret, owner }: Chain): ProvedParts {
  const label = labelOfFirst(entries);
  const key = documentKey(secret, owner, 0, label);
  const proved = parts.map((part) => {
    const salt = leafSalt(key, part.pointer);
    const shown = hidden.has(part.pointer) ? {} : { shown: { pointer: part.pointer, salt: salt.toString('hex') } };
    return { part, salt, shown };
  });
  if (label === 'parts')
    return {
      version: 2,
      parts: proved.map(({ part, salt, shown }) => ({ digest: hex(partDigest(salt, part)), ...shown })),
    };
  return {
    version: 1,
    parts: proved.map(({ part, salt, shown }) => ({ leaf: hex(partLeaf(label, salt, part)), ...shown })),
  };
}

function labelOfFirst([first]: Gathered['entries']): DocumentLabel {
  return first === undefined ? 'parts' : documentLabel(first);
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

function contentsLeftOut({ exhibits }: Gathered, shown: readonly GatheredExhibit[]): Disclosure['contents'] {
  const here = new Set(shown.flatMap(({ exhibit }) => listed(exhibit).map(({ name }) => name)));
  const all = exhibits.flatMap(({ exhibit }) => listed(exhibit));
  return all.filter(({ name }) => !here.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listed({ attachment, seq, details }: Exhibit): Disclosure['contents'] {
  const file = { name: attachment, seq };
  return details === undefined ? [file] : [file, { name: detailsName(attachment), seq: details.seq }];
}

function looksLeftOut({ case: { views } }: Gathered, shown: Case['views']): number[] {
  const here = new Set(shown.map(({ seq }) => seq));
  return views.flatMap(({ source, seq }) => (source === 'desk' && seq !== undefined && !here.has(seq) ? [seq] : []));
}

function countsOf(whole: Gathered, cut: Cut, shown: readonly GatheredExhibit[], views: Case['views']): ShownPart {
  const counts = new Map<string, ShownPart['leftOut'][number]>();
  for (const [pointer, why] of cut.hidden) {
    const field = fieldOf(pointer).slice(1);
    const before = counts.get(`${field} ${why}`)?.parts ?? 0;
    counts.set(`${field} ${why}`, { field, why, parts: before + 1 });
  }
  return {
    parts: { here: cut.shown.length, of: cut.parts.length },
    exhibits: {
      here: shown.filter(({ exhibit }) => exhibit.leftOut === undefined).length,
      told: shown.length,
      of: whole.exhibits.length,
    },
    looks: { here: views.length, of: whole.case.views.filter(({ source }) => source === 'desk').length },
    leftOut: [...counts.values()],
    ...(labelOfFirst(whole.entries) === 'parts' ? { isExact: true } : {}),
  };
}
