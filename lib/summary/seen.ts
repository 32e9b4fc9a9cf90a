// Which fields of the referral stand in the summary already. What no section has taken is printed at the end.
// Always true: a field is taken by whoever prints it, one field at a time, and never a group as a whole.

export interface Seen {
  /** The field, for printing now. A list of plain values is one field. */
  take<T extends object, K extends keyof T & string>(holder: T, key: K): T[K];
  /** Takes the field if this is what is printed of it; otherwise it stays to be printed. */
  match<T extends object>(holder: T | undefined, key: keyof T & string, printed: unknown): void;
  /** Takes a field that is known by name only. */
  note(holder: object, key: string): void;
  /** The fields of it that are taken at this moment; what is taken later is not in it. */
  takenOf(holder: object): ReadonlySet<string>;
}

/** A set of field names. Equal sets are one, however many objects have it: there are as many objects as members and messages. */
interface Names {
  readonly all: ReadonlySet<string>;
  readonly more: Map<string, Names>;
}

export function noteSeen(): Seen {
  const none: Names = { all: new Set(), more: new Map() };
  const taken = new Map<object, Names>();
  let last: object | undefined;
  let names = none;
  const note = (holder: object, key: string): void => {
    if (holder !== last) {
      if (last !== undefined) taken.set(last, names);
      last = holder;
      names = taken.get(holder) ?? none;
    }
    if (!names.all.has(key)) names = withName(names, key);
  };
  const takenOf = (holder: object): ReadonlySet<string> => (holder === last ? names : (taken.get(holder) ?? none)).all;
  return {
    note,
    take(holder, key) {
      note(holder, key);
      return holder[key];
    },
    match(holder, key, printed) {
      if (holder !== undefined && holder[key] === printed) note(holder, key);
    },
    takenOf,
  };
}

function withName({ all, more }: Names, key: string): Names {
  const known = more.get(key);
  if (known !== undefined) return known;
  const made: Names = { all: new Set([...all, key]), more: new Map() };
  more.set(key, made);
  return made;
}

export type Plain = string | number | boolean;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether it is one field: a plain value or a list of them. */
export function isField(value: unknown): value is Plain | readonly Plain[] {
  return isPlain(value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain));
}
