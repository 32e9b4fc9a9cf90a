// A packet as it was read, and what its verification is told by: each file's digest, the case manifest, the chain, the openings.
import type { Referral } from '../../schemas/index.ts';
import { referralSchema } from '../../schemas/referral.ts';
import { documentLabel, type Entry } from '../custody.ts';
import { canonical } from '../formats/canonical.ts';
import { parseStrictJson } from '../formats/strict-json.ts';
import type { ReadCustody } from '../proofs/custody.ts';
import type { Report } from '../proofs/report.ts';
import type { Opening } from '../receipt.ts';
import type { Custody } from '../status.ts';
import type { Case } from './case.ts';
import { partSchema, readable } from './disclosure.ts';
import { REFERRAL } from './parts.ts';
import { isPart } from './terms.ts';

/** A file of a packet as it was read. */
export interface ReadFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Where it was computed: always where the packet lists it. */
  readonly sha512?: string | undefined;
  /** Of all that tells something; of exhibits and the PDF only the digest. */
  readonly content: Uint8Array | undefined;
  /** Of an exhibit whose bytes were read: what tools look it up by, hex. */
  readonly lookUp?: { readonly sha1: string; readonly md5: string } | undefined;
}

export type ReadFiles = ReadonlyMap<string, ReadFile>;

export interface Told {
  readonly report: Report;
  readonly files: ReadFiles;
  readonly manifest: Case;
  readonly custody: Custody;
  readonly entries: readonly Entry[];
  readonly finish: Entry | undefined;
  /** Those that belong to an entry of the chain, by `<seq>/<label>`. */
  readonly openings: ReadonlyMap<string, Opening>;
  /** referral.json, parsed as the desk parses what it takes in; undefined where it would not. Of a report it is the desk's own. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  readonly referral: Referral | undefined;
  /** Certificates (X.509, DER) of the authorities whose time stamps are believed. */
  readonly authorities: readonly Uint8Array[];
}

export { CASE, REFERRAL } from './parts.ts';
const OPENINGS = 'custody/openings.json';

/** Code: packet/opening. */
export function told(
  report: Report,
  files: ReadFiles,
  manifest: Case,
  { custody, entries: read }: ReadCustody,
  openings: readonly Opening[],
  authorities: readonly Uint8Array[] = [],
): Told {
  const entries = read.filter((entry) => entry !== undefined);
  const tied = openings.filter((opening) => isTied(entries, opening));
  const byPlace = new Map(tied.map((opening) => [`${opening.seq}/${opening.label}`, opening]));
  if (byPlace.size < openings.length) report.say('packet/opening', `${OPENINGS}: one belongs to no entry, or twice`);
  const document = readDocument(files.get(REFERRAL)?.content);
  const finish = entries.find(({ act }) => act === 'finish');
  const referral = readReferral(document, manifest);
  return { report, files, manifest, custody, entries, finish, openings: byPlace, document, referral, authorities };
}

function readReferral(document: Told['document'], { packet, referral }: Case): Referral | undefined {
  if (packet === undefined || !isPart(packet.terms)) return referralSchema.safeParse(document).data;
  const shown = partSchema.safeParse(document);
  return shown.success ? readable(shown.data as Partial<Referral>, referral.incidentType) : undefined;
}

function isTied(entries: readonly Entry[], { seq, label, commitment }: Opening): boolean {
  return entries[seq]?.seq === seq && entries[seq].commitments[label] === commitment;
}

function readDocument(content: Uint8Array | undefined): Told['document'] {
  try {
    const value = parseStrictJson(content ?? new Uint8Array());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What opens the whole referral, as the first entry took it in. */
export function openingOfWhole({
  entries: [first],
  openings,
}: Pick<Told, 'entries' | 'openings'>): Opening | undefined {
  return first === undefined ? undefined : openings.get(`0/${documentLabel(first)}`);
}

/** Whether the packet shows a part of its referral. */
export function isPartial({ manifest: { packet } }: Pick<Told, 'manifest'>): boolean {
  return packet !== undefined && isPart(packet.terms);
}

export function isSameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
