// A referral with a value in every field of the schema, and how each value may be shown in a summary.
import { plainCode } from '../../../lib/summary/labels.ts';
import type { Catalogue } from '../../../lib/summary/language/index.ts';
import { tight, time, word } from '../../../lib/summary/words.ts';
import { fieldsOf, type TreeField } from '../../../schemas/tree.ts';

let counter = 0;

/** A value for every field; texts and numbers differ all, so that one cannot stand for another. */
export function fill(fields: readonly TreeField[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field.name, field.many ? [value(field), value(field)] : value(field)]),
  );
}

function value({ holds }: TreeField): unknown {
  counter += 1;
  if (holds.kind === 'group') return fill(fieldsOf(holds.schema));
  if (holds.values !== undefined) return holds.values.find((each) => each !== '');
  if (/time/i.test(holds.type)) return new Date(Date.parse('2026-01-01T00:00:00Z') + counter * 60_000).toISOString();
  if (/boolean|flag/.test(holds.type)) return true;
  if (/number|integer|count|decimal|long/.test(holds.type)) return 4_000_000 + counter;
  return `word${counter}x of ${counter}`;
}

export function leaves(held: unknown): (string | number)[] {
  if (typeof held === 'string' || typeof held === 'number') return [held];
  return typeof held === 'object' && held !== null ? Object.values(held).flatMap(leaves) : [];
}

/** How a value may be shown: as it is, or in words that lose nothing. */
export function forms(words: Catalogue, leaf: string | number): string[] {
  if (typeof leaf === 'number') return [String(leaf), words.number(leaf)];
  const codes = ['annotation', 'country', 'other'].map((field) => plainCode(words, field, leaf));
  const possession = leaf === 'held' ? [words.sources.held] : [];
  return [leaf, time(words, leaf), tight(words, leaf), word(words.clocks, leaf), ...codes, ...possession];
}
