// Copies of fixtures that a test may change at will.
import { ALL } from './fixtures.ts';
import type { Referral } from '../../schemas/index.ts';

/** Any JSON object, for changes that the types would forbid. */
export type Loose = Record<string, unknown>;

export function draftOf(name: keyof typeof ALL, change: (draft: Referral) => unknown = () => undefined): Referral {
  const draft = JSON.parse(JSON.stringify(ALL[name])) as Referral;
  change(draft);
  return draft;
}

/** Sets whatever a JSON pointer names, structure or no structure. */
export function withValue(referral: Referral, pointer: string, value: unknown): Referral {
  const keys = pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Loose>((at, key) => at[key] as Loose, referral);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  return referral;
}

/** The first element; a test that has none is a broken test. */
export function first<T>(list: readonly T[] | undefined): T {
  const [item] = list ?? [];
  if (item === undefined) throw new Error('the fixture lacks this list');
  return item;
}

/** The part of a fixture that a test builds on. */
export function given<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the fixture lacks this part');
  return part;
}
