// An element of a document together with its path.
// Always true: a path has an index (from 1) exactly where the schema lets an element repeat; names that the schema lacks are cut short.
import type { TreeField } from '../../../schemas/index.ts';
import type { XmlElement } from '../xml/index.ts';
import type { Place } from './document.ts';

export interface Spot extends Place {
  readonly element: XmlElement;
}

export function spotOf(element: XmlElement, path: string): Spot {
  return { element, path, line: element.line };
}

/** Path of the nth (from 1) element of a field. */
export function pathTo(parent: string, field: TreeField, nth: number): string {
  return field.many ? `${parent}/${field.name}[${nth}]` : `${parent}/${field.name}`;
}

const LONGEST = 64;

/** Path of something that the schema does not know. */
export function pathToStranger(parent: string, name: string): string {
  return `${parent}/${name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name}`;
}

export function elementsIn({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => typeof child !== 'string');
}

/** All text that stands directly in an element. */
export function textIn({ children }: XmlElement): string {
  return children.filter((child) => typeof child === 'string').join('');
}
