// Our own XML Schema of CyberTipline's documents and answers, made from schemas/ and from nothing else.
// Always true: it gives the verdicts of the reader beside it; types are named after our groups and spelt as NCMEC's, documented in our words.
import { writeXml, type XmlContent } from '../xml/index.ts';
import { ANSWER_ELEMENTS } from './xsd-answers.ts';
import { complexType } from './xsd-groups.ts';
import { document, indent, xs } from './xsd-parts.ts';
import { gatherTypes } from './xsd-simple.ts';
import { FILE_DETAILS, REPORT, shapeOf, type Shape } from './shape.ts';

const ABOUT =
  'Reports and file details as this desk takes them at its CyberTipline door, and its answers. Made from the schema of a referral.';

/** The schema (XML Schema 1.0), UTF-8, the same text each time: `report`, `fileDetails`, `reportResponse`, `reportDoneResponse`. */
export function cybertiplineXsd(): string {
  cache ??= writeXml(indent(makeSchema()));
  return cache;
}

let cache: string | undefined;

function makeSchema(): XmlContent {
  const types = gatherTypes();
  const roots = [REPORT, FILE_DETAILS].map(({ name, shape }) => xs('element', { name, type: shape.group.name }));
  const documents = [REPORT.shape, FILE_DETAILS.shape];
  const groups = reach(documents).map((shape) =>
    documents.includes(shape) ? complexType(shape, types, shape.group.name) : complexType(shape, types),
  );
  const attributes = { 'xmlns:xs': 'http://www.w3.org/2001/XMLSchema', elementFormDefault: 'qualified' };
  return xs('schema', attributes, document(ABOUT), ...roots, ...ANSWER_ELEMENTS, ...groups, ...types.made());
}

/** Every shape that can be met on the way down, each once, in the order in which they are met. */
function reach(start: readonly Shape[]): Shape[] {
  const met = new Map<string, Shape>();
  const visit = (shape: Shape): void => {
    if (met.has(shape.group.name)) return;
    met.set(shape.group.name, shape);
    for (const { holds } of shape.elements) if (holds.kind === 'group') visit(shapeOf(holds));
  };
  for (const shape of start) visit(shape);
  return [...met.values()];
}
