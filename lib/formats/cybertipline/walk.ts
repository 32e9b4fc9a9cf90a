// An element and the shape it must have, side by side: out come the value, and what is wrong by the schema.
// Always true: the verdict is that of NCMEC's XSD (README.md names the exceptions); what is wrong is left out of the value.
import type { Leaf, TreeField } from '../../../schemas/index.ts';
import { readAttributes, refuseAttributes } from './attributes.ts';
import type { Findings } from './finding.ts';
import { order } from './order.ts';
import { shapeOf, type Shape } from './shape.ts';
import { elementsIn, pathTo, pathToStranger, spotOf, textIn, type Spot } from './spot.ts';
import { readText } from './text.ts';

/** The value of an element that stands for a group. */
export function readGroup(spot: Spot, shape: Shape, findings: Findings): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  readAttributes(spot, shape, value, findings);
  if (shape.text !== undefined) put(value, shape.text, readLeaf(spot, shape.text, findings));
  else readElements(spot, shape, value, findings);
  return value;
}

function readElements(spot: Spot, shape: Shape, value: Record<string, unknown>, findings: Findings): void {
  refuseStrayText(spot, shape, findings);
  for (const { child, field, nth } of order(spot, shape, findings)) {
    put(value, field, readField(spotOf(child, pathTo(spot.path, field, nth)), field, findings));
  }
}

function readField(spot: Spot, field: TreeField, findings: Findings): unknown {
  if (field.holds.kind === 'group') return readGroup(spot, shapeOf(field.holds), findings);
  refuseAttributes(spot, findings);
  return readLeaf(spot, field, findings);
}

function put(value: Record<string, unknown>, field: TreeField, held: unknown): void {
  if (held === undefined) return;
  if (!field.many) value[field.name] = held;
  else if (Array.isArray(value[field.name])) (value[field.name] as unknown[]).push(held);
  else value[field.name] = [held];
}

/** Undefined when it is not as the schema wants it. */
function readLeaf(spot: Spot, { holds }: TreeField, findings: Findings): unknown {
  if (holds.kind === 'group') throw new Error('a group is not read as a leaf');
  for (const { name, line } of elementsIn(spot.element)) {
    findings.add(
      'unknown-field',
      { path: pathToStranger(spot.path, name), line },
      'Write text only, without elements in it.',
    );
  }
  const read = readText(holds, textIn(spot.element));
  if ('value' in read && !isEmptyCData(spot, holds)) return read.value;
  const fault = 'fault' in read ? read.fault : 'Write this element empty, or leave it out.';
  findings.add(holds.values === undefined ? 'wrong-form' : 'not-in-list', spot, fault);
  return undefined;
}

/** A mark is an empty element; a CDATA section with nothing in it is text, and not the text `true`. */
function isEmptyCData({ element }: Spot, { type }: Leaf): boolean {
  return type === 'flag' && element.hasCData === true && textIn(element) === '';
}

/** Between elements only white space may stand, and no CDATA; in an element of attributes alone nothing at all. */
function refuseStrayText(spot: Spot, shape: Shape, findings: Findings): void {
  const text = textIn(spot.element);
  const isBlank = shape.elements.length > 0 ? /^[ \t\n\r]*$/.test(text) : text === '';
  if (isBlank && spot.element.hasCData !== true) return;
  findings.add('stray-text', spot, 'Take the text out of this element; it belongs into the elements below it.');
}
