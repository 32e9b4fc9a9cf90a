// Every field of a referral in one list: where it stands, its words, its CyberTipline counterpart, its limits.
// Always true: the list is walked from the schema once and is in the schema's order, parents before children.
import type * as z from 'zod';
import { constraintsOf, type Constraints, type FieldKind, type FieldMeta } from './field.ts';
import type { LexicalType } from './lexical.ts';
import { referralSchema } from './referral.ts';
import { fieldsOf, type TreeField } from './tree.ts';

export interface FieldInfo {
  /** Names joined by dots, without list indexes: `victim.victimPerson.email.value`. */
  readonly path: string;
  readonly name: string;
  /** Position among its siblings, from 0: the order of NCMEC's sequence. */
  readonly order: number;
  /** `own` for everything that CyberTipline has no place for, also below a shared group such as Phone. */
  readonly kind: FieldKind;
  /** `report/…`, `fileDetails/…`; attributes end in `/@name`, the text of an element in `/text()`. */
  readonly cybertip?: string;
  readonly what: string;
  readonly why: string;
  readonly type: LexicalType | 'group';
  /** Name of the group it stands in. */
  readonly within: string;
  /** Name of the group, when it holds one. */
  readonly group?: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly values?: readonly string[];
  readonly constraints: Constraints;
  /** Set when the field is newer than NCMEC's published XSD. */
  readonly since?: '2026';
}

/** All fields of a referral; the same array each time. */
export function allFields(): readonly FieldInfo[] {
  cache ??= walk(referralSchema, 'Referral', '', 'report');
  return cache;
}

let cache: readonly FieldInfo[] | undefined;

function walk(schema: z.ZodObject, within: string, parentPath: string, parentTip: string | undefined): FieldInfo[] {
  return fieldsOf(schema).flatMap((field, order) => {
    const info = { ...describe(field, order, parentPath, parentTip), within };
    const below =
      field.holds.kind === 'group' ? walk(field.holds.schema, field.holds.group.name, info.path, info.cybertip) : [];
    return [info, ...below];
  });
}

function describe(
  field: TreeField,
  order: number,
  parentPath: string,
  parentTip: string | undefined,
): Omit<FieldInfo, 'within'> {
  const { name, meta, holds } = field;
  const cybertip = cybertipOf(name, meta, parentTip);
  return {
    path: parentPath === '' ? name : `${parentPath}.${name}`,
    name,
    order,
    kind: cybertip === undefined ? 'own' : meta.document ? 'element' : meta.kind,
    ...(cybertip !== undefined && { cybertip }),
    what: meta.what,
    why: meta.why,
    type: holds.kind === 'group' ? 'group' : holds.type,
    ...(holds.kind === 'group' && { group: holds.group.name }),
    required: field.required,
    many: field.many,
    ...(holds.kind === 'leaf' && holds.values !== undefined && { values: holds.values }),
    constraints: constraintsOf(meta),
    ...(meta.since !== undefined && { since: meta.since }),
  };
}

function cybertipOf(name: string, meta: FieldMeta, parent: string | undefined): string | undefined {
  if (meta.document) return name;
  if (parent === undefined) return undefined;
  switch (meta.kind) {
    case 'element':
      return `${parent}/${name}`;
    case 'attribute':
      return `${parent}/@${name}`;
    case 'text':
      return `${parent}/text()`;
    case 'own':
      return undefined;
  }
}
