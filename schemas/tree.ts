// Reads the zod tree: which fields a group has, and what each holds. Rules, explain and allFields all stand on this.
// Always true: nothing about a field is written down twice; whatever is answered here comes from its declaration.
import * as z from 'zod';
import { fields, groups, type FieldMeta, type GroupMeta } from './field.ts';
import { lexicals, type LexicalType } from './lexical.ts';

export interface TreeField {
  readonly name: string;
  readonly meta: FieldMeta;
  readonly required: boolean;
  /** A list, of any length. */
  readonly many: boolean;
  readonly holds: Holding;
}

export type Holding = { readonly kind: 'group'; readonly schema: z.ZodObject; readonly group: GroupMeta } | Leaf;

export interface Leaf {
  readonly kind: 'leaf';
  readonly type: LexicalType;
  readonly schema: z.core.$ZodType;
  readonly values?: readonly string[];
  /** What the whole text must match. */
  readonly pattern?: string;
}

/** The fields of a group in the order they are declared, which is the order of NCMEC's sequence. */
export function fieldsOf(schema: z.ZodObject): TreeField[] {
  return Object.entries<z.core.$ZodType>(schema.shape).map(([name, child]) => fieldOf(name, child));
}

/** What to write instead of this value, in the schema's own words; undefined when the leaf takes it. */
export function faultOf(leaf: Leaf, value: unknown): string | undefined {
  const result = z.core.safeParse(leaf.schema, value);
  return result.success ? undefined : (result.error.issues[0]?.message ?? 'Write another value.');
}

function fieldOf(name: string, child: z.core.$ZodType): TreeField {
  const meta = fields.get(child);
  if (meta === undefined)
    throw new Error(`field ${name} has no words: declare it with element, attribute, textOf or own`);
  const required = !(child instanceof z.ZodOptional);
  const bare = child instanceof z.ZodOptional ? child.unwrap() : child;
  const many = bare instanceof z.ZodArray;
  return { name, meta, required, many, holds: holdingOf(many ? bare.element : bare) };
}

/** What a schema holds: a group with its name, or one value. */
export function holdingOf(schema: z.core.$ZodType): Holding {
  if (schema instanceof z.ZodObject) {
    const group = groups.get(schema);
    if (group === undefined) throw new Error('a group without a name: declare it with group or choiceGroup');
    return { kind: 'group', schema, group };
  }
  const { type, pattern } = lexicals.get(schema) ?? { type: plainTypeOf(schema) };
  return {
    kind: 'leaf',
    type,
    schema,
    ...(schema instanceof z.ZodEnum && { values: schema.options.map(String) }),
    ...(pattern !== undefined && { pattern }),
  };
}

/** The few types of our own fields that need no XML Schema counterpart. */
function plainTypeOf(schema: z.core.$ZodType): LexicalType {
  if (schema instanceof z.ZodNumber) return 'decimal';
  return schema instanceof z.ZodUUID ? 'id' : 'text';
}
