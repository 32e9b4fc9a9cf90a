// What a packet or a summary says of a referral, gathered from its chain up to one entry: the referral, its exhibits, who looked,
// who acted. Nothing that came after that entry is in it, so that the same entry gives the same answer for ever.
import { findGaps, type FileDetails, type Referral } from '../../schemas/index.ts';
import { nameOf } from '../actors.ts';
import type { AttachmentFacts } from '../attach.ts';
import { entriesOf, type Chain, type Core } from '../core.ts';
import { commitmentKey, entryCommitment, entryHash, parseEntry, type Entry } from '../custody.ts';
import { DeskError } from '../errors.ts';
import { sha256Hex } from '../formats/canonical.ts';
import type { PhoneFacts } from '../formats/phone.ts';
import { DESK, type ObjectRecord, type StoredEntry } from '../ports.ts';
import { nthObject, readReferral, vouchedDeclaredOf, type DeclaredAttachment } from '../referral.ts';
import { openSmall } from '../seal.ts';
import type { ViewEvent } from '../view.ts';
import { actsOf, type Case, type CaseView, type Exhibit } from './case.ts';
import { exhibitName, exhibitPath } from './exhibit-path.ts';
import { saidOf, withExhibits } from './said.ts';
import { viewedState } from './viewed.ts';

/** An exhibit with the object its bytes are sealed in, and the XML by which it was described, as received. */
export interface GatheredExhibit {
  readonly exhibit: Exhibit;
  readonly object: ObjectRecord;
  readonly details: Buffer | undefined;
}

export interface Gathered {
  /** The case manifest without what only a packet has. */
  readonly case: Omit<Case, 'packet' | 'log' | 'files'>;
  readonly referral: Referral;
  /** Its JSON as received, or the XML of the report. */
  readonly original: Buffer;
  readonly exhibits: readonly GatheredExhibit[];
  /** The entries, parsed and word for word. */
  readonly entries: readonly Entry[];
  readonly texts: readonly string[];
}

interface Arrived {
  readonly seq: number;
  readonly time: string;
  readonly facts: AttachmentFacts;
  readonly object: ObjectRecord;
}

interface Described {
  readonly seq: number;
  readonly fileDetails: FileDetails;
  readonly original: Buffer;
}

type Look = ViewEvent & { readonly seq: number };

/** What the chain says, opened. */
interface Walked {
  readonly entries: Entry[];
  readonly texts: string[];
  readonly arrived: Arrived[];
  /** By attachment. */
  readonly described: Map<string, Described>;
  readonly looks: Look[];
  readonly finishedAt: { readonly seq: number; readonly time: string } | undefined;
}

/** Gathers a referral up to and with entry `last`. @throws DeskError absent/destroyed, and what a damaged vault throws */
export async function gather(core: Core, chain: Chain, last: number): Promise<Gathered> {
  const walked = await walk(core, chain, last);
  const record = await readReferral(core, chain.owner);
  const { referral, phones, original } = await openReferral(core, chain.owner);
  const exhibits = await exhibitsOf(core, chain.owner, referral, walked);
  const shown = exhibits.map(({ exhibit }) => exhibit);
  const byDigest = new Map(shown.map((exhibit) => [exhibit.sha256, exhibit.exhibit]));
  const [first, head] = [walked.entries.at(0), walked.entries.at(-1)];
  const { finishedAt } = walked;
  return {
    case: {
      version: 1,
      desk: core.desk,
      immutability: core.vault.immutability,
      asOf: head?.time ?? record.openedAt,
      referral: {
        id: record.id,
        reporter: record.reporter,
        incidentType: record.incidentType,
        openedAt: first?.time ?? record.openedAt,
        ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.time, keepUntil: record.keepUntil }),
        sha256: sha256Hex(original),
        sizeBytes: original.length,
        ...given('report', record.report && { form: 'cybertipline' as const, id: record.report.id }),
      },
      exhibits: shown,
      views: viewsOf(referral, walked, byDigest),
      actors: await actorsOf(core, walked.entries),
      custody: {
        entries: walked.entries.length,
        head: entryHash(walked.texts.at(-1) ?? ''),
        acts: actsOf(walked.entries, shown),
      },
      gaps: findGaps(record.report === undefined ? referral : withExhibits(referral, shown)),
      phones: { ...phones },
    },
    referral,
    original,
    exhibits,
    entries: walked.entries,
    texts: walked.texts,
  };
}

// ── the chain, opened ─────────────────────────────────────────────────────────────────────────────────────────────────

async function walk(core: Core, chain: Chain, last: number): Promise<Walked> {
  const walked: Omit<Walked, 'finishedAt'> = { entries: [], texts: [], arrived: [], described: new Map(), looks: [] };
  let finishedAt: Walked['finishedAt'];
  for await (const stored of entriesOf(core, chain.owner)) {
    if (stored.seq > last) break;
    const entry = parseEntry(stored.text);
    demandVouched(chain, entry);
    walked.entries.push(entry);
    walked.texts.push(stored.text);
    if (entry.act === 'finish') finishedAt = { seq: entry.seq, time: entry.time };
    if (entry.act === 'attach') walked.arrived.push(await arrival(core, stored, entry));
    if (entry.act === 'describe-file') {
      const { attachment, ...described } = await description(core, stored);
      walked.described.set(attachment, described);
    }
    if (entry.act === 'view')
      walked.looks.push({ ...(await wordsOf<{ view: ViewEvent }>(core, stored)).view, seq: entry.seq });
  }
  if (walked.entries.length !== last + 1) throw new DeskError('ledger/failed', 'The book lacks an entry of the chain.');
  return { ...walked, finishedAt };
}

