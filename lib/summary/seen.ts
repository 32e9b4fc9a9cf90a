// Which fields of the referral stand in the summary already. What no section has taken is printed at the end.
// Always true: a field is taken by whoever prints it, one field at a time, and never a group as a whole.

export interface Seen {
  /** The field, for printing now. A list of plain values is one field. */
  take<T extends object, K extends keyof T & string>(holder: T, key: K): T[K];
  /** Takes the field if this is what is printed of it; otherwise it stays to be printed. */
  match<T extends object>(holder: T | undefined, key: keyof T & string, printed: unknown): void;
  isTaken(holder: object, key: string): boolean;
}

export function noteSeen(): Seen {
  const taken = new WeakMap<object, Set<string>>();
  const note = (holder: object, key: string): void => {
    const keys = taken.get(holder) ?? new Set();
    taken.set(holder, keys.add(key));
  };
  return {
    take(holder, key) {
      note(holder, key);
      return holder[key];
    },
    match(holder, key, printed) {
      if (holder !== undefined && holder[key] === printed) note(holder, key);
    },
    isTaken: (holder, key) => taken.get(holder)?.has(key) ?? false,
  };
}

export type Plain = string | number | boolean;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether it is one field: a plain value or a list of them. */
export function isField(value: unknown): value is Plain | readonly Plain[] {
  return isPlain(value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain));
}
