// The types of single values: XML Schema's own, closed lists and patterns.
// Always true: one list of values is one type, wherever it is used; it is named after the place that used it first.
import type { Leaf, LexicalType } from '../../../schemas/index.ts';
import type { XmlContent } from '../xml/index.ts';
import { typeName, xs } from './xsd-parts.ts';

/** XML Schema's type of each type of ours that occurs in CyberTipline. */
const BUILT_IN: Partial<Record<LexicalType, string>> = {
  text: 'xs:string',
  code: 'xs:string',
  token: 'xs:token',
  boolean: 'xs:boolean',
  flag: 'xs:boolean',
  integer: 'xs:int',
  long: 'xs:long',
  decimal: 'xs:double',
  dateTime: 'xs:dateTime',
  date: 'xs:date',
};

export interface SimpleTypes {
  /** The name of the type of a leaf, made when there is none yet. */
  readonly nameOf: (leaf: Leaf, group: string, field: string) => string;
  /** What has been made so far. */
  readonly made: () => XmlContent[];
}

export function gatherTypes(): SimpleTypes {
  const made = new Map<string, XmlContent>();
  return {
    nameOf(leaf, group, field) {
      const base = baseOf(leaf);
      const facets = facetsOf(leaf);
      if (facets.length === 0) return base;
      const key = JSON.stringify(facets);
      const type =
        made.get(key) ?? xs('simpleType', { name: nameFor(group, field) }, xs('restriction', { base }, ...facets));
      made.set(key, type);
      return type.attributes[0]?.value ?? base;
    },
    made: () => [...made.values()],
  };
}

function baseOf({ type }: Leaf): string {
  const base = BUILT_IN[type];
  if (base === undefined) throw new Error(`XML Schema has no type for ${type}: say in BUILT_IN which one it is`);
  return base;
}

function facetsOf({ values = [], pattern }: Leaf): XmlContent[] {
  const lists = values.map((value) => xs('enumeration', { value }));
  return pattern === undefined ? lists : [...lists, xs('pattern', { value: pattern })];
}

function nameFor(group: string, field: string): string {
  return `${typeName(group)}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}
