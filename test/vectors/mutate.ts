// The vectors, and every way to change one bit in one of their hex or base64 fields.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export function vectorNames(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

export function readVector(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as Json;
}

export interface Mutation {
  /** Which field, as a JSON pointer, and which bit of it. */
  readonly what: string;
  readonly vector: Json;
}

/** The vector again and again, each time with one bit changed: the first, a middle and the last one of every field of bytes. */
export function* mutationsOf(vector: Json, at = ''): Generator<Mutation> {
  if (typeof vector === 'string') {
    yield* mutationsOfText(vector, at);
  } else if (Array.isArray(vector)) {
    const list = vector as readonly Json[];
    for (const [index, element] of list.entries()) {
      for (const { what, vector: changed } of mutationsOf(element, `${at}/${index}`)) {
        yield { what, vector: list.with(index, changed) };
      }
    }
  } else if (typeof vector === 'object' && vector !== null) {
    for (const [name, member] of Object.entries(vector)) {
      for (const { what, vector: changed } of mutationsOf(member, `${at}/${name}`)) {
        yield { what, vector: { ...(vector as Readonly<Record<string, Json>>), [name]: changed } };
      }
    }
  }
}

function* mutationsOfText(text: string, at: string): Generator<Mutation> {
  const encoding = encodingOf(text);
  if (encoding === undefined) return;
  const bits = 8 * Buffer.from(text, encoding).length;
  for (const bit of new Set([0, bits >> 1, bits - 1])) {
    const bytes = Buffer.from(text, encoding);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield { what: `${at}, bit ${bit}`, vector: bytes.toString(encoding) };
  }
}

function encodingOf(text: string): 'hex' | 'base64' | undefined {
  if (text.length < 12) return undefined;
  return (['hex', 'base64'] as const).find((encoding) => Buffer.from(text, encoding).toString(encoding) === text);
}
