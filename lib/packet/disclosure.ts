// data/disclosure.json: by what a packet that shows a part of its referral proves that the part belongs to the whole. Of what is left
// out it has the hash of a salted leaf, or the place of its entry in the chain: nothing from which it could be guessed.
import * as z from 'zod';
import { referralSchema, type Referral } from '../../schemas/index.ts';
import { partLeaf, partsOf, type Part } from '../custody.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);

const part = z.strictObject({
  /** RFC 6962 leaf hash of the salted part. */
  leaf: hex32,
  /** Of what is shown: its JSON pointer in the whole referral, and its salt. */
  shown: z.optional(z.strictObject({ pointer: z.string(), salt: hex32 })),
});

export const disclosureSchema = z.strictObject({
  version: z.literal(1),
  /** Every part of the referral, in its own order. */
  parts: z.array(part),
  /** What `finish` lists beside what is shown: attachments and details by name, with their entries, in the order of names. */
  contents: z.array(z.strictObject({ name: z.string(), seq: z.int().nonnegative() })),
  /** The entries of looks that are not told. */
  looks: z.array(z.int().nonnegative()),
});
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

export function leafOf(part: Part, salt: Uint8Array): string {
  return partLeaf(salt, part).toString('hex');
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
