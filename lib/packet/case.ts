// The case manifest (decision 13): all that a packet says of a referral beside the referral itself, as canonical JSON. The PDF is
// drawn from it and prints its SHA-256 on every page; it names every file of the packet but the PDF and the bag's own.
import * as z from 'zod';
import { HANDLING_CODES } from '../../schemas/codes.ts';
import { fileDetails as fileDetailsSchema } from '../../schemas/file-details.ts';
import { ACTS, type Entry } from '../custody.ts';
import { caseClearance } from './clearances.ts';
import { packetTerms } from './terms.ts';
import { VIEWED } from './viewed-state.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });
const count = z.int().nonnegative();
/** What the desk calls whoever stamped the time: part of a path. */
const stampAuthority = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/);

const exhibit = z.strictObject({
  /** Given by the desk: `E0001` and so on, in the order of the referral, then of arrival. */
  exhibit: z.string().regex(/^E\d{4,}$/),
  /** Where it lies in the packet, or would. */
  path: z.string(),
  /** Its bytes are not in the packet, which is for triage. */
  leftOut: z.optional(z.literal(true)),
  attachment: z.string(),
  /** Its place among the `attachments` of referral.json; null where that does not declare it. */
  declared: z.nullable(count),
  /** What the submitter calls it; text, never a path. */
  originalName: z.optional(z.string()),
  /** The submitter's own label. */
  label: z.optional(z.string()),
  contentType: z.optional(z.string()),
  sizeBytes: count,
  sha256: hex32,
  sha1: z.string(),
  md5: z.string(),
  /** 8 hex digits. */
  crc32: z.string(),
  /** The entry that took it in. */
  seq: count,
  sealedAt: instant,
  viewed: z.enum(VIEWED),
  /** What the submitter described of it through the CyberTipline door, and the entry that took that in. */
  details: z.optional(z.strictObject({ seq: count, fileDetails: fileDetailsSchema })),
});
export type Exhibit = z.infer<typeof exhibit>;

const view = z.strictObject({
  /** Entered at the desk (then `seq` is its entry), or stated in the referral. */
  source: z.enum(['desk', 'referral']),
  seq: z.optional(count),
  sha256: hex32,
  exhibit: z.optional(z.string()),
  viewer: z.string(),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  extent: z.string(),
  /** A look entered after the referral was finished; it does not count for `viewed`. */
  afterFinish: z.boolean(),
});
export type CaseView = z.infer<typeof view>;

const act = z.strictObject({
  seq: count,
  time: instant,
  /** An actor of `actors`, or `desk` for what the desk does by itself. */
  actorId: z.string(),
  act: z.enum(ACTS),
  /** Which exhibit an `attach` took in, or a `describe-file` is about. */
  exhibit: z.optional(z.string()),
});
export type CaseAct = z.infer<typeof act>;

/** So many are here, of so many. */
const some = { here: count, of: count };

/** What a packet shows of its referral, where that is a part: all of it is proved by data/disclosure.json. */
const shownPart = z.strictObject({
  parts: z.strictObject(some),
  /** How many parts there are is proved too (disclosure of version 2); absent: there are at least so many. */
  isExact: z.optional(z.literal(true)),
  /** `told`: those of which the case manifest tells, `here` those whose bytes are in the packet. */
  exhibits: z.strictObject({ ...some, told: count }),
  looks: z.strictObject(some),
  /** What was left out of the referral, by its fields, and why: it was asked for, it names a victim, it names a file left out. */
  leftOut: z.array(
    z.strictObject({ field: z.string(), why: z.enum(['asked', 'triage', 'file']), parts: z.int().positive() }),
  ),
});
export type ShownPart = z.infer<typeof shownPart>;

