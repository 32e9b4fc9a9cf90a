// Elements of the structure, and how each is written.
// Always true: an element is written once, when all its kids are known.
import type { ByteRow } from './bytes.ts';
import { reference, textString, type Objects, type Shelf } from './objects.ts';

export type Kind =
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'P'
  | 'BlockQuote'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'TOC'
  | 'TOCI'
  | 'Figure';

export interface Attributes {
  /** Of a TH: what it is the head of. */
  readonly scope?: 'Column' | 'Row';
  /** Of a figure: what it shows, in words. */
  readonly alt?: string;
  /** Of a figure: left, bottom, right, top, from the foot of the page. */
  readonly box?: readonly [number, number, number, number];
}

/** An element that is open; its kids are those of its closed form. */
export interface Element {
  readonly id: number;
  readonly kind: Kind | 'Document';
  readonly parent: number;
  readonly attributes: Attributes;
  /** The page of its first content, by the number of the object; 0 before. */
  page: number;
  kids: Kid[];
}

/** An element, by the number of its object; content on the element's page, as `-1 - its number`; content on another page as it stands. */
export type Kid = number | string;

const LISTS: ReadonlySet<Element['kind']> = new Set(['Document', 'Sect', 'Table', 'L', 'TOC', 'BlockQuote', 'Figure']);

/** Of every element at first; `addKid` puts another list in its place, and never anything into this one. */
export const NO_KIDS: Kid[] = [];

/** A list that grows has room for many from its second on, and most elements have one kid. */
export function addKid(element: Element, kid: Kid): void {
  if (element.kids.length === 0) element.kids = [kid];
  else element.kids.push(kid);
}

/** With what looks like it. */
export function shelfOf(kind: Element['kind']): Shelf {
  if (kind === 'TR' || kind === 'LI' || kind === 'TOCI') return 'rows';
  return LISTS.has(kind) ? 'lists' : 'leaves';
}

export const NONE: Attributes = {};

export function writeElement(objects: Objects, { id, kind, parent, page, attributes, kids }: Element): void {
  const shelf = shelfOf(kind);
  const bytes = objects.begin(id, shelf);
  const [only] = kids;
  bytes.text('<</S/');
  bytes.text(kind);
  bytes.text('/P');
  reference(bytes, parent);
  if (page > 0) {
    bytes.text('/Pg');
    reference(bytes, page);
  }
  if (attributes !== NONE) bytes.text(attributesOf(attributes));
  if (kids.length === 1 && only !== undefined) {
    bytes.text('/K');
    writeKid(bytes, only);
    bytes.text('>>');
  } else {
    bytes.text('/K[');
    for (const kid of kids) writeKid(bytes, kid);
    bytes.text(']>>');
  }
  objects.end(shelf);
}

function writeKid(bytes: ByteRow, kid: Kid): void {
  if (typeof kid === 'string') bytes.text(kid);
  else if (kid < 0) bytes.whole(-1 - kid, 5);
  else reference(bytes, kid);
}

function attributesOf({ scope, alt, box }: Attributes): string {
  const head = scope === undefined ? '' : `/A<</O/Table/Scope/${scope}>>`;
  const place = box === undefined ? '' : `/A<</O/Layout/Placement/Block/BBox[${box.join(' ')}]>>`;
  return `${head}${place}${alt === undefined ? '' : `/Alt ${textString(alt)}`}`;
}
