// What a packet or a summary says of a referral, gathered from its chain up to one entry: the referral, its exhibits, who looked,
// who acted. Nothing that came after that entry is in it, so that the same entry gives the same answer for ever.
import type { Referral } from '../../schemas/index.ts';
import { findGaps } from '../../schemas/gaps.ts';
import { nameOf } from '../actors.ts';
import type { Chain, Core } from '../core.ts';
import { entryHash, type Entry } from '../custody.ts';
import { vouchedDeclaredOf, type DeclaredAttachment } from '../declared.ts';
import { DeskError } from '../errors.ts';
import { sha256Hex } from '../formats/canonical.ts';
import { DESK, type ObjectRecord } from '../ports.ts';
import { nthObject, readReferral, type ReferralRecord } from '../referral.ts';
import { openSmall } from '../seal.ts';
import { actsOf, type Case, type Exhibit } from './case.ts';
import { openDocument } from './document.ts';
import { exhibitName, exhibitPath } from './exhibit-path.ts';
import { codesOf } from './handling.ts';
import { saidOf, withExhibits } from './said.ts';
import { viewedState } from './viewed.ts';
import { enteredViews, namesByDigest, statedViews } from './views.ts';
import { walk, type Arrived, type Walked } from './walk.ts';

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

/** Gathers a referral up to and with entry `last`. @throws DeskError absent/destroyed, and what a damaged vault throws */
export async function gather(core: Core, chain: Chain, last: number): Promise<Gathered> {
  const walked = await walk(core, chain, last);
  const record = await readReferral(core, chain.owner);
  const { referral, phones, first: opened } = await openDocument(core, chain.owner);
  const original = await openSmall(core, nthObject(opened, 0));
  const exhibits = await exhibitsOf(core, chain.owner, referral, walked);
  const shown = exhibits.map(({ exhibit }) => exhibit);
  const byDigest = namesByDigest(shown);
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
        ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.time, keepUntil: keptAsOf(record, last) }),
        sha256: sha256Hex(original),
        sizeBytes: original.length,
        handling: codesOf(referral),
        ...given('report', record.report && { form: 'cybertipline' as const, id: record.report.id }),
      },
      clearances: walked.clearances,
      exhibits: shown,
      views: [...enteredViews(walked.looks, finishedAt?.seq, byDigest), ...statedViews(referral, byDigest)],
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

/** Until when it was to be kept, as the entries up to and with `last` set it. */
function keptAsOf({ keepUntil, kept = [] }: ReferralRecord, last: number): string | undefined {
  return kept.findLast(({ seq }) => seq <= last)?.until ?? keepUntil;
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

// ── who acted ─────────────────────────────────────────────────────────────────────────────────────────────

async function actorsOf(core: Core, entries: readonly Entry[]): Promise<Case['actors']> {
  const ids = [...new Set(entries.map(({ actorId }) => actorId))].sort();
  const actors: Case['actors'] = [];
  for (const id of ids) {
    if (id !== DESK) actors.push({ id, ...(await nameOf(core, id)) });
  }
  return actors;
}
