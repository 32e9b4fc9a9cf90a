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

export type Holding =
  | { readonly kind: 'group'; readonly schema: z.ZodObject; readonly group: GroupMeta }
  | { readonly kind: 'leaf'; readonly type: LexicalType; readonly values?: readonly string[] };

/** The fields of a group in the order they are declared, which is the order of NCMEC's sequence. */
export function fieldsOf(schema: z.ZodObject): TreeField[] {
  return Object.entries<z.core.$ZodType>(schema.shape).map(([name, child]) => fieldOf(name, child));
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

function holdingOf(schema: z.core.$ZodType): Holding {
  if (schema instanceof z.ZodObject) {
    const group = groups.get(schema);
    if (group === undefined) throw new Error('a group without a name: declare it with group or choiceGroup');
    return { kind: 'group', schema, group };
  }
  const type = lexicals.get(schema)?.type ?? plainTypeOf(schema);
  return schema instanceof z.ZodEnum
    ? { kind: 'leaf', type, values: schema.options.map(String) }
    : { kind: 'leaf', type };
}

/** The few types of our own fields that need no XML Schema counterpart. */
function plainTypeOf(schema: z.core.$ZodType): LexicalType {
  if (schema instanceof z.ZodNumber) return 'decimal';
  return schema instanceof z.ZodUUID ? 'id' : 'text';
}
