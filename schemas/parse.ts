// Reads an unknown value as a referral: the whole referral, or every problem with its place and what to do about it.
// Always true: a message never repeats what was given; the value that comes back has the keys in the schema's order.
import type * as z from 'zod';
import { allFields, type FieldInfo } from './all-fields.ts';
import { pointTo, toPointer } from './pointer.ts';
import { referralSchema, type Referral } from './referral.ts';

/** What kind of thing is wrong with a value. */
export type ProblemCode =
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-type'
  | 'wrong-form'
  | 'not-in-list'
  | 'wrong-size'
  | 'choose-one'
  | 'not-plain-data'
  | 'not-unicode'
  | 'too-deep';

/** One thing wrong, and where. */
export interface Problem {
  readonly code: ProblemCode;
  /** JSON pointer (RFC 6901); that of an unknown field points at the field. */
  readonly path: string;
  /** What to do; never repeats the value. */
  readonly message: string;
}

/** The whole referral, its keys in the schema's order, or every problem. */
export type Parsed = { ok: true; referral: Referral } | { ok: false; problems: Problem[] };

/**
 * Reads a value as a referral: structure and simple types, as NCMEC's CyberTipline XSD has them; what goes beyond is checked by
 * `checkRules`. Never throws.
 * @param value as JSON.parse gives it
 */
export function parseReferral(value: unknown): Parsed {
  const unfit = findUnfitData(value);
  if (unfit.length > 0) return { ok: false, problems: unfit };
  const result = referralSchema.safeParse(value);
  if (result.success) return { ok: true, referral: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => toProblems(issue, value)) };
}

const DEEPEST = 64;

/** What no JSON text could hold, or no canonical form could: refused before the schema looks. */
function findUnfitData(root: unknown): Problem[] {
  const problems: Problem[] = [];
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    const problem = unfitness(value, path, depth);
    if (problem !== undefined) problems.push(problem);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (typeof child === 'string' ? !child.isWellFormed() : typeof child === 'object' && child !== null)
          waiting.push({ value: child, path: pointTo(path, key), depth: depth + 1 });
      }
    }
  }
  return problems.reverse();
}

function unfitness(value: unknown, path: string, depth: number): Problem | undefined {
  if (typeof value === 'string' && !value.isWellFormed())
    return { code: 'not-unicode', path, message: 'Write this text in valid Unicode; half of a character is missing.' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > DEEPEST) return { code: 'too-deep', path, message: 'Nest fewer values into one another.' };
  if (!isPlain(value)) return { code: 'not-plain-data', path, message: 'Give plain JSON objects and arrays here.' };
  return undefined;
}

/** An array, or an object that inherits nothing but what every object inherits. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function toProblems(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = toPointer(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ code: 'unknown-field', path: pointTo(path, key), message: adviceFor(key) }));
  }
  if (isMissing(issue.path, root)) return [{ code: 'missing-field', path, message: 'Add this field; it is required.' }];
  return [{ code: codeOf(issue), path, message: messageOf(issue) }];
}

/** Names up to three places where a field of this name belongs, in our own spelling. */
function adviceFor(key: string): string {
  placesByName ??= Map.groupBy(allFields(), ({ name }) => name.toLowerCase());
  const places = (placesByName.get(key.toLowerCase()) ?? []).slice(0, 3).map(({ path }) => path);
  if (places.length === 0) return 'Take this field out; a referral has no field of this name.';
  return `Take this field out, or put it where it belongs: ${places.join(' or ')}.`;
}

let placesByName: Map<string, FieldInfo[]> | undefined;

function isMissing(keys: readonly PropertyKey[], root: unknown): boolean {
  let value = root;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return false;
    value = Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return value === undefined;
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  switch (issue.code) {
    case 'invalid_value':
      return 'not-in-list';
    case 'invalid_format':
    case 'invalid_union':
      return 'wrong-form';
    case 'too_small':
    case 'too_big':
      return 'wrong-size';
    case 'custom':
      return 'choose-one';
    default:
      return 'wrong-type';
  }
}

/** The schema's own words; where it has none, the type that is wanted. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.expected === 'object') return 'Write an object here: { … }.';
  if (issue.code === 'invalid_type' && issue.expected === 'array') return 'Write a list here: [ … ].';
  return issue.message;
}
