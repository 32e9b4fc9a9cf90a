// data/disclosure.json: by what a packet that shows a part of its referral proves that the part belongs to the whole. Of what is left
// out it has a salted digest, or the place of its entry in the chain: nothing from which it could be guessed.
// Always true: in version 2 every leaf is made here of a digest that is given, so that no inner node of the tree passes for one.
import * as z from 'zod';
import type { Referral } from '../../schemas/index.ts';
import { referralSchema } from '../../schemas/referral.ts';
import { partsOf, type DocumentLabel, type Part } from '../custody.ts';
import { leafHash } from '../formats/merkle.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** Of what is shown: its JSON pointer in the whole referral, and its salt. */
const shown = z.optional(z.strictObject({ pointer: z.string(), salt: hex32 }));
/** SHA-256 of the salted part: the data of its leaf. */
const digested = z.strictObject({ digest: hex32, shown });
/** RFC 6962 leaf hash of the salted part; whether it is one, or a node further up, cannot be seen. */
const hashed = z.strictObject({ leaf: hex32, shown });
export type DisclosedPart = z.infer<typeof digested> | z.infer<typeof hashed>;

const ofDigests = { version: z.literal(2), parts: z.array(digested) };
const ofHashes = { version: z.literal(1), parts: z.array(hashed) };
/** What proves the parts, in either version. */
export type ProvedParts =
  | { readonly version: 2; readonly parts: z.infer<typeof digested>[] }
  | { readonly version: 1; readonly parts: z.infer<typeof hashed>[] };

const rest = {
  /** What `finish` lists beside what is shown: attachments and details by name, with their entries, in the order of names. */
  contents: z.array(z.strictObject({ name: z.string(), seq: z.int().nonnegative() })),
  /** The entries of looks that are not told. */
  looks: z.array(z.int().nonnegative()),
};

/** `parts`: every part of the referral, in its own order. Version 1 is of referrals that came before 2026-11-26. */
export const disclosureSchema = z.discriminatedUnion('version', [
  z.strictObject({ ...ofDigests, ...rest }),
  z.strictObject({ ...ofHashes, ...rest }),
]);
export type Disclosure = z.infer<typeof disclosureSchema>;

export type Document = Readonly<Record<string, unknown>>;

/** A document of just these parts, lists closed up. */
export function documentOf(parts: readonly Part[]): Document {
  const document: Record<string, unknown> = {};
  for (const { pointer, value } of parts) {
    const { key, isElement } = placeOf(pointer);
    if (!isElement) document[key] = value;
    else if (Array.isArray(document[key])) document[key].push(value);
    else document[key] = [value];
  }
  return document;
}

/** Where each shown part of the whole stands in the document of the shown ones: pointer → pointer. */
export function movedPointers(shown: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    shown.map((pointer) => {
      const { key, isElement } = placeOf(pointer);
      if (!isElement) return [pointer, pointer];
      const n = counts.get(key) ?? 0;
      counts.set(key, n + 1);
      return [pointer, `${pointer.slice(0, pointer.lastIndexOf('/'))}/${n}`];
    }),
  );
}

/** `/victim` of `/victim/0`. */
export function fieldOf(pointer: string): string {
  return /^\/[^/]*/.exec(pointer)?.[0] ?? pointer;
}

function placeOf(pointer: string): { readonly key: string; readonly isElement: boolean } {
  const [, key = '', index] = pointer.split('/');
  return { key: key.replaceAll('~1', '/').replaceAll('~0', '~'), isElement: index !== undefined };
}

/** The parts of a document of shown ones, each under its pointer in the whole; undefined where the disclosure shows others. */
export function partsUnder(document: Document, shown: readonly string[]): Part[] | undefined {
  const moved = movedPointers(shown);
  const parts = partsOf(document);
  const byPlace = new Map([...moved].map(([whole, here]) => [here, whole]));
  const whole = parts.map(({ pointer, value }) => ({ pointer: byPlace.get(pointer) ?? '', value }));
  const isSame = parts.length === shown.length && whole.every(({ pointer }, n) => pointer === shown[n]);
  return isSame ? whole : undefined;
}

/** Which form of leaves a disclosure is about. */
export function labelOf({ version }: Pick<Disclosure, 'version'>): DocumentLabel {
  return version === 2 ? 'parts' : 'document';
}

/** The leaf of a part, as the disclosure has it. */
export function leafIn(part: DisclosedPart): Buffer {
  return 'leaf' in part ? Buffer.from(part.leaf, 'hex') : leafHash(Buffer.from(part.digest, 'hex'));
}

/** The parts of a referral that are read in a packet: as in the whole, but for what may be left out. */
export const partSchema = referralSchema.partial();

/**
 * A part of a referral, for whoever reads referrals: where a field is left out that each of them has, it is there and says nothing.
 * @param incidentType as the case manifest has it
 */
export function readable(shown: Partial<Referral>, incidentType: string): Referral {
  return {
    ...shown,
    incidentSummary:
      shown.incidentSummary ?? ({ incidentType, incidentDateTime: 'unknown' } as Referral['incidentSummary']),
    reporter: shown.reporter ?? { reportingPerson: {} },
  };
}