/** The case manifest, version 1. Times are RFC 3339 UTC with milliseconds, but for those that a sender wrote. */
export const caseSchema = z.strictObject({
  version: z.literal(1),
  desk: z.string(),
  /** What keeps the sealed bytes: the store itself, or only the desk. */
  immutability: z.enum(['enforced', 'advisory']),
  /** The packet it stands in; absent on a reading copy of the summary, which is no packet. */
  packet: z.optional(
    z.strictObject({
      id: z.string(),
      agency: z.strictObject({ id: z.string(), name: z.string() }),
      orderedAt: instant,
      /** An actor of `actors`. */
      orderedBy: z.string(),
      purpose: z.string(),
      legalBasis: z.string(),
      terms: packetTerms,
      part: z.optional(shownPart),
    }),
  ),
  /** The time of the last entry that it takes account of. */
  asOf: instant,
  referral: z.strictObject({
    id: z.string(),
    /** The reporting organisation's id. */
    reporter: z.string(),
    incidentType: z.string(),
    openedAt: instant,
    finishedAt: z.optional(instant),
    keepUntil: z.optional(instant),
    /** Of what was received, byte for byte: its JSON, or the XML of a report. Absent in a packet that shows a part. */
    sha256: z.optional(hex32),
    sizeBytes: z.optional(count),
    /** How it may be used: each code once, in the order of the codes. They travel with whatever is shown of it. */
    handling: z.array(z.enum(HANDLING_CODES)),
    /** Where it came as a CyberTipline report: the number that this desk gave it. Absent: it came as JSON. */
    report: z.optional(z.strictObject({ form: z.literal('cybertipline'), id: z.string() })),
  }),
  /** Findings that clear it or a part of it, in the order they were entered. */
  clearances: z.array(caseClearance),
  exhibits: z.array(exhibit),
  views: z.array(view),
  /** Who acted, as far as the desk can still say. */
  actors: z.array(z.strictObject({ id: z.string(), role: z.string(), name: z.optional(z.string()) })),
  custody: z.strictObject({
    entries: count,
    /** SHA-256 of the last entry. */
    head: hex32,
    acts: z.array(act),
  }),
  /** Where the last entry stands in the desk's log; absent on a reading copy. */
  log: z.optional(
    z.strictObject({
      index: count,
      size: count,
      checkpoint: z.string(),
      /** The time stamps of that checkpoint (RFC 3161) that lie in custody/stamps/; absent where there was none. */
      stamps: z.optional(z.array(z.strictObject({ authority: stampAuthority, time: instant })).min(1)),
    }),
  ),
  /** What an investigator will miss (schemas/gaps.ts). */
  gaps: z.array(z.strictObject({ gap: z.string(), path: z.string(), message: z.string(), count })),
  /** E.164 form and country (ISO 3166) of each phone number in the referral, by its JSON pointer. */
  phones: z.record(z.string(), z.strictObject({ e164: z.string(), country: z.optional(z.string()) })),
  /** Every file of the packet but this one, the PDF and the bag's own. */
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: count, sha256: hex32 })),
});
export type Case = z.infer<typeof caseSchema>;

/** The acts that a chain's entries tell, each `attach` and `describe-file` with its exhibit. */
export function actsOf(entries: readonly Entry[], exhibits: readonly Exhibit[]): CaseAct[] {
  const bySeq = bySeqOf(exhibits, ({ exhibit }) => exhibit);
  return entries.map(({ seq, time, actorId, act }) => {
    const exhibit = bySeq.get(seq);
    return { seq, time, actorId, act, ...(exhibit === undefined ? {} : { exhibit }) };
  });
}

/** Something of each exhibit by the entries about it: the one that took it in, and the one that took in its details. */
export function bySeqOf<T>(exhibits: readonly Exhibit[], tell: (exhibit: Exhibit) => T): ReadonlyMap<number, T> {
  return new Map(
    exhibits.flatMap((exhibit) => {
      const { seq, details } = exhibit;
      return [seq, details?.seq].flatMap((each) => (each === undefined ? [] : [[each, tell(exhibit)] as const]));
    }),
  );
}
