// Which children an element may have, in which order and how often: the sequence, the choice, or any order.
// Always true: every field occurs in its group once, so that its place in the order is all there is to know.
import type { TreeField } from '../../../schemas/index.ts';
import type { XmlElement } from '../xml/index.ts';
import type { Findings } from './finding.ts';
import type { Shape } from './shape.ts';
import { elementsIn, pathTo, pathToStranger, type Spot } from './spot.ts';

export interface Placed {
  readonly child: XmlElement;
  readonly field: TreeField;
  /** From 1, among the elements of this name. */
  readonly nth: number;
}

/** The children that have a field, each with it; what stands wrong, is missing or too many is noted. */
export function order(spot: Spot, shape: Shape, findings: Findings): Placed[] {
  const counts = new Map<string, number>();
  const known = elementsIn(spot.element).flatMap((child) => place(child, spot, shape, counts, findings));
  const placed = known.filter((each) => keepFirst(each, spot, findings));
  if (shape.group.anyOrder !== true) noteOrder(known, spot, shape, findings);
  noteMissing(spot, shape, counts, findings);
  noteChoice(spot, shape, counts, findings);
  return placed;
}

function place(child: XmlElement, spot: Spot, shape: Shape, counts: Map<string, number>, findings: Findings): Placed[] {
  const field = child.namespace === '' ? shape.elements[shape.order.get(child.name) ?? -1] : undefined;
  if (field === undefined) {
    refuse(spot, child, findings);
    return [];
  }
  const nth = (counts.get(field.name) ?? 0) + 1;
  counts.set(field.name, nth);
  return [{ child, field, nth }];
}

/** Of an element that may stand once only the first is read. */
function keepFirst({ child, field, nth }: Placed, spot: Spot, findings: Findings): boolean {
  if (nth === 1 || field.many) return true;
  findings.add('too-many', { path: pathTo(spot.path, field, nth), line: child.line }, 'Give this element once only.');
  return false;
}

function noteOrder(known: readonly Placed[], spot: Spot, { order: places, elements }: Shape, findings: Findings): void {
  let furthest = 0;
  for (const { child, field, nth } of known) {
    const at = places.get(field.name) ?? 0;
    if (at < furthest && (nth === 1 || field.many)) {
      const message = `Put this element before ${elements[furthest]?.name ?? ''}: their order counts.`;
      findings.add('wrong-order', { path: pathTo(spot.path, field, nth), line: child.line }, message);
    }
    furthest = Math.max(furthest, at);
  }
}

function refuse(spot: Spot, { name, namespace, line }: XmlElement, findings: Findings): void {
  const place = { path: pathToStranger(spot.path, name), line };
  if (namespace !== '') findings.add('wrong-namespace', place, 'Write this element without a namespace.');
  else findings.add('unknown-field', place, 'Take this element out; none of this name may stand here.');
}

function noteMissing(spot: Spot, shape: Shape, counts: ReadonlyMap<string, number>, findings: Findings): void {
  for (const { name, required } of shape.elements) {
    if (required && !counts.has(name)) {
      findings.add(
        'missing-field',
        { path: `${spot.path}/${name}`, line: spot.line },
        'Add this element; it is required.',
      );
    }
  }
}

function noteChoice(spot: Spot, shape: Shape, counts: ReadonlyMap<string, number>, findings: Findings): void {
  const { choice } = shape.group;
  if (choice === undefined) return;
  const given = choice.among.filter((name) => counts.has(name)).length;
  if (given === 1 || (given === 0 && choice.need === 'at-most-one')) return;
  const often = choice.need === 'exactly-one' ? 'exactly one' : 'at most one';
  findings.add('choose-one', spot, `Give ${often} of: ${choice.among.join(', ')}.`);
}
