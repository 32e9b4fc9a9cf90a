// JSON as the stored formats use it: canonical text (RFC 8785) and strict reading of the fields of an object.
import { demand, fromBase64, fromHex, messageOf, wrong } from './bytes.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return wrong('not JSON');
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** RFC 8785: names sorted by UTF-16 code units, numbers and strings as ECMAScript writes them, no white space. */
export function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const members = Object.keys(value).sort(byCodeUnits);
    return `{${members.map((name) => `${canonical(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
  }
  if (typeof value === 'number') demand(Number.isFinite(value), 'a number that JSON cannot write');
  if (typeof value === 'string') demand(value.isWellFormed(), 'text that UTF-8 cannot write');
  return JSON.stringify(value);
}

/** Text that must be canonical already; this also refuses members that are named twice. */
export function parseCanonical(text: string): Json {
  const value = parse(text);
  demand(canonical(value) === text, 'not canonical JSON');
  return value;
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An object of exactly these members, and the strict reading of each. */
export class Fields {
  readonly value: JsonObject;
  readonly #what: string;

  constructor(value: Json | undefined, what: string, required: readonly string[], optional: readonly string[] = []) {
    if (!isObject(value)) wrong(`${what}: not an object`);
    for (const name of required) demand(Object.hasOwn(value, name), `${what}: ${name} is missing`);
    const known = new Set([...required, ...optional]);
    for (const name of Object.keys(value)) demand(known.has(name), `${what}: ${name} is not known`);
    this.value = value;
    this.#what = what;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.value, name);
  }

  any(name: string): Json {
    return this.value[name] ?? null;
  }

  text(name: string): string {
    const value = this.any(name);
    return typeof value === 'string' ? value : this.#refuse(name, 'is not text');
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  count(name: string): number {
    const value = this.any(name);
    const counts = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return counts ? value : this.#refuse(name, 'is not a count');
  }

  list(name: string): readonly Json[] {
    const value = this.any(name);
    return isList(value) ? value : this.#refuse(name, 'is not a list');
  }

  map(name: string): JsonObject {
    const value = this.any(name);
    return isObject(value) ? value : this.#refuse(name, 'is not an object');
  }

  id(name: string): string {
    const value = this.text(name);
    return UUID.test(value) ? value : this.#refuse(name, 'is not an id');
  }

  hex(name: string, length = 32): Buffer {
    return this.#named(name, () => fromHex(this.text(name), length));
  }

  base64(name: string, length?: number): Buffer {
    return this.#named(name, () => fromBase64(this.text(name), length));
  }

  time(name: string): number {
    const value = this.text(name);
    const ms = Date.parse(value);
    const stands = Number.isFinite(ms) && new Date(ms).toISOString() === value;
    return stands ? ms : this.#refuse(name, 'is not a time');
  }

  /** The only version that this reader knows is 1. */
  version(): this {
    if (this.any('version') !== 1) this.#refuse('version', 'is not known');
    return this;
  }

  #named<T>(name: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      return this.#refuse(name, messageOf(error));
    }
  }

  #refuse(name: string, what: string): never {
    return wrong(`${this.#what}: ${name} ${what}`);
  }
}