/** Whoever made the entry held the secret of its chain. @throws DeskError ledger/failed */
function demandVouched({ owner, secret }: Chain, entry: Entry): void {
  const key = commitmentKey(secret, owner, entry.seq, 'entry');
  if (entryCommitment(key, entry) === entry.commitments['entry']) return;
  throw new DeskError('ledger/failed', 'An entry was altered past the desk: run watch, then restore.');
}

async function arrival(core: Core, stored: StoredEntry, { seq, time }: Entry): Promise<Arrived> {
  const facts = await wordsOf<AttachmentFacts>(core, stored, 1);
  return { seq, time, facts, object: nthObject(stored, 0) };
}

async function description(core: Core, stored: StoredEntry): Promise<Described & { readonly attachment: string }> {
  const words = await wordsOf<{ attachment: string; fileDetails: FileDetails }>(core, stored, 1);
  return { ...words, seq: stored.seq, original: await openSmall(core, nthObject(stored, 0)) };
}

async function wordsOf<T>(core: Core, stored: StoredEntry, n = 0): Promise<T> {
  return JSON.parse((await openSmall(core, nthObject(stored, n))).toString('utf8')) as T;
}

async function openReferral(
  core: Core,
  owner: string,
): Promise<{ referral: Referral; phones: Readonly<Record<string, PhoneFacts>>; original: Buffer }> {
  const [first] = await core.ledger.entries(owner, 0, 1);
  if (first === undefined) throw new DeskError('ledger/failed', 'The book lacks the first entry of the chain.');
  const words = await wordsOf<{ referral: Referral; phones: Record<string, PhoneFacts> }>(core, first, 1);
  return { ...words, original: await openSmall(core, nthObject(first, 0)) };
}

// ── exhibits ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** In the order of the referral, then of arrival. */
async function exhibitsOf(
  core: Core,
  owner: string,
  referral: Referral,
  { arrived, described, looks, finishedAt }: Walked,
): Promise<GatheredExhibit[]> {
  const places = new Map((await declaredIn(core, owner, referral)).map(({ id }, n) => [id, n]));
  const placeOf = ({ facts }: Arrived): number => places.get(facts.attachment) ?? Infinity;
  const sorted = arrived.toSorted((a, b) => (placeOf(a) === placeOf(b) ? a.seq - b.seq : placeOf(a) - placeOf(b)));
  return sorted.map(({ seq, time, facts, object }, n) => {
    const { attachment, sizeBytes, sha256, sha1, md5, crc32 } = facts;
    const declared = places.get(attachment) ?? null;
    const more = described.get(attachment);
    const details = more && { seq: more.seq, fileDetails: more.fileDetails };
    const said = saidOf({ declared, details }, referral);
    const name = exhibitName(n);
    const exhibit: Exhibit = {
      exhibit: name,
      path: exhibitPath(name, facts.name ?? said?.path),
      attachment,
      declared,
      ...given('originalName', facts.name ?? said?.path),
      ...given('label', said?.exhibit),
      ...given('contentType', facts.contentType ?? said?.contentType),
      sizeBytes,
      sha256,
      sha1,
      md5,
      crc32,
      seq,
      sealedAt: time,
      viewed: viewedState(sha256, referral, said, looks, finishedAt?.seq),
      ...given('details', details),
    };
    return { exhibit, object, details: more?.original };
  });
}

/** As many as the referral declares, in its order. @throws DeskError ledger/failed */
async function declaredIn(core: Core, owner: string, { attachments = [] }: Referral): Promise<DeclaredAttachment[]> {
  const declared = await vouchedDeclaredOf(core, owner);
  if (declared.length === attachments.length) return declared;
  throw new DeskError('ledger/failed', 'The book lacks declared attachments of a referral: run watch, then restore.');
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

// ── who looked, who acted ─────────────────────────────────────────────────────────────────────────────────────────────

function viewsOf(referral: Referral, { looks, finishedAt }: Walked, exhibits: ReadonlyMap<string, string>): CaseView[] {
  const entered = looks.map(({ seq, sha256, viewer, from, to, extent }) => ({
    source: 'desk' as const,
    seq,
    sha256,
    ...given('exhibit', exhibits.get(sha256)),
    viewer,
    from,
    ...given('to', to),
    extent,
    afterFinish: finishedAt !== undefined && seq > finishedAt.seq,
  }));
  const stated = (referral.viewEvents ?? []).map(({ sha256, viewer, from, to, extent }) => ({
    source: 'referral' as const,
    sha256,
    ...given('exhibit', exhibits.get(sha256)),
    viewer,
    ...given('from', from),
    ...given('to', to),
    extent,
    afterFinish: false,
  }));
  return [...entered, ...stated];
}

async function actorsOf(core: Core, entries: readonly Entry[]): Promise<Case['actors']> {
  const ids = [...new Set(entries.map(({ actorId }) => actorId))].sort();
  const actors: Case['actors'] = [];
  for (const id of ids) {
    if (id !== DESK) actors.push({ id, ...(await nameOf(core, id)) });
  }
  return actors;
}
