// Answers "what is this field?" for people: what and why, its place in CyberTipline, what may stand there, which rules.
// Always true: every word comes from the field's declaration or from the table of rules.
import { allFields, type FieldInfo } from './all-fields.ts';
import { rulesFor } from './rules/field-rules.ts';
import { RULES, type RuleName } from './rules/table.ts';

export interface RuleNote {
  readonly rule: RuleName;
  readonly severity: 'refuse' | 'warn';
  readonly todo: string;
  readonly reason: string;
}

export interface Place {
  readonly path: string;
  readonly what: string;
  readonly cybertip?: string;
}

export interface Explanation extends FieldInfo {
  /** `required`, `optional`, `one or more`, `any number`: in words. */
  readonly howMany: string;
  readonly rules: readonly RuleNote[];
  /** Every field the question fits; more than one when only a name was asked for. The first is the one explained. */
  readonly places: readonly Place[];
}

/**
 * What a field of a referral is for, what may stand there, and its place in CyberTipline's XML; undefined where no field fits.
 * @param path `victim.victimPerson.age`, `/victim/0/victimPerson/age`, `report/victim/victimPerson/age`, `…/@type`,
 *   or the end of a path alone, such as `age`
 */
export function explain(path: string): Explanation | undefined {
  const fits = findFields(namesIn(path));
  const [field] = fits;
  if (field === undefined) return undefined;
  return {
    ...field,
    howMany: howMany(field),
    rules: rulesOf(field),
    places: fits.map(({ path: place, what, cybertip }) => ({
      path: place,
      what,
      ...(cybertip !== undefined && { cybertip }),
    })),
  };
}

/** The names in a path, without indexes and without the root's own name. */
function namesIn(path: string): string[] {
  const parts = path.replaceAll('text()', 'value').split(/[./[\]#$@]+/);
  const names = parts.filter((part) => part !== '' && part !== '*' && !/^[0-9]+$/.test(part));
  return names[0] === 'report' || names[0] === 'referral' ? names.slice(1) : names;
}

/** The field of exactly this path; else all whose path ends so; letter case counts only when it tells them apart. */
function findFields(names: readonly string[]): FieldInfo[] {
  if (names.length === 0) return [];
  const asked = names.join('.');
  const exact = allFields().filter((field) => field.path === asked);
  if (exact.length > 0) return exact.some(hasNamesake) && names.length === 1 ? withNamesakes(exact) : exact;
  const ending = allFields().filter((field) => field.path.endsWith(`.${asked}`));
  if (ending.length > 0) return ending;
  const folded = asked.toLowerCase();
  return allFields().filter((field) => `.${field.path.toLowerCase()}`.endsWith(`.${folded}`));
}

function hasNamesake(field: FieldInfo): boolean {
  return allFields().some((other) => other.name === field.name && other.path !== field.path);
}

/** A bare name asks for all its places; the one at the top comes first. */
function withNamesakes(exact: FieldInfo[]): FieldInfo[] {
  return [...exact, ...allFields().filter((other) => other.name === exact[0]?.name && !exact.includes(other))];
}

function howMany({ many, required }: FieldInfo): string {
  if (many) return required ? 'one or more' : 'any number';
  return required ? 'required' : 'optional';
}

function rulesOf(field: FieldInfo): RuleNote[] {
  const detail = String(field.constraints.maxLength ?? field.constraints.range?.join(' to ') ?? '');
  const own = rulesFor(field.constraints);
  const about = (Object.keys(RULES) as RuleName[]).filter((rule) => RULES[rule].about.includes(aboutName(field)));
  return [...own, ...about].map((rule) => {
    const { severity, todo, reason } = RULES[rule];
    return { rule, severity, todo: todo.replace('{}', detail), reason };
  });
}

function aboutName({ within, name }: FieldInfo): string {
  return `${within}.${name}`;
}
