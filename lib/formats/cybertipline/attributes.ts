// The attributes of an element: CyberTipline's own, and those that every XML document may have.
// Always true: of the instance attributes of XML Schema, those that say where a schema lies may stand anywhere, others nowhere.
import type { XmlAttribute } from '../xml/index.ts';
import { pathToStranger, type Spot } from './spot.ts';
import type { Findings } from './finding.ts';
import type { Shape } from './shape.ts';
import { readText } from './text.ts';

export const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const LOCATIONS: ReadonlySet<string> = new Set(['schemaLocation', 'noNamespaceSchemaLocation']);

/** Puts the attributes of a group into its value. */
export function readAttributes(spot: Spot, shape: Shape, value: Record<string, unknown>, findings: Findings): void {
  const known = new Map(shape.attributes.map((field) => [field.name, field]));
  for (const attribute of spot.element.attributes) {
    const field = attribute.namespace === '' ? known.get(attribute.name) : undefined;
    if (field === undefined) refuse(spot, attribute, findings);
    else if (field.holds.kind === 'leaf') {
      const read = readText(field.holds, attribute.value);
      if ('value' in read) value[field.name] = read.value;
      else {
        const code = field.holds.values === undefined ? 'wrong-form' : 'not-in-list';
        findings.add(code, { path: `${spot.path}/@${field.name}`, line: spot.line }, read.fault);
      }
    }
    known.delete(attribute.namespace === '' ? attribute.name : '');
  }
  for (const { name, required } of known.values()) {
    if (required) findings.add('missing-field', at(spot, name), 'Add this attribute; it is required.');
  }
}

/** For an element that has no attributes of its own. */
export function refuseAttributes(spot: Spot, findings: Findings): void {
  for (const attribute of spot.element.attributes) refuse(spot, attribute, findings);
}

function refuse(spot: Spot, { name, namespace }: XmlAttribute, findings: Findings): void {
  if (namespace === INSTANCE && LOCATIONS.has(name)) return;
  findings.add('unknown-field', at(spot, name), 'Take this attribute out; the element has none of this name.');
}

function at(spot: Spot, name: string): { path: string; line: number } {
  return { path: pathToStranger(spot.path, `@${name}`), line: spot.line };
}
