// JSON pointers (RFC 6901): how every answer names a place in a referral.
// Always true: a pointer names keys and indexes, never a value.

/** The JSON pointer (RFC 6901) of a child; `~` and `/` in keys are escaped. */
export function pointTo(parent: string, key: PropertyKey): string {
  const name = String(key);
  return `${parent}/${SPECIAL.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name}`;
}

const SPECIAL = /[~/]/;

/** The JSON pointer (RFC 6901) of these keys, from the root; empty for the root itself. */
export function toPointer(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(pointTo, '');
}
