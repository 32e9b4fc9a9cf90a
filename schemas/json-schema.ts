// The referral as JSON Schema 2020-12, for those who write in other languages and for forms.
// Always true: it accepts what parseReferral accepts, save for text that max-length would refuse.
import * as z from 'zod';
import { fields, groups, type Choice } from './field.ts';
import { referralSchema } from './referral.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The referral as JSON Schema 2020-12, a new object each time. One `$defs` entry per group; titles say what a field is for,
 * descriptions why it is asked for.
 */
export function referralJsonSchema(): JsonSchema {
  return z.toJSONSchema(referralSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      addWords(zodSchema, jsonSchema);
      addChoice(groups.get(zodSchema)?.choice, jsonSchema);
    },
  });
}

function addWords(schema: z.core.$ZodType, json: JsonSchema): void {
  const meta = fields.get(schema);
  if (meta === undefined) return;
  json.title = meta.what;
  json.description = meta.why;
  const text = json.type === 'array' ? json.items : json;
  if (meta.maxLength !== undefined && typeof text === 'object' && !Array.isArray(text)) text.maxLength = meta.maxLength;
}

function addChoice(choice: Choice | undefined, json: JsonSchema): void {
  if (choice?.need === 'exactly-one') json.oneOf = choice.among.map((key) => ({ required: [key] }));
  if (choice?.need === 'at-most-one') json.not = { required: [...choice.among] };
}
