// How a field is declared: its zod type, its words (what, why) and its limits, all on one line of one file.
// Always true: every key of every group carries these words; everything else about a field is derived from them.
import * as z from 'zod';

/** Where a field lives in CyberTipline's XML, or `own` when CyberTipline has no such field. */
export type FieldKind = 'element' | 'attribute' | 'text' | 'own';

/** Limits beyond structure. The rules check them; see rules/field-rules.ts. */
export interface Constraints {
  /** Greatest number of characters (Unicode code points). */
  readonly maxLength?: number;
  readonly notBlank?: true;
  /** A time must say its zone. */
  readonly zone?: true;
  /** A time may not lie in the future, but for clock skew. */
  readonly past?: true;
  readonly url?: true;
  readonly email?: true;
  readonly ip?: true;
  readonly reportId?: true;
  /** Least and greatest number, both allowed. */
  readonly range?: readonly [number, number];
}

/** Every constraint once, so that none can be forgotten where they are picked out. */
const CONSTRAINTS: Record<keyof Constraints, true> = {
  maxLength: true,
  notBlank: true,
  zone: true,
  past: true,
  url: true,
  email: true,
  ip: true,
  reportId: true,
  range: true,
};

export interface FieldWords extends Constraints {
  /** What it is for, to the person who fills it in. */
  readonly what: string;
  /** Why an investigator asks for it. */
  readonly why: string;
  /** Set when the field is newer than NCMEC's published XSD. */
  readonly since?: '2026';
  /** Set on the root of a CyberTipline document that is not `report`. */
  readonly document?: true;
}

export interface FieldMeta extends FieldWords {
  readonly kind: FieldKind;
}

export interface GroupMeta {
  readonly name: string;
  readonly choice?: Choice;
  /** Its elements may stand in any order, each at most once (xs:all). */
  readonly anyOrder?: true;
}

/** Which keys exclude one another, and whether one of them must be there. */
export interface Choice {
  readonly among: readonly string[];
  readonly need: 'exactly-one' | 'at-most-one';
}

export const fields = z.registry<FieldMeta>();
export const groups = z.registry<GroupMeta>();

/** A child element of CyberTipline's XML. */
export function element<T extends z.ZodType>(schema: T, words: FieldWords): T {
  return note('element', schema, words);
}

/** An attribute of the CyberTipline element that the group stands for. */
export function attribute<T extends z.ZodType>(schema: T, words: FieldWords): T {
  return note('attribute', schema, words);
}

/** The text of a CyberTipline element that also has attributes. */
export function textOf<T extends z.ZodType>(schema: T, words: FieldWords): T {
  return note('text', schema, words);
}

/** A field that CyberTipline lacks. */
export function own<T extends z.ZodType>(schema: T, words: FieldWords): T {
  return note('own', schema, words);
}

/** A named set of fields; an unknown field in it is an error. Keys stand in the order of NCMEC's sequence. */
export function group<const S extends z.core.$ZodLooseShape>(name: string, what: string, shape: S) {
  return named(z.strictObject(shape), { name }, what);
}

/** A group whose elements may stand in any order. */
export function anyOrderGroup<const S extends z.core.$ZodLooseShape>(name: string, what: string, shape: S) {
  return named(z.strictObject(shape), { name, anyOrder: true }, what);
}

/** A group of which a choice of keys excludes one another. */
export function choiceGroup<const S extends z.core.$ZodLooseShape>(
  name: string,
  what: string,
  choice: Choice,
  shape: S,
) {
  const checked = z.strictObject(shape).refine((value) => isChoiceMet(value, choice), {
    error: choiceText(choice),
    params: { problem: 'choose-one' },
  });
  return named(checked, { name, choice }, what);
}

function named<T extends z.ZodType>(schema: T, meta: GroupMeta, what: string): T {
  const described = schema.meta({ id: meta.name, description: what });
  groups.add(described, meta);
  return described;
}

function note<T extends z.ZodType>(kind: FieldKind, schema: T, words: FieldWords): T {
  const described = schema.meta({ description: words.what });
  fields.add(described, { kind, ...words });
  return described;
}

function isChoiceMet(value: object, choice: Choice): boolean {
  const given = Object.entries(value).filter(([key, held]) => held !== undefined && choice.among.includes(key)).length;
  return given === 1 || (given === 0 && choice.need === 'at-most-one');
}

function choiceText(choice: Choice): string {
  const often = choice.need === 'exactly-one' ? 'exactly one' : 'at most one';
  return `Give ${often} of: ${choice.among.join(', ')}.`;
}

/** The limits of a field, without its words. */
export function constraintsOf(words: FieldWords): Constraints {
  return Object.fromEntries(Object.entries(words).filter(([key]) => Object.hasOwn(CONSTRAINTS, key)));
}
